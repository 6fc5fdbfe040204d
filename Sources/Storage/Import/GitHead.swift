import Advisories
import CargoModel
import Disk

/// What a git checkout says about its commit, read without git.
///
/// - SeeAlso: `gitrepository-layout`, `gitformat-pack` in the manual of git.
struct GitHead {
    /// Forty hexadecimal digits.
    let commit: String
    /// The day of the commit, UTC; nil if the commit is stored as a difference, which is not followed.
    let date: Day?

    /// Nil if the folder is not the top of a checkout.
    init?(of directory: String) {
        guard let folder = Self.gitFolder(of: directory), let head = Self.line(folder + "/HEAD") else { return nil }
        let common = Self.line(folder + "/commondir").map { Path.join(folder, $0) } ?? folder
        var found: String? = head
        if head.hasPrefix("ref: ") {
            let name = String(head.dropFirst(5))
            found = Self.line("\(folder)/\(name)") ?? Self.line("\(common)/\(name)") ?? Self.packed(name, common)
        }
        guard let commit = found, ObjectID(commit) != nil else { return nil }
        self.commit = commit
        date = ObjectID(commit).flatMap { GitObjects(at: common + "/objects").commit($0) }.flatMap(Self.date)
    }

    private static func gitFolder(of directory: String) -> String? {
        let path = directory + "/.git"
        if FileSystem.isDirectory(path) { return path }
        guard let link = line(path), link.hasPrefix("gitdir: ") else { return nil }
        return Path.join(directory, String(link.dropFirst(8)))
    }

    /// Nil if it is large or cannot be read.
    private static func smallText(_ path: String) -> String? {
        (try? FileSystem.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The first line of a file.
    private static func line(_ path: String) -> String? {
        smallText(path)?.split(whereSeparator: \.isNewline).first.map { String($0) }
    }

    /// A reference in `packed-refs`, whose lines are a hash, a blank and a name.
    private static func packed(_ name: String, _ folder: String) -> String? {
        let lines = smallText(folder + "/packed-refs")?.split(whereSeparator: \.isNewline) ?? []
        return lines.first { $0.hasSuffix(" " + name) }.map { String($0.prefix(40)) }
    }

    /// From the line `committer NAME <MAIL> SECONDS ZONE` of a commit.
    private static func date(of commit: [UInt8]) -> Day? {
        for line in commit.split(separator: UInt8(ascii: "\n")) where line.starts(with: "committer ".utf8) {
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count >= 3, let seconds = Int(String(decoding: words[words.count - 2], as: UTF8.self)) else {
                return nil
            }
            return Day(number: seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400)
        }
        return nil
    }
}

/// Some bytes of a file, fewer at its end; nil if it cannot be read.
private func bytes(of path: String, at offset: Int, count: Int) -> [UInt8]? {
    (try? FileSystem.read(path, at: offset, count: count))?.bytes
}

/// Twenty bytes.
struct ObjectID {
    let bytes: [UInt8]
    let text: String

    /// Nil unless the text is forty hexadecimal digits.
    init?(_ text: String) {
        guard let bytes = Hexadecimal.bytes(text), bytes.count == 20 else { return nil }
        self.bytes = bytes
        self.text = text
    }
}

/// The objects of a repository, as far as commits are concerned.
private struct GitObjects {
    private static let sizeLimit = 1 << 16
    let path: String

    init(at path: String) {
        self.path = path
    }

    /// The text of a commit.
    func commit(_ id: ObjectID) -> [UInt8]? {
        loose(id) ?? packs.lazy.compactMap { packed(id, $0) }.first
    }

    /// A file of its own: `commit SIZE`, a zero byte, the text; all compressed.
    private func loose(_ id: ObjectID) -> [UInt8]? {
        let file = "\(path)/\(id.text.prefix(2))/\(id.text.dropFirst(2))"
        guard let bytes = bytes(of: file, at: 0, count: Self.sizeLimit),
            let text = try? Inflate.unpackZlib(bytes[...], limit: Self.sizeLimit), text.starts(with: "commit ".utf8)
        else { return nil }
        return text.firstIndex(of: 0).map { Array(text[($0 + 1)...]) }
    }

    /// Paths of packs, without the ending.
    private var packs: [String] {
        ((try? FileSystem.names(in: path + "/pack")) ?? []).filter { $0.hasSuffix(".idx") }
            .map { "\(path)/pack/\($0.dropLast(4))" }
    }

    private func packed(_ id: ObjectID, _ pack: String) -> [UInt8]? {
        guard let offset = PackIndex(pack + ".idx")?.offset(of: id),
            let bytes = bytes(of: pack + ".pack", at: offset, count: Self.sizeLimit),
            let first = bytes.first,
            first >> 4 & 7 == 1, let end = bytes.firstIndex(where: { $0 < 0x80 })
        else { return nil }
        return try? Inflate.unpackZlib(bytes[(end + 1)...], limit: Self.sizeLimit)
    }
}

/// Where the objects of a pack lie; version 2.
private struct PackIndex {
    private static let header: [UInt8] = [0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]
    private let path: String
    private let fanOut: [Int]

    init?(_ path: String) {
        guard let start = bytes(of: path, at: 0, count: 8 + 1024), start.count == 8 + 1024,
            start.starts(with: Self.header)
        else { return nil }
        self.path = path
        fanOut = (0..<256).map { Self.number(start[(8 + $0 * 4)..<(12 + $0 * 4)]) }
    }

    /// In the pack; nil if the object is not in it, or beyond two gigabytes.
    func offset(of id: ObjectID) -> Int? {
        let first = Int(id.bytes[0])
        var (low, high) = (first == 0 ? 0 : fanOut[first - 1], fanOut[first])
        while low < high {
            let middle = (low + high) / 2
            guard let name = bytes(of: path, at: 1032 + middle * 20, count: 20) else { return nil }
            if name == id.bytes { return offset(at: middle) }
            if name.lexicographicallyPrecedes(id.bytes) { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// Names of 20 bytes, then checksums of 4, then offsets of 4.
    private func offset(at place: Int) -> Int? {
        let start = 1032 + fanOut[255] * 24 + place * 4
        guard let bytes = bytes(of: path, at: start, count: 4), bytes.count == 4 else { return nil }
        let offset = Self.number(bytes[...])
        return offset < 1 << 31 ? offset : nil
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }
}
