import CargoModel
import CargoWorkspace
import TOML
import TestSupport
import Testing

/// Every way in which a lock cannot be read; `⟦` and `⟧` mark the place an error points at.
@Suite struct LockfileErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let reason: LockfileError.Reason
    }

    static let head = "version = 4\n\n"
    static let registry = "registry+https://github.com/rust-lang/crates.io-index"

    static let cases = [
        Case(
            testDescription: "a format from the future", text: "version = ⟦5⟧\n", reason: .unsupportedVersion(5)),
        Case(
            testDescription: "format 2 has no number", text: "version = ⟦2⟧\n", reason: .unsupportedVersion(2)),
        Case(
            testDescription: "a number as text", text: "version = ⟦\"4\"⟧\n",
            reason: .wrongType(key: "version", expected: "an integer", found: "string")),
        Case(
            testDescription: "packages in no array", text: "package = ⟦1⟧\n",
            reason: .wrongType(key: "package", expected: "an array", found: "integer")),
        Case(
            testDescription: "a source that is no text",
            text: head + "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = ⟦[]⟧\n",
            reason: .wrongType(key: "source", expected: "a string", found: "sequence")),
        Case(
            testDescription: "a dependency that is no text",
            text: head + "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\ndependencies = [\"b\", ⟦1⟧]\n",
            reason: .wrongType(key: "dependencies", expected: "an array of strings", found: "integer")),
        Case(
            testDescription: "metadata that is no text", text: "[metadata]\nmine = ⟦1⟧\n",
            reason: .wrongType(key: "mine", expected: "a string", found: "integer")),
        Case(
            testDescription: "a package without a name", text: head + "⟦[[package]]⟧\nversion = \"1.0.0\"\n",
            reason: .missingField("name")),
        Case(
            testDescription: "a package without a version", text: head + "⟦[[package]]⟧\nname = \"a\"\n",
            reason: .missingField("version")),
        Case(
            testDescription: "patches without the unused ones", text: "⟦[patch]⟧\nother = 1\n",
            reason: .missingField("unused")),
        Case(
            testDescription: "one package twice",
            text: head + package("a") + package("a", name: "⟦\"a\"⟧"), reason: .duplicatePackage("a")),
        Case(
            testDescription: "two blanks in a reference",
            text: head + package("a") + "dependencies = [⟦\"b  1.0.0\"⟧]\n", reason: .invalidPackageID("b  1.0.0")),
        Case(
            testDescription: "a source in a reference without brackets",
            text: head + package("a") + "dependencies = [⟦\"b 1.0.0 \(registry)\"⟧]\n",
            reason: .invalidPackageID("b 1.0.0 \(registry)")),
        Case(
            testDescription: "a source without its kind",
            text: head + package("a", source: "⟦\"https://example.com\"⟧"),
            reason: .invalidSource("https://example.com")),
        Case(
            testDescription: "a source of a kind unknown",
            text: head + package("a", source: "⟦\"hg+https://example.com\"⟧"),
            reason: .invalidSource("hg+https://example.com")),
        Case(
            testDescription: "a version with two numbers", text: head + package("a", version: "⟦\"1.0\"⟧"),
            reason: .invalidVersion("1.0", reason: "unexpected end of input while parsing minor version number")),
        Case(
            testDescription: "a replaced package with dependencies",
            text: head + package("a") + "replace = ⟦\"b\"⟧\ndependencies = []\n" + package("b"),
            reason: .replacedWithDependencies("a")),
        Case(
            testDescription: "a merge left open", text: "⟦<⟧<<<<<< HEAD\nversion = 4\n=======\n",
            reason: .mergeMarkers),
    ]

    @Test(arguments: cases)
    func pointsAtTheFault(_ example: Case) throws {
        let before = example.text.prefix { $0 != "⟦" }.utf8.count
        let marked = example.text.drop { $0 != "⟦" }.dropFirst().prefix { $0 != "⟧" }.utf8.count
        let text = example.text.replacing("⟦", with: "").replacing("⟧", with: "")
        let error = #expect(throws: LockfileError.self) {
            try Lockfile(parsing: Array(text.utf8), path: "Cargo.lock").graph(pathPackages: [])
        }
        #expect(error?.reason == example.reason)
        #expect(error?.location.path == "Cargo.lock")
        #expect(error?.location.span.start == before)
        if example.reason != .mergeMarkers { #expect(error?.location.span.length == marked) }
        #expect(error?.description.isEmpty == false)
    }

    @Test func saysWhatTOMLSays() {
        let error = #expect(throws: LockfileError.self) {
            try Lockfile(parsing: Array("version = \n".utf8), path: "Cargo.lock")
        }
        #expect(error?.reason == .syntax(.expected(.value)))
    }

    static func package(
        _ name: String, name written: String? = nil, version: String = "\"1.0.0\"", source: String? = nil
    ) -> String {
        let name = written ?? "\"\(name)\""
        return "[[package]]\nname = \(name)\nversion = \(version)\nsource = \(source ?? "\"\(registry)\"")\n"
    }
}
