import Disk
package import JSON
package import TOML

/// What is wrong with one record.
package enum AdvisoryFault: Error, Equatable, Sendable {
    case toml(TOMLError)
    case json(JSONError)
    /// No front matter, or no end of it.
    case frontMatter
    case missing(String)
    /// A field has another type than it must.
    case wrongType(String)
    case requirement(String)
    case range(String)
    case version(String)
    /// About nothing that Cargo builds.
    case foreignEcosystem
    case noVersions
    /// The file is too large, or cannot be read.
    case file(String)
}

extension AdvisoryFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .toml(let error): "front matter: \(error)"
        case .json(let error): error.description
        case .frontMatter: "no front matter between \"```toml\" and \"```\""
        case .missing(let key): "`\(key)` is missing"
        case .wrongType(let key): "`\(key)` is of the wrong type"
        case .requirement(let text): "malformed version requirement `\(text)`"
        case .range(let text): "`\(text)` is not one range of versions"
        case .version(let text): "malformed version `\(text)`"
        case .foreignEcosystem: "about no package of crates.io"
        case .noVersions: "names no affected versions"
        case .file(let text): text
        }
    }
}

/// Why a collection of advisories could not be read at all.
package struct AdvisoryError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        case missing
        /// The operating system refused; its error number.
        case system(Int32)
        /// Neither Markdown, OSV nor facts in it.
        case nothingFound
        case archive(ArchiveFault)
        case header(String)
        case tooLarge(limit: Int)
    }

    package let reason: Reason
    package let path: String

    package init(_ reason: Reason, path: String) {
        self.reason = reason
        self.path = path
    }
}

extension AdvisoryError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .missing: "`\(path)` does not exist"
        case .system(let number): "cannot read `\(path)`: \(FileError.text(of: number))"
        case .nothingFound:
            "no advisories in `\(path)`; give a checkout of the RustSec database, a folder or zip of OSV records, or a "
                + "file of facts"
        case .archive(let fault): "`\(path)`: \(fault)"
        case .header(let text): "`\(path)` does not start with its source and date: \(text)"
        case .tooLarge(let limit): "`\(path)` is larger than \(limit) bytes"
        }
    }
}
