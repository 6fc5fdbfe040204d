/// Why packed data cannot be unpacked.
package enum ArchiveFault: Error, Equatable, Sendable {
    case notAnArchive
    case truncated
    case malformed
    case tooLarge(limit: Int)
    case unsupported(String)
    case checksum
    case tooManyEntries(limit: Int)
}

extension ArchiveFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAnArchive: "not an archive of a known kind"
        case .truncated: "the packed data ends too early; fetch the file again"
        case .malformed: "the packed data is damaged; fetch the file again"
        case .tooLarge(let limit): "unpacked it is larger than \(limit) bytes"
        case .unsupported(let what): "\(what) is not supported"
        case .tooManyEntries(let limit): "more than \(limit) entries"
        case .checksum: "the checksum is wrong; fetch the file again"
        }
    }
}

/// Unpacks data compressed with DEFLATE.
///
/// - SeeAlso: RFC 1951.
package enum Inflate {
    /// - Parameter limit: the size in bytes the result may have.
    package static func unpack(_ packed: ArraySlice<UInt8>, limit: Int) throws(ArchiveFault) -> [UInt8] {
        try unpackCounting(packed, limit: limit).bytes
    }

    /// - Returns: also how many bytes the packed data has; what is behind it does not matter.
    static func unpackCounting(
        _ packed: ArraySlice<UInt8>, limit: Int
    ) throws(ArchiveFault) -> (bytes: [UInt8], packedCount: Int) {
        let result = packed.withUnsafeBufferPointer { buffer in
            Result<([UInt8], Int), ArchiveFault> { () throws(ArchiveFault) in
                var state = InflateState(input: buffer, limit: limit)
                try state.run()
                return (state.output, state.consumed)
            }
        }
        return try result.get()
    }

    /// The same with the header and checksum of zlib (RFC 1950).
    package static func unpackZlib(_ packed: ArraySlice<UInt8>, limit: Int) throws(ArchiveFault) -> [UInt8] {
        let header = packed.prefix(2).map { Int($0) }
        guard header.count == 2 else { throw .truncated }
        guard header[0] & 15 == 8, (header[0] << 8 | header[1]) % 31 == 0, header[1] & 0x20 == 0 else {
            throw .malformed
        }
        return try unpack(packed.dropFirst(2), limit: limit)
    }
}

private struct InflateState {
    private let input: UnsafeBufferPointer<UInt8>
    private let limit: Int
    private var position = 0
    private var bits: UInt64 = 0
    private var bitCount = 0
    private(set) var output: [UInt8] = []

    init(input: UnsafeBufferPointer<UInt8>, limit: Int) {
        self.input = input
        self.limit = limit
        output.reserveCapacity(min(limit, input.count * 4))
    }

    mutating func run() throws(ArchiveFault) {
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try copyStored()
            case 1: try unpack(Self.fixedLengths, Self.fixedDistances)
            case 2:
                let (lengths, distances) = try dynamicCodes()
                try unpack(lengths, distances)
            default: throw .malformed
            }
        }
    }

    /// Whole bytes that were not needed are given back.
    var consumed: Int { position - bitCount / 8 }

    private mutating func copyStored() throws(ArchiveFault) {
        position -= bitCount / 8
        (bits, bitCount) = (0, 0)
        guard position + 4 <= input.count else { throw .truncated }
        let count = Int(input[position]) | Int(input[position + 1]) << 8
        let check = Int(input[position + 2]) | Int(input[position + 3]) << 8
        guard count ^ check == 0xffff else { throw .malformed }
        position += 4
        guard position + count <= input.count else { throw .truncated }
        guard output.count + count <= limit else { throw .tooLarge(limit: limit) }
        output.append(contentsOf: input[position..<(position + count)])
        position += count
    }

    private mutating func unpack(_ lengths: PrefixCode, _ distances: PrefixCode) throws(ArchiveFault) {
        while true {
            let symbol = try decode(lengths)
            if symbol == 256 { return }
            if symbol < 256 {
                guard output.count < limit else { throw .tooLarge(limit: limit) }
                output.append(UInt8(symbol))
            } else {
                try copy(lengthSymbol: symbol - 257, distances)
            }
        }
    }

    private mutating func copy(lengthSymbol symbol: Int, _ distances: PrefixCode) throws(ArchiveFault) {
        guard symbol < Self.lengthBases.count else { throw .malformed }
        let length = Self.lengthBases[symbol] + (try take(Self.lengthExtras[symbol]))
        let code = try decode(distances)
        guard code < Self.distanceBases.count else { throw .malformed }
        let distance = Self.distanceBases[code] + (try take(code < 2 ? 0 : code / 2 - 1))
        guard distance <= output.count else { throw .malformed }
        guard output.count + length <= limit else { throw .tooLarge(limit: limit) }
        if distance == 1, let last = output.last {
            output.append(contentsOf: repeatElement(last, count: length))
        } else {
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }
}

