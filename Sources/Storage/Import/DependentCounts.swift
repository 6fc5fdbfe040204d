import CargoModel
import Index
import SemVer

/// How many crates of a registry depend on each name: what an import adds and takes away.
///
/// A crate counts once for every name that its newest usable version needs, platforms and options included, and not
/// only for development. Only names of the same registry count.
struct DependentCounts {
    private let source: SourceID
    private var maker: SummaryMaker
    private var changes: [String: Int] = [:]

    init(in source: SourceID) {
        self.source = source
        maker = SummaryMaker(in: source)
    }

    mutating func add(_ group: [IndexRecord]) {
        guard let newest = Self.newest(group.map { ($0.version, $0.entry != nil) }), let entry = group[newest].entry
        else { return }
        var names: Set<String> = []
        for dependency in entry.dependencies where dependency.kind != .development {
            if maker.source(of: dependency.registry) == source { names.insert(dependency.packageName) }
        }
        for name in names { changes[name, default: 0] += 1 }
    }

    mutating func remove(_ dependencies: [Dependency]) {
        let names = dependencies.filter { $0.kind != .development && $0.source == source }.map(\.package)
        for name in Set(names) { changes[name, default: 0] -= 1 }
    }

    /// The position of the version that counts.
    static func newest(_ versions: [(version: Version, isUsable: Bool)]) -> Int? {
        versions.indices.filter { versions[$0].isUsable }.max { versions[$0].version < versions[$1].version }
    }

    func write(_ registry: Int, in connection: Connection) throws(StorageError) {
        let statement = try connection.prepare(
            """
            INSERT INTO raw_dependents VALUES (?, ?, ?)
            ON CONFLICT (registry, name) DO UPDATE SET crates = crates + excluded.crates
            """)
        for name in changes.keys.sorted(by: { $0.precedesInBytes($1) }) {
            guard let change = changes[name], change != 0 else { continue }
            try statement.bind(1, registry)
            try statement.bind(2, name)
            try statement.bind(3, change)
            try statement.run()
        }
        try connection.execute("DELETE FROM raw_dependents WHERE crates <= 0")
    }
}
