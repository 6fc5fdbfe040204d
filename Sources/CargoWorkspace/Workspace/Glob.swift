import Disk

/// A pattern of `workspace.members`: `*`, `?`, `[ab]`, `[!ab]`, `**`; no braces. `*` fits names with a dot in front.
/// - SeeAlso: crate `glob` 0.3, which Cargo uses.
struct GlobPattern {
    private enum Token {
        case scalar(Unicode.Scalar)
        case any
        case star
        case set([ClosedRange<Unicode.Scalar>], negated: Bool)
    }

    private enum Component {
        case literal(String)
        case pattern([Token])
        case recursive
    }

    private let text: String
    private let components: [Component]

    /// - Parameter path: absolute.
    init(_ path: String) throws(PatternReason) {
        text = path
        var components: [Component] = []
        for part in path.split(separator: "/") {
            if part == "**" {
                components.append(.recursive)
            } else if part.utf8.contains(where: { "*?[".utf8.contains($0) }) {
                components.append(.pattern(try Self.tokens(Array(part.unicodeScalars))))
            } else {
                components.append(.literal(String(part)))
            }
        }
        self.components = components
    }

    /// Directories a pattern may lead through before it is taken for a mistake, or for an attack.
    static let directoryLimit = 200_000
    /// How deep `**` goes: deeper than any path that can be opened by name.
    private static let depthLimit = 256

    /// What is there, in byte order. Links are followed, by `**` too: until the system gives up on a path with more
    /// than forty of them, or the walk has become too long.
    func matches() throws(WorkspaceError) -> [String] {
        var budget = Self.directoryLimit
        var current = [""]
        for (index, component) in components.enumerated() {
            var next: [String] = []
            let isLast = index == components.count - 1
            for base in current { try expand(component, in: base, isLast: isLast, into: &next, &budget) }
            if next.isEmpty { return [] }
            current = next
        }
        return Self.sorted(current)
    }

    private static func sorted(_ paths: [String]) -> [String] {
        let unique = paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return unique.enumerated().filter { $0.offset == 0 || unique[$0.offset - 1] != $0.element }.map(\.element)
    }

    private func expand(
        _ component: Component, in base: String, isLast: Bool, into result: inout [String], _ budget: inout Int
    ) throws(WorkspaceError) {
        switch component {
        case .literal(let name):
            // `.` and `..` are taken as they are; the caller normalises.
            let path = base + "/" + name
            if isLast ? FileSystem.isNamed(path) : FileSystem.isDirectory(path) { result.append(path) }
        case .pattern(let tokens):
            try spend(&budget)
            for name in Self.hidden(tokens) + Self.names(in: base)
            where Self.fits(Array(name.unicodeScalars), tokens) {
                result.append(base + "/" + name)
            }
        case .recursive:
            if !isLast { result.append(base) }
            try descend(base, depth: 0, into: &result, &budget)
        }
    }

    /// `.` and `..` can be meant only by a pattern that begins with a dot.
    private static func hidden(_ tokens: [Token]) -> [String] {
        if case .scalar(".")? = tokens.first { [".", ".."] } else { [] }
    }

    private static func names(in base: String) -> [String] {
        (try? FileSystem.names(in: base.isEmpty ? "/" : base)) ?? []
    }

    private func descend(
        _ base: String, depth: Int, into result: inout [String], _ budget: inout Int
    ) throws(WorkspaceError) {
        try spend(&budget)
        if depth > Self.depthLimit { return }
        for name in Self.names(in: base) {
            let path = base + "/" + name
            guard FileSystem.isDirectory(path) else { continue }
            result.append(path)
            try descend(path, depth: depth + 1, into: &result, &budget)
        }
    }

    private func spend(_ budget: inout Int) throws(WorkspaceError) {
        budget -= 1
        if budget < 0 { throw WorkspaceError(.tooManyDirectories(pattern: text, limit: Self.directoryLimit)) }
    }
}

struct PatternReason: Error {
    let fault: WorkspaceError.PatternFault
}

// MARK: One name

extension GlobPattern {
    private static func tokens(_ scalars: [Unicode.Scalar]) throws(PatternReason) -> [Token] {
        var tokens: [Token] = []
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case "?": tokens.append(.any)
            case "*":
                let stars = scalars[index...].prefix { $0 == "*" }.count
                if stars > 2 { throw PatternReason(fault: .wildcards) }
                if stars == 2 { throw PatternReason(fault: .recursion) }
                tokens.append(.star)
            case "[": index = try set(scalars, at: index, into: &tokens)
            default: tokens.append(.scalar(scalars[index]))
            }
            index += 1
        }
        return tokens
    }

    /// Returns the index of the closing bracket. A `]` right after the opening one is a member of the set.
    private static func set(
        _ scalars: [Unicode.Scalar], at start: Int, into tokens: inout [Token]
    ) throws(PatternReason) -> Int {
        let isNegated = start + 1 < scalars.count && scalars[start + 1] == "!"
        let first = start + (isNegated ? 2 : 1)
        guard first < scalars.count, let end = scalars[(first + 1)...].firstIndex(of: "]") else {
            throw PatternReason(fault: .invalidRange)
        }
        var ranges: [ClosedRange<Unicode.Scalar>] = []
        var index = first
        while index < end {
            if index + 2 < end, scalars[index + 1] == "-" {
                if scalars[index] <= scalars[index + 2] { ranges.append(scalars[index]...scalars[index + 2]) }
                index += 3
            } else {
                ranges.append(scalars[index]...scalars[index])
                index += 1
            }
        }
        tokens.append(.set(ranges, negated: isNegated))
        return end
    }

    /// Goes back only to the last star, so the work is at most the product of both lengths.
    private static func fits(_ name: [Unicode.Scalar], _ tokens: [Token]) -> Bool {
        var (position, token) = (0, 0)
        var retry: (position: Int, token: Int)?
        while position < name.count {
            if token < tokens.count, case .star = tokens[token] {
                retry = (position, token)
                token += 1
            } else if token < tokens.count, fits(name[position], tokens[token]) {
                position += 1
                token += 1
            } else if let last = retry {
                retry = (last.position + 1, last.token)
                (position, token) = (last.position + 1, last.token + 1)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { if case .star = $0 { true } else { false } }
    }

    private static func fits(_ scalar: Unicode.Scalar, _ token: Token) -> Bool {
        switch token {
        case .scalar(let expected): scalar == expected
        case .any: true
        case .star: false
        case .set(let ranges, let negated): ranges.contains { $0.contains(scalar) } != negated
        }
    }
}