// MARK: - Codes

extension InflateState {
    private static let fixedLengths = PrefixCode(
        trusted: Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112) + Array(repeating: 7, count: 24)
            + Array(repeating: 8, count: 8))
    private static let fixedDistances = PrefixCode(trusted: Array(repeating: 5, count: 30))
    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthExtras = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145, 8193, 12289, 16385, 24577,
    ]
    private static let orderOfLengths = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    private mutating func dynamicCodes() throws(ArchiveFault) -> (PrefixCode, PrefixCode) {
        let (lengthCount, distanceCount) = (try take(5) + 257, try take(5) + 1)
        let count = try take(4) + 4
        var widths = [UInt8](repeating: 0, count: 19)
        for index in 0..<count { widths[Self.orderOfLengths[index]] = UInt8(try take(3)) }
        let all = try codeWidths(lengthCount + distanceCount, try PrefixCode(widths))
        return (try PrefixCode(Array(all[..<lengthCount])), try PrefixCode(Array(all[lengthCount...])))
    }

    private mutating func codeWidths(_ count: Int, _ code: PrefixCode) throws(ArchiveFault) -> [UInt8] {
        var widths: [UInt8] = []
        while widths.count < count {
            let symbol = try decode(code)
            if symbol < 16 {
                widths.append(UInt8(symbol))
                continue
            }
            guard symbol != 16 || !widths.isEmpty else { throw .malformed }
            let value = symbol == 16 ? widths[widths.count - 1] : 0
            let times = symbol == 16 ? 3 + (try take(2)) : symbol == 17 ? 3 + (try take(3)) : 11 + (try take(7))
            widths.append(contentsOf: repeatElement(value, count: times))
        }
        guard widths.count == count else { throw .malformed }
        return widths
    }
}

// MARK: - Bits

extension InflateState {
    /// Fills up to at least 48 bits, or as many as there are.
    private mutating func refill() {
        while bitCount <= 48, position < input.count {
            bits |= UInt64(input[position]) << UInt64(bitCount)
            position += 1
            bitCount += 8
        }
    }

    private mutating func take(_ count: Int) throws(ArchiveFault) -> Int {
        if bitCount < count { refill() }
        guard bitCount >= count else { throw .truncated }
        let value = bits & (1 << UInt64(count) - 1)
        bits >>= UInt64(count)
        bitCount -= count
        return Int(value)
    }

    private mutating func decode(_ code: PrefixCode) throws(ArchiveFault) -> Int {
        if bitCount < PrefixCode.widthLimit { refill() }
        let entry = code.entry(Int(truncatingIfNeeded: bits))
        let width = Int(entry & 15)
        guard width > 0 else { throw .malformed }
        guard width <= bitCount else { throw .truncated }
        bits >>= UInt64(width)
        bitCount -= width
        return Int(entry >> 4)
    }
}

/// A canonical prefix code as a table over the next 15 bits: symbol and width of each.
private struct PrefixCode: Sendable {
    static let widthLimit = 15
    private let table: [UInt16]

    /// - Throws: if the widths ask for more codes than there are.
    init(_ widths: [UInt8]) throws(ArchiveFault) {
        let space = widths.reduce(0) { $1 == 0 ? $0 : $0 + 1 << (Self.widthLimit - Int($1)) }
        guard space <= 1 << Self.widthLimit else { throw .malformed }
        self.init(trusted: widths)
    }

    init(trusted widths: [UInt8]) {
        var table = [UInt16](repeating: 0, count: 1 << Self.widthLimit)
        var code = 0
        for width in 1...Self.widthLimit {
            for (symbol, _) in widths.enumerated().lazy.filter({ Int($0.element) == width }) {
                let entry = UInt16(symbol << 4 | width)
                let first = Self.reversed(code, width)
                for index in stride(from: first, to: table.count, by: 1 << width) { table[index] = entry }
                code += 1
            }
            code <<= 1
        }
        self.table = table
    }

    @inline(__always)
    func entry(_ bits: Int) -> UInt16 { table[bits & (1 << Self.widthLimit - 1)] }

    private static func reversed(_ code: Int, _ width: Int) -> Int {
        (0..<width).reduce(0) { $0 | (code >> $1 & 1) << (width - 1 - $1) }
    }
}
