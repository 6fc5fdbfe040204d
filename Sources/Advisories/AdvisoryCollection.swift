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
    if bytes.starts(with: ZipArchive.signature) { return try readArchive(bytes, path) }
    return try AdvisoryFactsFile(bytes, path: path).batch()
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

private func readArchive(_ bytes: [UInt8], _ path: String) throws(AdvisoryError) -> AdvisoryBatch {
    let archive: ZipArchive
    do throws(ArchiveFault) { archive = try ZipArchive(bytes) } catch {
        throw AdvisoryError(.archive(error), path: path)
    }
    let entries = archive.entries.filter { $0.name.hasSuffix(".json") }
    if entries.isEmpty { throw AdvisoryError(.nothingFound, path: path) }
    var builder = BatchBuilder()
    for entry in entries {
        builder.add(entry.name) { warnings throws(AdvisoryFault) in
            let record: [UInt8]
            do throws(ArchiveFault) { record = try archive.contents(of: entry, limit: Files.recordLimit) } catch {
                throw .file(error.description)
            }
            return try OSVRecord(record).advisories(&warnings)
        }
    }
    return builder.batch(.osv)
}

private func contents(_ path: String) throws(AdvisoryFault) -> [UInt8] {
    do throws(AdvisoryError) { return try Files.contents(of: path, limit: Files.recordLimit) } catch {
        throw .file(error.description)
    }
}
