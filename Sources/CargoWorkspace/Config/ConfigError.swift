package import Disk
package import TOML

/// Why Cargo's configuration cannot be used.
package struct ConfigError: Error, Equatable {
    package indirect enum Reason: Equatable, Sendable {
        case unreadable(path: String, FileError)
        case syntax(TOMLError.Reason)
        /// Dates and floating-point numbers do not occur in configuration.
        case unsupportedType(key: String, type: String)
        case merge(key: String, expected: String, found: String)
        case wrongType(key: String, expected: String, found: String)
        case includeNotTOML(String)
        case includeCycle(String)
        case invalidArgument(String)
        case unknownVariant(key: String, value: String, expected: String)
        case noSourceLocation(String)
        case severalSourceLocations(String)
        case referenceWithoutGit(source: String, key: String)
        case duplicateSource(String, source: String, other: String)
        case unknownReplacement(String, lookingUp: String)
        case replacementCycle(String)
        case checksumsLost(original: String, replacement: String)
        case needsLock(String)
        case invalidRegistryURL(registry: String, String)
        case registryPassword(String)
        case registryIndexKey
        case invalidName(InvalidName)
        case patch(ManifestError.Reason)
    }

    package let reason: Reason
    /// The file, or `--config` or the variable's name, with the place where known.
    package let location: Location?
    package let position: LinePosition?

    package init(_ reason: Reason, at location: Location? = nil, position: LinePosition? = nil) {
        self.reason = reason
        self.location = location
        self.position = position
    }

    init(_ reason: Reason, _ definition: ConfigDefinition) {
        self.init(reason, at: definition.location, position: definition.position)
    }
}

extension ConfigError: CustomStringConvertible {
    package var description: String { reason.description + (location.map { " (configuration in `\($0.path)`)" } ?? "") }
}

extension ConfigError.Reason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let path, let error): "failed to read configuration file `\(path)`: \(error)"
        case .syntax(let reason):
            "could not parse TOML configuration: \(TOMLError(reason, at: Span(start: 0, end: 0)))"
        case .unsupportedType(let key, let type):
            "failed to parse config at `\(key)`: unsupported TOML configuration type `\(type)`"
        case .merge(let key, let expected, let found):
            "failed to merge configuration at `\(key)`: expected \(expected), but found \(found)"
        case .wrongType(let key, let expected, let found): "expected \(expected), but found \(found) at `\(key)`"
        case .includeNotTOML(let path): "expected a config include path ending with `.toml`, but found `\(path)`"
        case .includeCycle(let path): "config `include` cycle detected with path `\(path)`"
        case .invalidArgument(let text):
            "failed to parse `--config` argument `\(text)` as a dotted key expression or as a file"
        case .unknownVariant(let key, let value, let expected):
            "unknown variant `\(value)`, expected \(expected) in `\(key)`"
        case .registryIndexKey:
            "the `registry.index` config value is no longer supported; use `[source]` replacement to alter the "
                + "default index for crates.io"
        case .invalidRegistryURL(let registry, let fault): "invalid index URL for registry `\(registry)`: \(fault)"
        case .registryPassword(let registry):
            "invalid index URL for registry `\(registry)`: registry URLs may not contain passwords"
        case .invalidName(let name): name.description
        case .patch(let reason): "[patch] in cargo config: \(reason)"
        default: descriptionOfSource
        }
    }

    private var descriptionOfSource: String {
        switch self {
        case .noSourceLocation(let name):
            "no source location specified for `source.\(name)`, need `registry`, `local-registry`, `directory`, or "
                + "`git` defined"
        case .severalSourceLocations(let name): "more than one source location specified for `source.\(name)`"
        case .referenceWithoutGit(let source, let key):
            "source definition `source.\(source)` specifies `\(key)`, but that requires a `git` key to be specified"
        case .duplicateSource(let name, let source, let other):
            "source `\(name)` defines source \(source), but that source is already defined by `\(other)`; "
                + "sources are not allowed to be defined multiple times"
        case .unknownReplacement(let name, let lookingUp):
            "could not find a configured source with the name `\(name)` when attempting to lookup `\(lookingUp)`"
        case .replacementCycle(let name):
            "detected a cycle of `replace-with` sources, the source `\(name)` is eventually replaced with itself"
        case .checksumsLost(let original, let replacement):
            "cannot replace `\(original)` with `\(replacement)`, the source `\(original)` supports checksums, "
                + "but `\(replacement)` does not"
        case .needsLock(let source):
            "the source \(source) requires a lock file to be present first before it can be used against vendored "
                + "source code"
        default: ""
        }
    }
}
