package import TOML

/// Why a `Cargo.lock` could not be read. Cargo refuses the same file.
package struct LockfileError: Error, Equatable {
    package enum Reason: Equatable, Sendable {
        case syntax(TOMLError.Reason)
        /// `<<<<<<<` and its kin: a merge was not finished.
        case mergeMarkers
        case wrongType(key: String, expected: String, found: String)
        case missingField(String)
        /// The `version` key names a format this version does not read.
        case unsupportedVersion(Int64)
        case duplicatePackage(String)
        /// A dependency entry that is not `name`, `name version` or `name version (source)`.
        case invalidPackageID(String)
        case invalidSource(String)
        case invalidVersion(String, reason: String)
        /// A package that is replaced and yet has dependencies of its own.
        case replacedWithDependencies(String)
    }

    package let reason: Reason
    package let location: Location

    package init(_ reason: Reason, at location: Location) {
        self.reason = reason
        self.location = location
    }
}

extension LockfileError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .syntax(let reason):
            TOMLError(reason, at: location.span).description
        case .mergeMarkers:
            "this file has merge markers; take one side, then let `cargo check` complete it"
        case .wrongType(let key, let expected, let found):
            "`\(key)` must be \(expected), not \(found)"
        case .missingField(let field):
            "missing field `\(field)`"
        case .unsupportedVersion(let version) where version > 4:
            "lock file version `\(version)` is newer than 4, the newest this lockgate reads; update lockgate"
        case .unsupportedVersion(let version):
            "lock file version `\(version)` was never written by Cargo; remove the line or let Cargo rewrite the file"
        case .duplicatePackage(let name):
            "package `\(name)` is specified twice; remove one entry, or let Cargo write the lock anew"
        case .invalidPackageID(let text):
            "`\(text)` is no package id; it must be `name`, `name version` or `name version (source)`"
        case .invalidSource(let text):
            "invalid source `\(text)`; it must begin with `registry+`, `sparse+`, `git+` or `path+`"
        case .invalidVersion(let version, let reason):
            "invalid version `\(version)`: \(reason)"
        case .replacedWithDependencies(let name):
            "`\(name)` has both `replace` and `dependencies`; let Cargo write the lock anew"
        }
    }
}
