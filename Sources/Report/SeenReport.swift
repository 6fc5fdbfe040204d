import CargoModel
package import CargoWorkspace

/// Where crates that were asked for are, or ever were.
package struct SeenReport: Sendable {
    /// A lock that holds, or held, a package.
    package struct Find: Sendable {
        /// Without history as a user would type it, with history from the root of the repository.
        package let lock: String
        package let package: LockScan.Package
        package let isOnDisk: Bool
        /// In the order of their first commits.
        package let spans: [Span]

        package init(lock: String, package: LockScan.Package, isOnDisk: Bool, spans: [Span]) {
            self.lock = lock
            self.package = package
            self.isOnDisk = isOnDisk
            self.spans = spans
        }

        package var isStillThere: Bool { isOnDisk || spans.contains { !$0.holders.isEmpty } }
    }

    /// See `HoldingSpan`.
    package struct Span: Sendable {
        package let commits: Int
        package let introduced: [Commit]
        package let removed: [Commit]
        package let dropped: [Commit]
        package let lost: [Commit]
        /// References whose tip holds it, in byte order.
        package let holders: [String]
        /// References with it in their history, though not at their tip.
        package let past: [String]

        package init(
            commits: Int, introduced: [Commit], removed: [Commit], dropped: [Commit], lost: [Commit],
            holders: [String], past: [String]
        ) {
            self.commits = commits
            self.introduced = introduced
            self.removed = removed
            self.dropped = dropped
            self.lost = lost
            self.holders = holders
            self.past = past
        }

        /// The earliest day; of the author, who had it first.
        var from: Day? { introduced.map(\.authored).min().map(Commit.day) }

        /// When the last commit let go of it; `nil` while a reference holds it, or where that cannot be read.
        var until: Day? {
            holders.isEmpty && lost.isEmpty ? (removed + dropped).map(\.authored).max().map(Commit.day) : nil
        }
    }

    package struct Commit: Sendable {
        package let id: String
        /// Seconds since 1970.
        package let authored: Int
        package let committed: Int
        package let author: String
        package let subject: String

        package init(id: String, authored: Int, committed: Int, author: String, subject: String) {
            self.id = id
            self.authored = authored
            self.committed = committed
            self.author = author
            self.subject = subject
        }

        /// Dates a commit can claim, and no calendar has, are cut.
        static func day(_ seconds: Int) -> Day {
            let limits = -62_000_000_000...253_000_000_000
            return Day(
                number: Int((Double(min(max(seconds, limits.lowerBound), limits.upperBound)) / 86_400).rounded(.down)))
        }
    }

    /// A lock that could not be read as a whole.
    package struct Unreadable: Sendable {
        package let lock: String
        /// The first commit with it; `nil` on disk.
        package let commit: String?
        package let why: String

        package init(lock: String, commit: String?, why: String) {
            self.lock = lock
            self.commit = commit
            self.why = why
        }
    }

    /// How much was looked through.
    package struct History: Sendable {
        package let commits: Int
        package let locks: Int
        /// Different contents of them.
        package let versions: Int
        package let references: Int
        /// Commits are missing before some point.
        package let isShallow: Bool

        package init(commits: Int, locks: Int, versions: Int, references: Int, isShallow: Bool) {
            self.commits = commits
            self.locks = locks
            self.versions = versions
            self.references = references
            self.isShallow = isShallow
        }
    }

    package let queries: [CrateQuery]
    package let finds: [Find]
    package let unreadable: [Unreadable]
    /// On disk.
    package let locks: Int
    package let history: History?
    package let lockgateVersion: String

    package init(
        queries: [CrateQuery], finds: [Find], unreadable: [Unreadable], locks: Int, history: History?,
        lockgateVersion: String
    ) {
        self.queries = queries
        self.finds = finds
        self.unreadable = unreadable
        self.locks = locks
        self.history = history
        self.lockgateVersion = lockgateVersion
    }

    /// 1 for something found, whatever could not be read; else 3 for what could not.
    package var exitStatus: Int32 {
        if !finds.isEmpty { return 1 }
        return unreadable.isEmpty && history?.isShallow != true ? 0 : 3
    }
}

package func render(_ report: SeenReport, asJSON: Bool) -> [UInt8] {
    asJSON ? SeenJSON.bytes(of: report) : Array(SeenText.text(of: report).utf8)
}
