/// Path arithmetic on text, as Rust's `Path` does it: nothing here looks at the disk.
package enum Path {
    package static func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }

    /// `path` as seen from `base`; an absolute path stays as it is.
    package static func join(_ base: String, _ path: String) -> String {
        if isAbsolute(path) { return path }
        if path.isEmpty { return base }
        return base.utf8.last == UInt8(ascii: "/") ? base + path : base + "/" + path
    }

    /// Without `.`, `..`, double and trailing slashes. `..` at the root of an absolute path is dropped.
    package static func normalize(_ path: String) -> String {
        var parts: [Substring.UTF8View.SubSequence] = []
        let isAbsolute = isAbsolute(path)
        for part in path.utf8.split(separator: UInt8(ascii: "/")) {
            if part.elementsEqual(".".utf8) { continue }
            if part.elementsEqual("..".utf8), let last = parts.last, !last.elementsEqual("..".utf8) {
                parts.removeLast()
            } else if !(part.elementsEqual("..".utf8) && isAbsolute && parts.isEmpty) {
                parts.append(part)
            }
        }
        return (isAbsolute ? "/" : "") + parts.map { String(Substring($0)) }.joined(separator: "/")
    }

    /// The directory that holds `path`, a normalised absolute path; nil for the root.
    package static func parent(_ path: String) -> String? {
        guard path.utf8.count > 1, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last component; empty for the root.
    package static func lastComponent(_ path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(path[path.utf8.index(after: slash)...])
    }

    /// The directory itself, then each one above it.
    package static func ancestors(_ directory: String) -> [String] {
        var result = [directory]
        var current = directory
        while let above = parent(current) {
            result.append(above)
            current = above
        }
        return result
    }

    /// Whether the components of `prefix` begin those of `path`. `.` does not count, `..` is a component like others.
    package static func starts(_ path: String, with prefix: String) -> Bool {
        if isAbsolute(path) != isAbsolute(prefix) { return false }
        let left = components(path)
        let right = components(prefix)
        return left.count >= right.count && zip(left, right).allSatisfy { $0.elementsEqual($1) }
    }

    private static func components(_ path: String) -> [Substring.UTF8View] {
        path.utf8.split(separator: UInt8(ascii: "/")).lazy.map { Substring($0).utf8 }
            .filter { !$0.elementsEqual(".".utf8) }
    }

    /// An absolute path as `ancestors` would list it: single slashes, no `.`; `..` is kept, so that such a path is an
    /// ancestor of nothing.
    package static func prefix(_ path: String) -> String {
        "/" + components(path).map { String(Substring($0)) }.joined(separator: "/")
    }

    /// How `path` looks from `base`, both absolute and normalised: with `..` where it has to climb.
    package static func relative(_ path: String, to base: String) -> String {
        let target = components(path)
        let origin = components(base)
        let shared = zip(target, origin).prefix { $0.elementsEqual($1) }.count
        let climb = Array(repeating: "..", count: origin.count - shared)
        let rest = target[shared...].map { String(Substring($0)) }
        return (climb + rest).joined(separator: "/")
    }
}
