extension Platform {
    /// Reads a text that begins `cfg(` and ends `)` as an expression, and any other as a target name.
    package init(_ text: String) throws(PlatformError) {
        guard text.utf8.starts(with: "cfg(".utf8), text.utf8.last == UInt8(ascii: ")") else {
            try Self.checkName(text)
            self = .name(text)
            return
        }
        self = .cfg(try CfgExpression(String(text.unicodeScalars.dropFirst(4).dropLast())))
    }

    private static func checkName(_ text: String) throws(PlatformError) {
        guard let bad = text.unicodeScalars.first(where: { !isAllowedInName($0) }) else { return }
        let hasParenthesis = text.unicodeScalars.contains("(")
        throw PlatformError(reason: hasParenthesis ? .misplacedParenthesis : .invalidTarget(bad), text: text)
    }

    private static func isAllowedInName(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isAlphabetic || scalar == "_" || scalar == "-" || scalar == "." { return true }
        switch scalar.properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: return true
        default: return false
        }
    }
}

extension CfgExpression {
    /// Reads what stands inside `cfg(…)`.
    package init(_ text: String) throws(PlatformError) {
        var parser = CfgParser(text)
        self = try parser.expression(levels: Self.levelLimit)
        try parser.end()
    }
}

extension Cfg {
    /// Reads one line of `rustc --print cfg`.
    package init(_ text: String) throws(PlatformError) {
        var parser = CfgParser(text)
        self = try parser.cfg()
        try parser.end()
    }
}

// MARK: - Parser

private struct CfgParser {
    private enum Token: Equatable {
        case leftParenthesis, rightParenthesis, comma, equals
        case identifier(String, isRaw: Bool)
        case string(String)

        var name: String {
            switch self {
            case .leftParenthesis: "`(`"
            case .rightParenthesis: "`)`"
            case .comma: "`,`"
            case .equals: "`=`"
            case .identifier: "an identifier"
            case .string: "a string"
            }
        }
    }

    private let text: String
    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) {
        self.text = text
        scalars = Array(text.unicodeScalars)
    }

    /// Only blanks may follow.
    mutating func end() throws(PlatformError) {
        skipBlanks()
        guard position < scalars.count else { return }
        throw error(.trailingContent(string(position..<scalars.count)))
    }

    private func error(_ reason: PlatformError.Reason) -> PlatformError {
        PlatformError(reason: reason, text: text)
    }

    private func string(_ range: Range<Int>) -> String {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars[range])
        return String(result)
    }
}

// MARK: - Grammar

extension CfgParser {
    mutating func expression(levels: Int) throws(PlatformError) -> CfgExpression {
        guard levels > 0 else { throw error(.tooDeep(limit: CfgExpression.levelLimit)) }
        let start = position
        switch try next(expecting: "start of a cfg expression") {
        case .identifier("all", isRaw: false): return .all(try list(levels: levels - 1))
        case .identifier("any", isRaw: false): return .any(try list(levels: levels - 1))
        case .identifier("not", isRaw: false): return .not(try single(levels: levels - 1))
        default: break
        }
        position = start
        let cfg = try cfg()
        if cfg.value == nil, cfg.name == "true" || cfg.name == "false" { return .constant(cfg.name == "true") }
        return .value(cfg)
    }

    private mutating func list(levels: Int) throws(PlatformError) -> [CfgExpression] {
        try expect(.leftParenthesis)
        var list: [CfgExpression] = []
        while !accept(.rightParenthesis) {
            list.append(try expression(levels: levels))
            if accept(.comma) { continue }
            try expect(.rightParenthesis)
            break
        }
        return list
    }

    private mutating func single(levels: Int) throws(PlatformError) -> CfgExpression {
        try expect(.leftParenthesis)
        let inner = try expression(levels: levels)
        try expect(.rightParenthesis)
        return inner
    }

    mutating func cfg() throws(PlatformError) -> Cfg {
        let token = try next(expecting: "identifier")
        guard case .identifier(let name, let isRaw) = token else {
            throw error(.unexpectedToken(expected: "identifier", found: token.name))
        }
        guard accept(.equals) else { return Cfg(name: name, isRaw: isRaw) }
        let value = try next(expecting: "a string")
        guard case .string(let text) = value else {
            throw error(.unexpectedToken(expected: "a string", found: value.name))
        }
        return Cfg(name: name, value: text, isRaw: isRaw)
    }

    private mutating func accept(_ token: Token) -> Bool {
        let start = position
        if let found = try? next(expecting: ""), found == token { return true }
        position = start
        return false
    }

    private mutating func expect(_ token: Token) throws(PlatformError) {
        let found = try next(expecting: token.name)
        if found != token { throw error(.unexpectedToken(expected: token.name, found: found.name)) }
    }
}

// MARK: - Tokens

extension CfgParser {
    private mutating func next(expecting expected: String) throws(PlatformError) -> Token {
        skipBlanks()
        guard position < scalars.count else { throw error(.incomplete(expected: expected)) }
        let scalar = scalars[position]
        position += 1
        switch scalar {
        case "(": return .leftParenthesis
        case ")": return .rightParenthesis
        case ",": return .comma
        case "=": return .equals
        case "\"": return try quoted()
        case _ where Self.isIdentifierStart(scalar): return try identifier(startingWith: scalar)
        default: throw error(.unexpectedCharacter(scalar))
        }
    }

    /// The space alone counts as blank; a tab is an error in Cargo too.
    private mutating func skipBlanks() {
        while position < scalars.count, scalars[position] == " " { position += 1 }
    }

    /// There are no escapes: the next quote ends the string.
    private mutating func quoted() throws(PlatformError) -> Token {
        let start = position
        guard let end = scalars[start...].firstIndex(of: "\"") else {
            position = scalars.count
            throw error(.unterminatedString)
        }
        position = end + 1
        return .string(string(start..<end))
    }

    private mutating func identifier(startingWith scalar: Unicode.Scalar) throws(PlatformError) -> Token {
        var start = position - 1
        let isRaw = scalar == "r" && position < scalars.count && scalars[position] == "#"
        if isRaw {
            start = position + 1
            guard start < scalars.count else { throw error(.incomplete(expected: "identifier")) }
            guard Self.isIdentifierStart(scalars[start]) else { throw error(.unexpectedCharacter(scalars[start])) }
            position = start + 1
        }
        while position < scalars.count, Self.isIdentifierPart(scalars[position]) { position += 1 }
        return .identifier(string(start..<position), isRaw: isRaw)
    }

    private static func isIdentifierStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    private static func isIdentifierPart(_ scalar: Unicode.Scalar) -> Bool {
        isIdentifierStart(scalar) || ("0"..."9").contains(scalar)
    }
}
