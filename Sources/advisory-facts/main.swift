// advisory-facts: writes the facts of a collection of advisories, without any prose, for the folder `advisories/`.
//
//     advisory-facts COLLECTION SOURCE REVISION DATE > advisories/rustsec.jsonl
//
// COLLECTION is a checkout of the RustSec database; SOURCE, REVISION and DATE say where it is from.

import Advisories
import CargoModel
import Disk
import Glibc

func write(_ bytes: [UInt8], to descriptor: Int32) {
    do { try FileSystem.write(bytes, to: descriptor) } catch { exit(3) }
}

func report(_ line: String) {
    write(Array((line + "\n").utf8), to: STDERR_FILENO)
}

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 4, let date = Day(arguments[3]) else {
    report("usage: advisory-facts COLLECTION SOURCE REVISION DATE")
    exit(2)
}
do {
    let batch = try readAdvisories(at: arguments[0])
    for note in batch.setAside { report("left out: \(note.place): \(note.reason)") }
    for note in batch.warnings { report("warning: \(note.place): \(note.reason)") }
    let facts = AdvisoryFactsFile.bytes(
        of: batch.advisories, source: arguments[1], revision: arguments[2], date: date)
    write(facts, to: STDOUT_FILENO)
} catch {
    report("\(error)")
    exit(3)
}
