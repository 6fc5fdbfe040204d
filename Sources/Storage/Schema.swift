/// The tables, and how those of older versions are brought up to date.
enum Schema {
    /// `LKGT` in the header of the file.
    static let applicationID = 0x4c4b_4754
    /// In the header as `user_version`.
    static let version = 3

    /// Statements that turn version `index + 1` into the next.
    static let migrations: [String] = [
        // The listings have another layout: what came from an index has to be imported again.
        """
        DELETE FROM raw_versions; DELETE FROM raw_crates; DELETE FROM raw_set_aside; DELETE FROM raw_files;
        DELETE FROM registries; DELETE FROM snapshots WHERE kind = 'index';
        """ + popularity,
        "ALTER TABLE registries ADD COLUMN is_whole INTEGER NOT NULL DEFAULT 1;" + fetching,
    ]

    private static let fetching = """
        -- Index files asked of a server: what to ask with next time, and when, in seconds since 1970. What does not
        -- exist there is here too.
        CREATE TABLE raw_fetched (
            registry INTEGER NOT NULL REFERENCES registries (id),
            path TEXT NOT NULL,
            validator TEXT,
            checked INTEGER NOT NULL,
            PRIMARY KEY (registry, path)
        ) STRICT, WITHOUT ROWID;

        -- `snapshot`: a hash of the content, the same for the same content.
        CREATE TABLE raw_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        -- Archives of advisories asked of a server: what to ask with next time, and when.
        CREATE TABLE raw_archives (
            snapshot INTEGER PRIMARY KEY REFERENCES snapshots (id),
            url TEXT NOT NULL,
            validator TEXT,
            checked INTEGER NOT NULL
        ) STRICT;

        -- What a registry must never do to a published version, and did. Never deleted.
        CREATE TABLE raw_changes (
            id INTEGER PRIMARY KEY,
            registry TEXT NOT NULL,
            name TEXT NOT NULL,
            version TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('checksum', 'vanished', 'returned')),
            old TEXT,
            new TEXT,
            noticed TEXT NOT NULL
        ) STRICT;
        CREATE INDEX raw_changes_by_name ON raw_changes (name);

        CREATE VIEW changes AS SELECT registry, name, version, kind, old, new, noticed FROM raw_changes;
        CREATE VIEW fetched AS
            SELECT r.url AS registry, f.path, f.validator, datetime(f.checked, 'unixepoch') AS checked
            FROM raw_fetched f JOIN registries r ON r.id = f.registry;
        """

    private static let popularity = """
        -- How many crates depend on a crate, in their newest usable version and not only for development.
        CREATE TABLE raw_dependents (
            registry INTEGER NOT NULL REFERENCES registries (id),
            name TEXT NOT NULL,
            crates INTEGER NOT NULL,
            PRIMARY KEY (registry, name)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX raw_dependents_by_count ON raw_dependents (registry, crates);

        CREATE VIEW popular AS
            SELECT r.url AS registry, d.name, d.crates FROM raw_dependents d JOIN registries r ON r.id = d.registry
            ORDER BY d.crates DESC, d.name;
        """

