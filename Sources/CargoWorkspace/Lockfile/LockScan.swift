import CargoModel
import Glibc
package import SemVer
import TOML

/// Which of the crates looked for a lock holds.
///
/// Made for reading thousands of locks of which few matter. A lock without the bytes of any of the names holds none of
/// them, whatever else is in it, unless it has escapes: it is not read at all. One that is laid out as Cargo does it is
/// read line by line. Any other is parsed, in a merge that was not finished each side by itself; if that fails, the lines
/// tell what they can and `fault` says why that may not be all. Packages of `[[patch.unused]]` are in no build and do not count.
package struct LockScan: Sendable {
    package struct Package: Hashable, Sendable {
        package let name: String
        package let version: Version
        /// As the lock has it, without the commit of a git source; `nil` for a package from a path.
        package let source: String?

        package init(name: String, version: Version, source: String?) {
            self.name = name
            self.version = version
            self.source = source.map { String($0.prefix { $0 != "#" }) }
        }

        package var isFromCratesIO: Bool {
            source == "sparse+https://index.crates.io/" || source.flatMap(LockedSource.parse)?.isCratesIO ?? false
        }
    }

    /// Each once, in the order of the file.
    package let packages: [Package]
    /// Why the lock could not be read as a whole.
    package let fault: String?

    package init(_ bytes: [UInt8], for queries: LockQueries) {
        guard queries.mayMatch(bytes) else {
            self.init(packages: [], fault: nil)
            return
        }
        var lines = LockLines(queries)
        lines.read(bytes)
        if lines.isRegular {
            self.init(packages: lines.packages, fault: lines.badVersion)
        } else if let sides = MergeConflict.sides(of: bytes) {
            let scans = sides.map { LockScan(parsing: $0, queries) }
            self.init(packages: scans.flatMap(\.packages), fault: scans.lazy.compactMap(\.fault).first)
        } else {
            self.init(parsing: bytes, queries, instead: lines.packages)
        }
    }

    package func has(_ package: Package) -> Bool { set.contains(package) }
    private let set: Set<Package>

    private init(packages: [Package], fault: String?) {
        var seen: Set<Package> = []
        self.packages = packages.filter { seen.insert($0).inserted }
        set = seen
        self.fault = fault
    }

    /// - Parameter rest: what is known of a lock that cannot be parsed.
    private init(parsing bytes: [UInt8], _ queries: LockQueries, instead rest: [Package]? = nil) {
        do {
            let parsed = Self.packages(of: try Lockfile(parsing: bytes, path: "Cargo.lock"), queries)
            self.init(packages: parsed.packages, fault: parsed.badVersion)
        } catch {
            var lines = LockLines(queries)
            if rest == nil { lines.read(bytes) }
            self.init(packages: rest ?? lines.packages, fault: error.description)
        }
    }

    private static func packages(of lock: Lockfile, _ queries: LockQueries) -> LockLines {
        var found = LockLines(queries)
        for entry in lock.packages { found.note(entry.name.value, entry.version.value, entry.source?.value) }
        return found
    }
}

/// The crates looked for, made ready for many locks.
package struct LockQueries: Sendable {
    package let queries: [CrateQuery]
    private let needles: [Needle]

    /// The longest part of a name without `-` and `_`, in small letters, with the place of its rarest byte.
    private struct Needle: Sendable {
        let bytes: [UInt8]
        let rarest: Int
    }

    package init(_ queries: [CrateQuery]) {
        self.queries = queries
        needles = queries.map { query in
            let parts = query.name.utf8.split { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
            let bytes = parts.max { $0.count < $1.count }.map { $0.map(CrateQuery.small) } ?? []
            let rarest = bytes.indices.min { Self.frequency(bytes[$0]) < Self.frequency(bytes[$1]) } ?? 0
            return Needle(bytes: bytes, rarest: rarest)
        }
    }

    /// Locks are full of hexadecimal digits, then of English.
    private static func frequency(_ byte: UInt8) -> Int {
        "zqxjkvwyuhpmgltnsrio-_".utf8.enumerated().first { $0.element == byte }?.offset ?? 100
    }

    /// Whether a lock needs a closer look.
    func mayMatch(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return false }
            if memchr(base, Int32(UInt8(ascii: "\\")), buffer.count) != nil { return true }
            return needles.contains { needle in
                guard !needle.bytes.isEmpty else { return true }
                let byte = needle.bytes[needle.rarest]
                // Hardly any lock has large letters, and looking for one costs next to nothing.
                let isLetter = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
                return Self.has(needle, byte, buffer) || isLetter && Self.has(needle, byte ^ 0x20, buffer)
            }
        }
    }

    /// - Parameter byte: the rarest of the needle, as it is to be looked for.
    private static func has(_ needle: Needle, _ byte: UInt8, _ text: UnsafeRawBufferPointer) -> Bool {
        guard let base = text.baseAddress, needle.bytes.count <= text.count else { return false }
        var place = needle.rarest
        let last = text.count - (needle.bytes.count - needle.rarest)
        while place <= last {
            guard let hit = memchr(base + place, Int32(byte), last - place + 1) else {
                return false
            }
            place = UnsafeRawPointer(hit) - base
            let start = place - needle.rarest
            if zip(text[start...], needle.bytes).allSatisfy({ CrateQuery.small($0) == $1 }) { return true }
            place += 1
        }
        return false
    }

    func isNamed(_ name: String) -> Bool { queries.contains { $0.isNamed(name) } }
    func matches(_ name: String, _ version: Version) -> Bool { queries.contains { $0.matches(name, version) } }
}

