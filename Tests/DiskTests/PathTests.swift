import Disk
import Testing

@Suite struct PathTests {
    @Test(arguments: [
        ("/a", "b", "/a/b"), ("/a/", "b", "/a/b"), ("/", "b", "/b"), ("/a", "/b", "/b"), ("/a", "", "/a"),
        ("a", "../b", "a/../b"),
    ])
    func joins(base: String, path: String, joined: String) {
        #expect(Path.join(base, path) == joined)
    }

    @Test(arguments: [
        ("/a/./b//c/", "/a/b/c"), ("/a/../b", "/b"), ("/../..", "/"), ("/", "/"), ("../a/..", ".."), ("a/..", ""),
        ("a/../../b", "../b"), ("/é/../ü", "/ü"),
    ])
    func normalizes(path: String, normal: String) {
        #expect(Path.normalize(path) == normal)
        #expect(Path.normalize(normal) == normal)
    }

    @Test(arguments: [("/", nil, ""), ("/a", "/", "a"), ("/a/b", "/a", "b"), ("a", nil, "a"), ("a/b", "a", "b")])
    func splits(path: String, parent: String?, last: String) {
        #expect(Path.parent(path) == parent)
        #expect(Path.lastComponent(path) == last)
    }

    @Test func climbsToTheRoot() {
        #expect(Path.ancestors("/a/b") == ["/a/b", "/a", "/"])
        #expect(Path.ancestors("/") == ["/"])
    }

    @Test(arguments: [
        ("/a/b", "/a", true), ("/a/b", "/a/", true), ("/ab", "/a", false), ("/a/./b", "/a/b", true),
        ("/a/../b", "/a", true), ("a/b", "/a", false), ("/a", "/a/b", false), ("/a", "/", true),
    ])
    func comparesWholeComponents(path: String, prefix: String, isBelow: Bool) {
        #expect(Path.starts(path, with: prefix) == isBelow)
    }

    @Test func keepsClimbingComponentsInAPrefix() {
        #expect(Path.prefix("/a//./b/") == "/a/b")
        #expect(Path.prefix("/a/../b") == "/a/../b")
    }

    @Test(arguments: [
        ("/a/b/c", "/a", "b/c"), ("/a", "/a/b/c", "../.."), ("/a/x", "/a/b", "../x"), ("/a", "/a", ""),
        ("/a", "/", "a"),
    ])
    func looksFromElsewhere(path: String, base: String, relative: String) {
        #expect(Path.relative(path, to: base) == relative)
    }
}