    static let creation = """
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);

        -- What has been imported, whence and when.
        CREATE TABLE snapshots (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL CHECK (kind IN ('index', 'advisories')),
            origin TEXT NOT NULL,
            revision TEXT,
            date TEXT,
            imported TEXT NOT NULL,
            UNIQUE (kind, origin)
        ) STRICT;

        CREATE TABLE registries (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            url TEXT NOT NULL,
            canonical_url TEXT NOT NULL,
            snapshot INTEGER NOT NULL REFERENCES snapshots (id),
            -- 1 if crates that are not here do not exist; 0 if only some were asked for.
            is_whole INTEGER NOT NULL DEFAULT 1,
            UNIQUE (kind, canonical_url)
        ) STRICT;

        -- Every file of an index with the hash of its contents, and the lines of it that cannot be read at all.
        CREATE TABLE raw_files (
            id INTEGER PRIMARY KEY,
            registry INTEGER NOT NULL REFERENCES registries (id),
            path TEXT NOT NULL,
            hash BLOB NOT NULL,
            UNIQUE (registry, path)
        ) STRICT;

        CREATE TABLE raw_set_aside (
            file INTEGER NOT NULL REFERENCES raw_files (id),
            line INTEGER NOT NULL,
            reason TEXT NOT NULL,
            PRIMARY KEY (file, line)
        ) STRICT, WITHOUT ROWID;

        -- `listing` holds all versions in a compact form; see Listing.swift.
        CREATE TABLE raw_crates (
            id INTEGER PRIMARY KEY,
            registry INTEGER NOT NULL REFERENCES registries (id),
            file INTEGER NOT NULL REFERENCES raw_files (id),
            name TEXT NOT NULL,
            listing BLOB NOT NULL,
            UNIQUE (registry, name)
        ) STRICT;
        CREATE INDEX raw_crates_by_file ON raw_crates (file);

        -- The id is that of the crate times 65,536 plus a running number. A checksum is 32 bytes, or text if it is no
        -- SHA-256. NULL in `features` means: implied by the optional dependency of this name.
        CREATE TABLE raw_versions (
            id INTEGER PRIMARY KEY,
            version TEXT NOT NULL,
            yanked INTEGER NOT NULL,
            checksum ANY,
            links TEXT,
            rust_version TEXT,
            published TEXT,
            schema INTEGER NOT NULL,
            dependencies TEXT,
            features TEXT,
            unusable TEXT
        ) STRICT;

        CREATE TABLE raw_advisories (
            id INTEGER PRIMARY KEY,
            snapshot INTEGER NOT NULL REFERENCES snapshots (id),
            collection TEXT NOT NULL,
            package TEXT NOT NULL,
            advisory TEXT NOT NULL,
            kind TEXT NOT NULL,
            level TEXT NOT NULL,
            score REAL,
            record TEXT NOT NULL
        ) STRICT;
        CREATE INDEX raw_advisories_by_package ON raw_advisories (package, collection);

        CREATE TABLE raw_advisory_notes (
            snapshot INTEGER NOT NULL REFERENCES snapshots (id),
            place TEXT NOT NULL,
            reason TEXT NOT NULL,
            is_set_aside INTEGER NOT NULL
        ) STRICT;

        CREATE VIEW crates AS
            SELECT c.id, r.url AS registry, c.name,
                (SELECT count(*) FROM raw_versions v WHERE v.id BETWEEN c.id << 16 AND c.id << 16 | 65535) AS versions
            FROM raw_crates c JOIN registries r ON r.id = c.registry;

        CREATE VIEW versions AS
            SELECT v.id, r.url AS registry, c.name, v.version, v.yanked,
                CASE typeof(v.checksum) WHEN 'blob' THEN lower(hex(v.checksum)) ELSE v.checksum END AS checksum,
                v.links, v.rust_version, v.published, v.schema, v.dependencies, v.features, v.unusable
            FROM raw_versions v JOIN raw_crates c ON c.id = v.id >> 16 JOIN registries r ON r.id = c.registry;

        CREATE VIEW yanked AS SELECT registry, name, version FROM versions WHERE yanked;

        CREATE VIEW unusable AS
            SELECT registry, name, version, unusable AS reason FROM versions WHERE unusable IS NOT NULL;

        CREATE VIEW dependencies AS
            SELECT v.registry, v.name, v.version, coalesce(d.value ->> 'package', d.value ->> 'name') AS package,
                d.value ->> 'req' AS requirement, coalesce(d.value ->> 'kind', 'normal') AS kind,
                coalesce(d.value ->> 'optional', 0) AS optional,
                coalesce(d.value ->> 'default_features', 1) AS default_features,
                d.value -> 'features' AS features, d.value ->> 'target' AS target,
                d.value ->> 'registry' AS other_registry, d.value ->> 'name' AS name_in_manifest
            FROM versions v, json_each(v.dependencies) d;

        CREATE VIEW features AS
            SELECT v.registry, v.name, v.version, f.key AS feature, f.value AS "values"
            FROM versions v, json_each(v.features) f;

        CREATE VIEW advisories AS
            SELECT a.advisory AS id, a.collection, a.package, a.kind, a.level, a.score, a.record ->> 'title' AS title,
                a.record ->> 'date' AS date, a.record ->> 'withdrawn' AS withdrawn, a.record -> 'aliases' AS aliases,
                a.record ->> 'cvss' AS cvss, a.record -> 'patched' AS patched, a.record -> 'unaffected' AS unaffected,
                a.record -> 'ranges' AS ranges, a.record -> 'versions' AS versions, a.record ->> 'url' AS url,
                s.origin, a.record
            FROM raw_advisories a JOIN snapshots s ON s.id = a.snapshot;

        CREATE VIEW set_aside AS
            SELECT r.url AS origin, f.path AS place, s.line, s.reason
            FROM raw_set_aside s JOIN raw_files f ON f.id = s.file JOIN registries r ON r.id = f.registry
            UNION ALL
            SELECT s.origin, n.place, NULL, n.reason
            FROM raw_advisory_notes n JOIN snapshots s ON s.id = n.snapshot WHERE n.is_set_aside;
        """ + popularity + fetching
}
