/// The tables of a history: a database of its own, apart from index and advisories, since it cannot be made again.
enum HistorySchema {
    /// `LKGH` in the header of the file.
    static let applicationID = 0x4c4b_4748
    /// In the header as `user_version`.
    static let version = 1

    static let tables = """
        -- One report a day; a later one of the same day takes the place of the earlier.
        CREATE TABLE run (
            day TEXT PRIMARY KEY,
            time INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- What a report counted in one workspace. A workspace that could not be read is not here.
        CREATE TABLE count (
            day TEXT NOT NULL REFERENCES run (day),
            workspace TEXT NOT NULL,
            packages INTEGER NOT NULL,
            malicious INTEGER NOT NULL,
            vulnerable INTEGER NOT NULL,
            unsound INTEGER NOT NULL,
            unmaintained INTEGER NOT NULL,
            yanked INTEGER NOT NULL,
            pinned INTEGER NOT NULL,
            compatible INTEGER NOT NULL,
            breaking INTEGER NOT NULL,
            denied INTEGER NOT NULL,
            warned INTEGER NOT NULL,
            libyear_days INTEGER NOT NULL,
            PRIMARY KEY (workspace, day)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX count_by_day ON count (day);

        -- What reports told of, from the first to the last day in a row. What goes and comes again has two rows.
        CREATE TABLE item (
            workspace TEXT NOT NULL,
            identity TEXT NOT NULL,
            first TEXT NOT NULL,
            last TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('denied', 'warned', 'behind', 'pinned')),
            title TEXT NOT NULL,
            PRIMARY KEY (workspace, identity, first)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX item_by_last ON item (workspace, last);
        """

    static let counts = [
        "packages", "malicious", "vulnerable", "unsound", "unmaintained", "yanked", "pinned", "compatible",
        "breaking", "denied", "warned", "libyear_days",
    ]
}
