/// Where the lines of a file begin, to turn a byte offset into the line and column of a message.
package struct LineIndex: Sendable {
    private let bytes: [UInt8]
    /// Offset of the first byte of each line; never empty.
    private let starts: [Int]

    package init(_ bytes: [UInt8]) {
        var starts = [0]
        bytes.withUnsafeBufferPointer { buffer in
            for offset in buffer.indices where buffer[offset] == UInt8(ascii: "\n") { starts.append(offset + 1) }
        }
        self.bytes = bytes
        self.starts = starts
    }

    package var lineCount: Int { starts.count }

    /// Line and column of `offset`, both from 1. The column counts Unicode scalars, as in Cargo's
    /// `--> file:LINE:COLUMN`, which passes over a byte order mark. An offset outside the file is taken as its nearest end.
    package func position(of offset: Int) -> (line: Int, column: Int) {
        let offset = min(max(offset, 0), bytes.count)
        let line = line(of: offset)
        let scalars = bytes[starts[line]..<offset].dropFirst(line == 0 ? markLength : 0).count { $0 & 0xC0 != 0x80 }
        return (line + 1, scalars + 1)
    }

    /// The bytes of a line without its line break; empty for a line the file does not have.
    ///
    /// - Parameter line: counted from 1.
    package func text(ofLine line: Int) -> ArraySlice<UInt8> {
        let range = range(ofLine: line)
        return bytes[range.start..<range.end]
    }

    /// Where the line stands in the file, its line break excluded.
    package func range(ofLine line: Int) -> Span {
        guard starts.indices.contains(line - 1) else { return Span(start: bytes.count, end: bytes.count) }
        let start = starts[line - 1]
        var end = line < starts.count ? starts[line] - 1 : bytes.count
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return Span(start: start, end: end)
    }

    private var markLength: Int {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Index of the last line that begins at or before `offset`.
    private func line(of offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }
}
