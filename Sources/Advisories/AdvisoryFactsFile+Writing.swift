package import CargoModel
import JSON

extension AdvisoryFactsFile {
    /// The bytes of a file of facts, sorted by the bytes of id and package.
    ///
    /// - Parameters:
    ///   - source: where the records come from, a URL.
    ///   - date: the day of the revision.
    package static func bytes(of advisories: [Advisory], source: String, revision: String, date: Day) -> [UInt8] {
        var writer = JSONWriter(.compact)
        writer.object { writer in
            writer.member("source", source)
            writer.member("revision", revision)
            writer.member("date", date.description)
            writer.member("advisories", advisories.count)
        }
        let sorted = advisories.sorted {
            let order = $0.id.compareBytes($1.id)
            return order == 0 ? $0.package.precedesInBytes($1.package) : order < 0
        }
        let lines = [writer.bytes] + sorted.map { AdvisoryFacts.line($0, withProse: false) }
        return lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    }
}
