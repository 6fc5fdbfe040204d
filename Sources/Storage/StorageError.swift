package import Advisories
import Disk
package import Index

/// Why a database could not be read or written. The text says what to do.
package struct StorageError: Error, Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
        case missing
        case notADirectory
        /// Nothing can be written in the folder of the database; the error number of the operating system.
        case notWritable(Int32)
        /// The operating system refused; its error number.
        case system(Int32)
        /// The file holds something else than an SQLite database.
        case notADatabase
        /// An SQLite database of some other program.
        case foreign
        /// Shorter than it says it is.
        case truncated
        /// Written by a newer version of this program.
        case newerSchema(Int)
        /// Written by an older version of this program, which an import brings up to date.
        case olderSchema(Int)
        /// SQLite refused: its message and the statement.
        case sqlite(code: Int32, message: String, sql: String)
        /// A row that no import writes.
        case damaged(String)
        case index(IndexError)
        case advisories(AdvisoryError)
        /// A tree without a single index file.
        case noIndexFiles
        /// A crate of a registry of which only a part was asked for.
        case notFetched
        /// Something else than a history of reports.
        case notAHistory
        case newerHistory(Int)
        case historyDamaged(String)
    }

    package let reason: Reason
    /// The database, or for `index` and the like what was to be imported.
    package let path: String

    package init(_ reason: Reason, path: String) {
        self.reason = reason
        self.path = path
    }
}

extension StorageError: CustomStringConvertible {
    package var description: String {
        switch reason {
        case .missing: "no database at `\(path)`; create it with `lockgate import`"
        case .notADirectory: "the folder of `\(path)` does not exist; create it first"
        case .notWritable(let number):
            "the folder of `\(path)` cannot be written (\(FileError.text(of: number))); give another path"
        case .system(let number): "cannot use `\(path)`: \(FileError.text(of: number))"
        case .notADatabase: "`\(path)` is not a lockgate database; give another path"
        case .foreign: "`\(path)` is a database of another program; give another path"
        case .truncated: "`\(path)` is cut off; restore it, or delete it and import again"
        case .newerSchema(let version):
            "`\(path)` has format \(version), newer than \(Schema.version), the newest this version reads; "
                + "update lockgate"
        case .olderSchema(let version):
            "`\(path)` has format \(version), which is out of date; run `lockgate import` once to renew it"
        case .sqlite(let code, let message, let sql):
            "`\(path)` is damaged or cannot be used: \(message) (SQLite error \(code) in `\(sql)`); "
                + "restore it, or delete it and import again"
        case .damaged(let what): "`\(path)` is damaged: \(what); restore it, or delete it and import again"
        case .notFetched: "`\(path)` has nothing on this crate; run `lockgate sync`"
        case .notAHistory: "`\(path)` is no history of lockgate; give another path"
        case .newerHistory(let version):
            "`\(path)` has format \(version), newer than \(HistorySchema.version), the newest this version reads; "
                + "update lockgate"
        case .historyDamaged(let what): "`\(path)` is damaged: \(what); restore it, or give another path"
        case .index(let error): error.description
        case .advisories(let error): error.description
        case .noIndexFiles:
            "no index files in `\(path)`; give the folder that holds `config.json`, or a local registry"
        }
    }
}
