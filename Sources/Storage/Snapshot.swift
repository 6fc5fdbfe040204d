package import CargoModel

/// Where a part of the database came from, and how old it is.
package struct Snapshot: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case index, advisories
    }

    package let id: Int
    package let kind: Kind
    /// For an index the registry's URL; for advisories who published them.
    package let origin: String
    /// The commit it was made from, if known.
    package let revision: String?
    /// The day the data is from, if known.
    package let date: Day?
    /// When it was imported, as the import was told.
    package let imported: String

    package init(id: Int, kind: Kind, origin: String, revision: String?, date: Day?, imported: String) {
        self.id = id
        self.kind = kind
        self.origin = origin
        self.revision = revision
        self.date = date
        self.imported = imported
    }
}

/// How much the database holds.
package struct StoreCounts: Sendable, Hashable {
    package let registries: Int
    package let crates: Int
    package let versions: Int
    package let yanked: Int
    package let unusable: Int
    package let advisories: Int
}
