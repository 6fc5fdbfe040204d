import CargoModel
import Index

/// Answers from index trees, one per source; every crate is read once per run.
typealias TreeRegistry = IndexRegistry

extension IndexRegistry {
    convenience init(_ directories: [(SourceID, String)]) throws(SuiteError) {
        self.init()
        for (source, directory) in directories {
            do { add(.tree(try IndexTree(at: directory)), for: source) } catch { throw SuiteError("\(error)") }
        }
    }
}
