import Audit
import BuildGraph
import CargoModel
import JSON

/// When a package is built, as a member `build` of an object.
enum BuildJSON {
    /// Writes nothing for `nil`.
    static func write(_ status: BuildStatus?, _ writer: inout JSONWriter) {
        guard let status else { return }
        writer.key("build")
        writer.object { writer in
            writer.member("state", status.state.rawValue)
            guard status.state != .onlyLocked else { return }
            writer.member("kind", status.kind.rawValue)
            writeFeatures(status.features, &writer)
            if let targets = status.targetText { writer.member("targets", targets) }
            if status.needsFlags { writer.member("flags", "needed") }
        }
    }

    private static func writeFeatures(_ features: BuildStatus.Features, _ writer: inout JSONWriter) {
        switch features {
        case .standard: writer.member("features", "default")
        case .several: writer.member("features", "several")
        case .unknown: writer.member("features", "unknown")
        case .oneOf(let names):
            writer.key("features")
            writer.array { writer in
                for name in names { writer.string(name) }
            }
        }
    }
}
