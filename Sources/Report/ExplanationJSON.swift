package import Audit
package import BuildGraph
package import CargoModel
import JSON
import SemVer
import TOML

/// Why packages are locked, for programs. Members are only ever added within one `version`.
package enum ExplanationJSON {
    package static func bytes(of explanations: [Explanation], _ sources: SourceIndex) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", "lockgate-explanation")
            writer.member("version", 1)
            list("packages", explanations, &writer) { write($0, sources, &$1) }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Only when each package is built.
    package static func bytes(of packages: [(id: PackageID, status: BuildStatus)]) -> [UInt8] {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("format", "lockgate-explanation")
            writer.member("version", 1)
            list("packages", packages, &writer) { package, writer in
                writer.object { writer in
                    write(package.id, &writer)
                    BuildJSON.write(package.status, &writer)
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private static func list<Element>(
        _ key: String, _ elements: [Element], _ writer: inout JSONWriter, _ write: (Element, inout JSONWriter) -> Void
    ) {
        writer.key(key)
        writer.array { writer in
            for element in elements { write(element, &writer) }
        }
    }

    private static func write(_ explanation: Explanation, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        writer.object { writer in
            write(explanation.id, &writer)
            place(explanation.location, sources, &writer)
            BuildJSON.write(explanation.status, &writer)
            list("required_by", explanation.needs, &writer) { write($0, sources, &$1) }
            list("paths", explanation.paths, &writer) { path, writer in
                writer.array { writer in
                    for id in path { writer.string("\(id.name)@\(id.version)") }
                }
            }
            writer.member("path_count", explanation.pathCount)
            list("others", explanation.others, &writer) { other, writer in
                writer.object { writer in
                    write(other.id, &writer)
                    BuildJSON.write(other.status, &writer)
                    list("required_by", other.needs, &writer) { write($0, sources, &$1) }
                }
            }
            if let update = explanation.update { write(update, &writer) }
            if let newer = explanation.newer { write(newer, sources, &writer) }
        }
    }

    private static func write(_ id: PackageID, _ writer: inout JSONWriter) {
        writer.member("crate", id.name)
        writer.member("version", id.version.description)
        writer.member("source", id.source.description)
    }

    private static func place(_ location: Location?, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        if let location { writer.member("location", sources.text(of: location)) }
    }

    private static func write(_ need: Explanation.Need, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("crate", need.owner.name)
            writer.member("version", need.owner.version.description)
            writer.member("requirement", need.requirement)
            writer.member("kind", need.kind.rawValue)
            if let target = need.target { writer.member("target", target) }
            list("features", need.features, &writer) { $1.string($0) }
            writer.member("default_features", need.usesDefaultFeatures)
            if need.isOptional { list("turned_on_by", need.turnedOnBy, &writer) { $1.string($0) } }
            place(need.location, sources, &writer)
        }
    }

    private static func write(_ outcome: Explanation.Outcome, _ writer: inout JSONWriter) {
        writer.key("update")
        writer.object { writer in
            switch outcome {
            case .failure(let reason): writer.member("error", reason)
            case .trap(let reason): writer.member("trap", reason)
            case .changes(let changes): list("changes", changes, &writer) { $1.string($0.text) }
            }
        }
    }

    private static func write(_ newer: PackageUpdate, _ sources: SourceIndex, _ writer: inout JSONWriter) {
        list("newer", newer.offers, &writer) { offer, writer in
            writer.object { writer in
                writer.member("version", offer.version.description)
                writer.member("step", offer.step.rawValue)
                if let objection = offer.objection { writer.member("objection", objection.text) }
            }
        }
        guard let hold = newer.hold else { return }
        writer.key("held")
        writer.object { writer in
            writer.member("wanted", hold.wanted.description)
            writer.member("proof", hold.proof.rawValue)
            list("by", hold.blockers, &writer) { blocker, writer in
                writer.object { writer in
                    writer.member("text", blocker.text)
                    place(blocker.location, sources, &writer)
                }
            }
        }
    }
}
