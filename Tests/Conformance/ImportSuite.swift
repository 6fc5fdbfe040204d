import CargoModel
import Glibc
import Index
import SemVer
import Storage

/// Imports the whole crates.io index of 2020 twice, reads every crate back and compares it with its file.
struct ImportSuite: Suite {
    static let name = "import"

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        let directory = try ScratchDirectory()
        var outcome = Outcome("files", "again", "crates", "versions")
        let database = directory.path + "/db.sqlite"
        let index = context.corpus + "/index"
        let first = try timed("import") { () throws(StorageError) in
            try importIndex(index, registry: .cratesIO, into: database, at: "2020-07-20T00:00:00Z")
        }
        report(
            "  \(first.byteCount >> 20) MB read, \(size(database) >> 20) MB written, \(first.versions) versions, "
                + "\(first.unusable) unusable, \(first.setAside.count) lines set aside, data of \(first.snapshot.date, "?")"
        )
        outcome.note("files", failure: first.changedFiles == first.fileCount ? nil : "not all files were new")
        let before = identity(database)
        let second = try timed("import again") { () throws(StorageError) in
            try importIndex(index, registry: .cratesIO, into: database, at: "2026-01-01T00:00:00Z")
        }
        outcome.note("again", failure: second.isUnchanged && identity(database) == before ? nil : "the file changed")
        try compare(database, index, &outcome)
        do { try measure(try Store(opening: database), index) } catch { throw SuiteError("\(error)") }
        return outcome
    }

    /// The time of a thousand listings of about fifty versions, and of a thousand versions with about the usual five
    /// dependencies, once the pages are in memory; the best of five runs.
    private func measure(_ store: Store, _ index: String) throws {
        var crates: [(name: String, versions: [PublishedVersion])] = []
        for path in try IndexTree(at: index).files() where crates.count < 200 {
            let name = String(path.split(separator: "/").last ?? "")
            let versions = try store.versions(of: name, in: .cratesIO)
            if (45...55).contains(versions.count) { crates.append((name, versions)) }
        }
        var (listing, summary, dependencies) = (Duration.seconds(9), Duration.seconds(9), 0)
        for _ in 0..<5 {
            listing = min(
                listing,
                try ContinuousClock().measure {
                    for round in 0..<1000 {
                        _ = try store.versions(of: crates[round % crates.count].name, in: .cratesIO)
                    }
                })
            dependencies = 0
            summary = min(
                summary,
                try ContinuousClock().measure {
                    for round in 0..<1000 {
                        let crate = crates[round % crates.count]
                        let version = crate.versions[round / crates.count * 9 % crate.versions.count]
                        dependencies += try store.summary(of: version, named: crate.name, in: .cratesIO).dependencies
                            .count
                    }
                })
        }
        report(
            "  warm: listing of 50 versions \(listing / 1000), summary of \(dependencies / 1000) dependencies "
                + "\(summary / 1000)")
    }

    private func compare(_ database: String, _ index: String, _ outcome: inout Outcome) throws(SuiteError) {
        let clock = ContinuousClock()
        var (listings, summaries, crates, versions) = (Duration.zero, Duration.zero, 0, 0)
        do {
            let store = try Store(opening: database)
            let files = IndexRegistry()
            let tree = try IndexTree(at: index)
            files.add(.tree(tree), for: .cratesIO)
            for path in try tree.files() {
                guard let name = try tree.records(inFileOf: String(path.split(separator: "/").last ?? ""))?.first?.name
                else { continue }
                let expected = try files.versions(of: name, in: .cratesIO)
                var found: [PublishedVersion] = []
                listings += try clock.measure { found = try store.versions(of: name, in: .cratesIO) }
                crates += 1
                versions += found.count
                outcome.note("crates", failure: isSame(found, expected) ? nil : "\(name): other versions")
                for (one, other) in zip(found, expected) where one.unusable == nil {
                    var summary: Summary?
                    summaries += try clock.measure {
                        summary = try store.summary(of: one, named: name, in: .cratesIO)
                    }
                    let wanted = try files.summary(of: other, named: name, in: .cratesIO)
                    let isEqual = summary.map { isSame($0, wanted) } ?? false
                    outcome.note("versions", failure: isEqual ? nil : "\(name) \(one.version): another summary")
                }
            }
        } catch { throw SuiteError("\(error)") }
        report(
            "  listings \(listings / crates) a crate of \(versions / crates) versions, summaries \(summaries / versions)"
        )
    }

    private func isSame(_ left: [PublishedVersion], _ right: [PublishedVersion]) -> Bool {
        left.count == right.count
            && zip(left, right).allSatisfy {
                $0.version == $1.version && $0.isYanked == $1.isYanked && $0.links == $1.links
                    && $0.rustVersion == $1.rustVersion && $0.checksum == $1.checksum && $0.unusable == $1.unusable
            }
    }

    private func isSame(_ left: Summary, _ right: Summary) -> Bool {
        left.id == right.id && left.dependencies == right.dependencies && left.links == right.links
            && left.rustVersion == right.rustVersion && left.checksum == right.checksum
            && left.features.features.map(\.name) == right.features.features.map(\.name)
            && left.features.features.map(\.values) == right.features.features.map(\.values)
    }

    private func timed<Value>(_ what: String, _ body: () throws(StorageError) -> Value) throws(SuiteError) -> Value {
        let start = ContinuousClock.now
        do throws(StorageError) {
            let value = try body()
            report("  \(what): \(ContinuousClock.now - start)")
            return value
        } catch { throw SuiteError("\(error)") }
    }

    private func size(_ path: String) -> Int {
        var info = stat()
        return stat(path, &info) == 0 ? Int(info.st_size) : 0
    }

    private func identity(_ path: String) -> [Int] {
        var info = stat()
        guard stat(path, &info) == 0 else { return [] }
        return [Int(info.st_ino), info.st_mtim.tv_sec, info.st_mtim.tv_nsec, Int(info.st_size)]
    }
}

extension DefaultStringInterpolation {
    fileprivate mutating func appendInterpolation(_ value: (some CustomStringConvertible)?, _ other: String) {
        appendLiteral(value?.description ?? other)
    }
}
