package import CargoModel

/// A remark about one record: where it lies, and what is wrong with it.
package struct RecordNote: Hashable, Sendable {
    package let place: String
    package let reason: String

    package init(place: String, reason: String) {
        self.place = place
        self.reason = reason
    }
}

/// What one collection of records contained.
package struct AdvisoryBatch: Sendable {
    package enum Format: String, Sendable {
        /// Markdown files of the RustSec database.
        case rustsec
        case osv
        /// JSON lines as `advisories/` has them.
        case facts
    }

    package let format: Format
    /// Where the collection says it comes from, such as a URL; nil if it does not.
    package let source: String?
    /// The commit, if the collection says so.
    package let revision: String?
    /// The day its data is from, if the collection says so.
    package let date: Day?
    /// Records found, readable or not.
    package let recordCount: Int
    /// In the order of the records.
    package let advisories: [Advisory]
    /// Records that cannot be used.
    package let setAside: [RecordNote]
    /// Records that are used although something in them is odd.
    package let warnings: [RecordNote]
}

/// Gathers the outcome of record after record.
struct BatchBuilder {
    private(set) var recordCount = 0
    private(set) var advisories: [Advisory] = []
    private(set) var setAside: [RecordNote] = []
    private(set) var warnings: [RecordNote] = []

    mutating func add(_ place: String, _ read: (inout FieldWarnings) throws(AdvisoryFault) -> [Advisory]) {
        recordCount += 1
        var odd = FieldWarnings()
        do throws(AdvisoryFault) {
            advisories += try read(&odd)
            warnings += odd.texts.map { RecordNote(place: place, reason: $0) }
        } catch {
            setAside.append(RecordNote(place: place, reason: error.description))
        }
    }

    func batch(
        _ format: AdvisoryBatch.Format, source: String? = nil, revision: String? = nil, date: Day? = nil
    ) -> AdvisoryBatch {
        AdvisoryBatch(
            format: format, source: source, revision: revision, date: date, recordCount: recordCount,
            advisories: advisories, setAside: setAside, warnings: warnings)
    }
}

/// What is odd in a record that is used all the same.
struct FieldWarnings {
    private(set) var texts: [String] = []

    mutating func note(_ text: String) { texts.append(text) }

    /// A date; one that is none costs itself.
    mutating func day(_ text: String?, _ key: String) -> Day? {
        guard let text else { return nil }
        let day = Day(text)
        if day == nil { note("`\(key)` is no date: `\(text)`") }
        return day
    }

    /// The severity of a vector; one that cannot be judged costs the score.
    mutating func severity(_ vector: String?) -> Severity {
        guard let vector else { return .unknown }
        if let severity = Severity(cvss: vector) { return severity }
        note("the score of `\(vector)` cannot be computed")
        return .unknown
    }
}
