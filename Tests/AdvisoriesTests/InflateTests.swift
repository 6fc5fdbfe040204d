import Testing

@testable import Advisories

@Suite struct InflateTests {
    /// A block with codes of its own; 900 bytes of text with repetitions.
    private static let dynamic = """
        7VFLdsMgELuK3qxZxK7TpNxGAxNMjCF7P9+94xv0AGXB5z0kjaTUbYCUnH7e8oYi7gd4DmN8I+JmUudITfcKa2ZjBEzxCY33\
        0JHk+vekFDWJ/BAWH+3HOKivjzLaEqw2jI65rUj2aJ1l8APC+eDCuOc6zJdvwg5LkrSC/qpRDaEm7iriAhDzPVsp5aac47N+\
        TekQ+FiJw9EBtxAGD4ftZf5Yjm+HdFG5iRCROe/rW0hVfkc6zjCcU12WakNcY7WGgpo7uK5xtiC5qiAI0C9bjmZUCn2cZfjR\
        wGOidcmaP+flpLB9l0Nxom0IyiO0Cs06LGExlDhy4ua6JvrcRhXpG+IL95oSsEQn8hpCjrZezdhVkKeYxmKdGQyBs8np8Uk+\
        7z5W82tXQAN0cvMedzUlTveVzY1mJ3l18Wt2QqiWQ46hL927ZvcQvqwPPLy9zbU80b3qzobal+Dm6fn2yaK3Pm6AyRTrufHK\
        saGvsHq+XNtsH4lJtGrS/87/3vkv
        """

    @Test func unpacksABlockWithItsOwnCodes() throws {
        let text = try Inflate.unpack(base64(Self.dynamic)[...], limit: 4096)
        #expect(text.count == 900)
        #expect(CRC32.of(text) == 1_570_082_069)
    }

    @Test func unpacksABlockWithTheFixedCodes() throws {
        let packed = base64("y8lPzk5PLElVyBll0JKRmJSaViVVXZGbUl6Un5dfVJ6SW5FdVZiVmjS0ZAA=")
        let text = String(decoding: try Inflate.unpack(packed[...], limit: 4096), as: UTF8.self)
        #expect(text.utf8.count == 560)
        #expect(text.hasPrefix("lockgate lockgate "))
    }

    @Test func unpacksAStoredBlock() throws {
        #expect(try Inflate.unpack([1, 3, 0, 0xfc, 0xff, 7, 8, 9], limit: 3) == [7, 8, 9])
    }

    @Test func stopsAtTheLimit() {
        #expect(throws: ArchiveFault.tooLarge(limit: 899)) {
            try Inflate.unpack(base64(Self.dynamic)[...], limit: 899)
        }
    }

    @Test func refusesWhatIsCutOff() {
        let packed = base64(Self.dynamic)
        for count in 0..<packed.count {
            #expect(throws: ArchiveFault.self) { try Inflate.unpack(packed[..<count], limit: 4096) }
        }
    }

    @Test(arguments: 0..<4) func survivesDamage(seed: UInt64) {
        var random = SplitMix(state: seed)
        let original = base64(Self.dynamic)
        for _ in 0..<100 {
            var packed = original
            for _ in 0...(random.next() % 4) {
                packed[Int(random.next() % UInt64(packed.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            let result = try? Inflate.unpack(packed[...], limit: 2000)
            #expect((result?.count ?? 0) <= 2000, "seed \(seed)")
        }
    }
}

struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }
}

func base64(_ text: String) -> [UInt8] {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var (bytes, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
    for digit in text.utf8 {
        guard let value = digits.firstIndex(of: digit) else { continue }
        bits = bits << 6 | UInt32(value)
        count += 6
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
    }
    return bytes
}