/// A lock read line by line, as Cargo lays it out in any of its formats.
private struct LockLines {
    private let queries: LockQueries
    private(set) var packages: [LockScan.Package] = []
    /// Whether every line was one that Cargo writes.
    private(set) var isRegular = true
    /// A version that is none.
    private(set) var badVersion: String?

    private var isPackage = false
    private var isInList = false
    private var name: UnsafeRawBufferPointer?
    private var version: UnsafeRawBufferPointer?
    private var source: UnsafeRawBufferPointer?

    init(_ queries: LockQueries) { self.queries = queries }

    mutating func read(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return }
            var start = 0
            while start < buffer.count {
                let found = memchr(base + start, 0x0A, buffer.count - start)
                let end = found.map { UnsafeRawPointer($0) - base } ?? buffer.count
                let hasReturn = end > start && buffer[end - 1] == 0x0D
                read(line: UnsafeRawBufferPointer(rebasing: buffer[start..<(hasReturn ? end - 1 : end)]))
                start = end + 1
            }
            finish()
        }
    }

    private mutating func read(line: UnsafeRawBufferPointer) {
        guard let first = line.first, first != UInt8(ascii: "#") else { return }
        if first == UInt8(ascii: "[") { return header(line) }
        if isInList {
            if first == UInt8(ascii: "]"), line.count == 1 { isInList = false } else { item(line) }
            return
        }
        if first == UInt8(ascii: "\"") { return require(!isPackage && line.last == first) }
        field(line)
    }

    private mutating func header(_ line: UnsafeRawBufferPointer) {
        finish()
        isPackage = line.elementsEqual("[[package]]".utf8) || line.elementsEqual("[root]".utf8)
        require(isPackage || line.elementsEqual("[metadata]".utf8) || line.elementsEqual("[[patch.unused]]".utf8))
    }

    /// ` "name version (source)",`
    private mutating func item(_ line: UnsafeRawBufferPointer) {
        require(line.count >= 4 && line[0] == 0x20 && line[1] == UInt8(ascii: "\"") && line[line.count - 1] == 0x2C)
    }

    private mutating func field(_ line: UnsafeRawBufferPointer) {
        if let value = Self.value("name = \"", line) {
            take(value, \.name)
        } else if let value = Self.value("version = \"", line) {
            take(value, \.version)
        } else if let value = Self.value("source = \"", line) {
            take(value, \.source)
        } else if line.elementsEqual("dependencies = [".utf8) {
            isInList = true
        } else {
            require(
                Self.value("checksum = \"", line) != nil || Self.value("replace = \"", line) != nil
                    || (line.starts(with: "version = ".utf8) && line.count == 11))
        }
    }

    private mutating func take(
        _ value: UnsafeRawBufferPointer, _ field: WritableKeyPath<LockLines, UnsafeRawBufferPointer?>
    ) {
        require(self[keyPath: field] == nil)
        self[keyPath: field] = value
    }

    /// What stands between the quotes; `nil` if there is more to it than that.
    private static func value(_ start: StaticString, _ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let count = start.utf8CodeUnitCount
        guard line.count > count, line[line.count - 1] == UInt8(ascii: "\""), let base = line.baseAddress,
            memcmp(base, start.utf8Start, count) == 0
        else { return nil }
        let value = UnsafeRawBufferPointer(rebasing: line[count..<(line.count - 1)])
        return value.contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") } ? nil : value
    }

    private mutating func require(_ condition: Bool) { isRegular = isRegular && condition }

    /// A package is complete with the next header, or the end.
    private mutating func finish() {
        if isPackage {
            if let name, let version {
                note(text(name), text(version), source.map(text))
            } else {
                isRegular = false
            }
        }
        require(!isInList)
        (isPackage, isInList, name, version, source) = (false, false, nil, nil, nil)
    }

    private func text(_ bytes: UnsafeRawBufferPointer) -> String { String(decoding: bytes, as: UTF8.self) }

    mutating func note(_ name: String, _ version: String, _ source: String?) {
        guard queries.isNamed(name) else { return }
        guard let number = try? Version(version) else {
            badVersion = "`\(name)` has the version `\(version)`, which is none"
            return
        }
        let package = LockScan.Package(name: name, version: number, source: source)
        if queries.matches(name, number) { packages.append(package) }
    }
}
