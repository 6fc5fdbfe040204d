import CargoModel
import Disk
import JSON

/// Reads a collection of advisories of whatever form it has.
///
/// - Parameter path: a checkout of the RustSec database (folders `crates` and `rust`) or any folder of such files, a
///   folder of OSV records, a zip of them, or a file of facts.
/// - Throws: if there is nothing to read; a single bad record is set aside.
package func readAdvisories(at path: String) throws(AdvisoryError) -> AdvisoryBatch {
    guard let kind = FileSystem.kind(of: path) else { throw AdvisoryError(.missing, path: path) }
    if kind == .directory { return try readFolder(path) }
    let bytes = try Files.contents(of: path, limit: Files.collectionLimit)
    return try readAdvisories(in: bytes, named: path)
}

/// Reads a collection that is one file: a zip or tar archive, the latter also compressed with gzip, of OSV records or of
/// the RustSec database, or a file of facts. Nothing is unpacked but in memory, one record at a time.
///
/// - Parameter name: for messages.
/// - Throws: if there is nothing to read; a single bad record is set aside.
package func readAdvisories(in bytes: [UInt8], named name: String) throws(AdvisoryError) -> AdvisoryBatch {
    let archive: RecordArchive?
    do throws(ArchiveFault) { archive = try RecordArchive(bytes) } catch {
        throw AdvisoryError(.archive(error), path: name)
    }
    if let archive { return try read(archive, name) }
    return try AdvisoryFactsFile(bytes, path: name).batch()
}

private func readFolder(_ path: String) throws(AdvisoryError) -> AdvisoryBatch {
    let files = try Files.tree(path)
    let records = files.filter(isRustSecRecord)
    if !records.isEmpty { return readRustSec(path, records) }
    let osv = files.filter { $0.hasSuffix(".json") }
    if osv.isEmpty { throw AdvisoryError(.nothingFound, path: path) }
    var builder = BatchBuilder()
    for file in osv {
        builder.add(file) { warnings throws(AdvisoryFault) in
            try OSVRecord(try contents("\(path)/\(file)")).advisories(&warnings)
        }
    }
    return builder.batch(.osv)
}

/// `RUSTSEC-2020-0001.md`, `CVE-…`; drafts have the number 0000-0000.
private func isRustSecRecord(_ file: String) -> Bool {
    let name = file.utf8.split(separator: UInt8(ascii: "/")).last.flatMap { String($0) } ?? ""
    guard name.hasSuffix(".md"), !name.hasPrefix("RUSTSEC-0000-0000.") else { return false }
    return ["RUSTSEC-", "CVE-", "GHSA-"].contains { name.hasPrefix($0) } || file.hasPrefix("crates/")
        || file.hasPrefix("rust/")
}

private func readRustSec(_ path: String, _ files: [String]) -> AdvisoryBatch {
    var builder = BatchBuilder()
    for file in files {
        let isRust = file.hasPrefix("rust/") || file.firstRange(of: "/rust/") != nil
        builder.add(file) { warnings throws(AdvisoryFault) in
            let record = try RustSecRecord(try contents("\(path)/\(file)"))
            return [try record.advisory(in: isRust ? .rust : .crates, &warnings)]
        }
    }
    return builder.batch(.rustsec)
}

/// Files of an archive that may be damaged before all of it counts as damaged.
private let archiveFaultLimit = 32

/// Records of RustSec, else those of OSV; a checkout of the former may have some of the latter beside them.
private func read(_ archive: RecordArchive, _ path: String) throws(AdvisoryError) -> AdvisoryBatch {
    let markdown = archive.names.filter { isRustSecRecord($0) }
    let names = markdown.isEmpty ? archive.names.filter { $0.hasSuffix(".json") } : markdown
    if names.isEmpty { throw AdvisoryError(.nothingFound, path: path) }
    var builder = BatchBuilder()
    var room = Files.unpackedLimit
    var faults: [ArchiveFault] = []
    for name in names {
        if room <= 0 { faults.append(.tooLarge(limit: Files.unpackedLimit)) }
        if let fault = faults.last, room <= 0 || faults.count > archiveFaultLimit {
            throw AdvisoryError(.archive(fault), path: path)
        }
        builder.add(name) { warnings throws(AdvisoryFault) in
            let record: [UInt8]
            do throws(ArchiveFault) { record = try archive.contents(of: name, limit: Files.recordLimit) } catch {
                faults.append(error)
                throw .file(error.description)
            }
            room -= record.count
            if markdown.isEmpty { return try OSVRecord(record).advisories(&warnings) }
            let isRust = name.hasPrefix("rust/") || name.firstRange(of: "/rust/") != nil
            return [try RustSecRecord(record).advisory(in: isRust ? .rust : .crates, &warnings)]
        }
    }
    return builder.batch(markdown.isEmpty ? .osv : .rustsec, revision: archive.revision)
}

private func contents(_ path: String) throws(AdvisoryFault) -> [UInt8] {
    do throws(AdvisoryError) { return try Files.contents(of: path, limit: Files.recordLimit) } catch {
        throw .file(error.description)
    }
}
