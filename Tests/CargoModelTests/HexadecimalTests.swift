import CargoModel
import Testing

@Suite struct HexadecimalTests {
    @Test func spellsTheLowestByteFirst() {
        #expect(Hexadecimal.text(of: [0x0123_4567_89ab_cdef, 1]) == "efcdab89674523010100000000000000")
        #expect(Hexadecimal.text(of: []).isEmpty)
    }

    @Test(arguments: [("", []), ("00ff1a", [0, 0xff, 0x1a]), ("0", nil), ("0F", nil), ("0g", nil), ("é", nil)])
    func reads(text: String, bytes: [UInt8]?) {
        #expect(Hexadecimal.bytes(text) == bytes)
    }
}
