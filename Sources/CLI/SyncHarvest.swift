import CargoModel
import Storage
import Sync

/// What a run has brought, source by source.
struct SyncHarvest {
    struct Part {
        let source: SourceID
        /// Crates that a server was asked for.
        var asked = 0
        /// Crates the database knew well enough.
        var fresh = 0
        /// In byte order of names.
        var files: [FetchedFile] = []
        var failures: [(name: String, error: FetchError)] = []
        /// Why nothing at all could be had.
        var serverError: FetchError?
    }

    /// In Cargo's order of sources.
    private(set) var parts: [Part] = []

    init(_ fetcher: Fetcher) {
        let answers = fetcher.answers.sorted {
            $0.key.source == $1.key.source
                ? $0.key.name.precedesInBytes($1.key.name) : $0.key.source < $1.key.source
        }
        let failed = fetcher.failedServers
        for (crate, answer) in answers {
            if parts.last?.source != crate.source {
                var part = Part(source: crate.source)
                part.serverError = failed.first { $0.server.source == crate.source }?.error
                parts.append(part)
            }
            parts[parts.count - 1].add(crate.name, answer)
        }
    }

    /// Nothing arrived.
    var isEmpty: Bool { parts.allSatisfy(\.files.isEmpty) }
}

extension SyncHarvest.Part {
    fileprivate mutating func add(_ name: String, _ answer: Result<Fetcher.Answer, FetchError>) {
        switch answer {
        case .success(.fresh):
            fresh += 1
            return
        case .success(.file(let file)): files.append(FetchedFile(name: name, answer: file))
        case .failure(let error): failures.append((name, error))
        }
        asked += 1
    }

    /// One for the whole server if it does not answer, else one for each crate.
    var problems: [String] {
        if let serverError {
            let names = failures.prefix(3).map { "`\($0.name)`" }.joined(separator: ", ")
            let more = failures.count > 3 ? " and \(failures.count - 3) more" : ""
            return ["\(source): \(serverError) (needed for \(names)\(more))"]
        }
        return failures.map { "`\($0.name)` of \(source): \($0.error)" }
    }
}

/// One line about one source.
struct SyncLine {
    let source: String
    let asked: Int
    let fresh: Int
    var changed = 0
    var unchanged = 0
    var gone = 0
    var setAside = 0
    var failed = 0

    init(source: String, asked: Int, fresh: Int) {
        self.source = source
        self.asked = asked
        self.fresh = fresh
    }

    var text: String {
        "index of \(source): \(asked) crates asked for, \(changed) changed, \(unchanged) unchanged, \(gone) gone, "
            + "\(setAside) set aside, \(failed) failed" + (fresh > 0 ? "; \(fresh) young enough" : "")
    }
}

/// Progress of a run, which several may report to.
final class SyncProgress {
    private var progress = Progress("fetching crates")

    func report(_ done: Int, of total: Int) { progress.report(done, of: total) }

    /// `3.2 s`.
    var time: String { progress.time }
}
