import TOML
import Testing

@Suite struct SpanTests {
    @Test func lengthIsInBytes() {
        #expect(Span(start: 2, end: 5).length == 3)
    }
}
