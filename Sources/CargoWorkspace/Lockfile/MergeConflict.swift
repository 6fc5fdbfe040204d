/// A file with the markers of a merge that was not finished: `<<<<<<<`, `|||||||`, `=======`, `>>>>>>>`.
enum MergeConflict {
    /// The file as each side has it, and as it was before, where that is shown.
    ///
    /// - Returns: `nil` for a file without markers, or whose markers do not fit together.
    static func sides(of bytes: [UInt8]) -> [[UInt8]]? {
        var sides: (ours: [UInt8], base: [UInt8], theirs: [UInt8]) = ([], [], [])
        var part = Part.common
        var hasBase = false
        var hasConflict = false
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if let marker = marker(line) {
                guard let next = part.next(after: marker) else { return nil }
                part = next
                hasBase = hasBase || next == .base
                hasConflict = true
                continue
            }
            if part == .common || part == .ours { sides.ours += line + [0x0A] }
            if part == .common || part == .base { sides.base += line + [0x0A] }
            if part == .common || part == .theirs { sides.theirs += line + [0x0A] }
        }
        guard hasConflict, part == .common else { return nil }
        return hasBase ? [sides.ours, sides.theirs, sides.base] : [sides.ours, sides.theirs]
    }

    private enum Part {
        case common, ours, base, theirs

        /// `nil` where such a marker has no business.
        func next(after marker: UInt8) -> Part? {
            switch (self, marker) {
            case (.common, UInt8(ascii: "<")): .ours
            case (.ours, UInt8(ascii: "|")): .base
            case (.ours, UInt8(ascii: "=")), (.base, UInt8(ascii: "=")): .theirs
            case (.theirs, UInt8(ascii: ">")): .common
            default: nil
            }
        }
    }

    /// The character of a marker, which stands seven times at the beginning of a line, then a blank or nothing.
    private static func marker(_ line: ArraySlice<UInt8>) -> UInt8? {
        guard let first = line.first, "<|=>".utf8.contains(first), line.count >= 7,
            line.prefix(7).allSatisfy({ $0 == first })
        else { return nil }
        let next = line.dropFirst(7).first
        return next == nil || next == 0x20 || next == 0x0D ? first : nil
    }
}
