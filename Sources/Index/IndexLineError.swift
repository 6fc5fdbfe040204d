package import CargoModel
package import JSON
import SemVer

/// Why a version in an index can never be chosen.
package enum IndexLineError: Error, Hashable, Sendable {
    /// A field is missing, doubled or of another type.
    case json(JSONError)
    case requirement(String, of: String)
    case platform(PlatformError, of: String)
    case registry(String, of: String)
    case artifact(ArtifactError, of: String)
    case emptyDependencyName
    case optionalDevelopmentDependency(String)
    case features(FeatureMapError)
    case rustVersion(String)
    case published(String)
    case version(String)
}

extension IndexLineError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .json(let error): error.description
        case .requirement(let text, let name): "dependency `\(name)` has the malformed requirement `\(text)`"
        case .platform(let error, let name): "dependency `\(name)`: \(error)"
        case .registry(let url, let name): "dependency `\(name)` names the registry `\(url)`, which is no absolute URL"
        case .artifact(let error, let name): "dependency `\(name)`: \(error)"
        case .emptyDependencyName: "a dependency has no name"
        case .optionalDevelopmentDependency(let name):
            "dev-dependencies are not allowed to be optional: `\(name)`"
        case .features(let error): error.description
        case .rustVersion(let text): "malformed rust_version `\(text)`"
        case .published(let text): "malformed pubtime `\(text)`"
        case .version(let text): "malformed version `\(text)`"
        }
    }
}
