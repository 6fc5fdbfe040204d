import Audit
import CargoModel
import TOML
import Testing

/// Which line is to blame for a stale lock, and for which of the changes.
@Suite struct StaleDiagnosisTests {
    private static let index = """
        -- index --
        itoa 1.0.9
        itoa 1.0.11
        log 0.4.20
        log 0.4.22
        serde 1.0.200 | serde_derive =1.0.200 opt | feat derive=serde_derive
        serde_derive 1.0.200 | syn ^2
        syn 1.0.109
        syn 2.0.60
        """

    /// A lock from lines like `app 0.1.0: log, syn`; all but those marked `path` are of crates.io.
    private static func lock(_ lines: String) -> String {
        lines.split(separator: "\n").reduce("-- Cargo.lock --\nversion = 4\n") { text, line in
            let parts = line.split(separator: ":", maxSplits: 1)
            let words = parts[0].split(separator: " ")
            let origin =
                words.count > 2
                ? ""
                : "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"\(words[0])-\(words[1])\"\n"
            let edges = parts.count > 1 ? parts[1].split(separator: ",").map { " \"\($0.drop { $0 == " " })\",\n" } : []
            let list = edges.isEmpty ? "" : "dependencies = [\n\(edges.joined())]\n"
            return text + "\n[[package]]\nname = \"\(words[0])\"\nversion = \"\(words[1])\"\n\(origin)\(list)"
        }
    }

    /// What `lock-stale` says, as `message -> changes`; `↓` marks where in manifests it must point.
    private func causes(_ manifests: String, _ lock: String) throws -> [String] {
        let workspace = try ExampleWorkspace(
            RuleExample("", manifests + "\n" + Self.lock(lock) + Self.index))
        let findings = LockStale().findings(in: workspace.context)
        let places = findings.compactMap(\.location).filter { $0.path.hasSuffix("Cargo.toml") }.map {
            ExampleWorkspace.Place(file: $0.path, offset: $0.span.start)
        }
        #expect(places.sorted() == workspace.marked)
        return findings.map { finding in
            let changes = finding.notes.map { $0.text.replacing("Cargo ", with: "") }
            return "\(finding.message) -> \(changes.joined(separator: "; "))".replacing("`", with: "")
        }
    }

    private static func app(_ dependencies: String, version: String = "\"0.1.0\"") -> String {
        "-- Cargo.toml --\n[package]\nname = \"app\"\nversion = \(version)\n[dependencies]\n\(dependencies)"
    }

    @Test func aNewVersionOfAMemberIsNotBlamedForItsRequirements() throws {
        let causes = try causes(
            Self.app("itoa = \"1\"\nlog = ↓\"0.4.22\"", version: "↓\"0.2.0\""),
            "app 0.1.0 path: itoa, log, syn\nitoa 1.0.9\nlog 0.4.20\nsyn 2.0.60")
        #expect(
            causes == [
                "package app is 0.2.0 here and 0.1.0 in the lock -> moves app from 0.1.0 to 0.2.0",
                "log = \"0.4.22\", required by app, is not met by the locked 0.4.20 -> moves log from 0.4.20 to 0.4.22",
                "syn is no longer required by app -> removes syn 2.0.60",
            ])
    }

    @Test func aPathDependencyIsBlamedOnce() throws {
        let causes = try causes(
            Self.app("lib = ↓{ path = \"lib\" }")
                + "\n-- lib/Cargo.toml --\n[package]\nname = \"lib\"\nversion = \"0.1.0\"\n[dependencies]\nlog = \"0.4\"",
            "app 0.1.0 path")
        #expect(
            causes == [
                "lib, required by app, is not in the lock -> adds lib 0.1.0; adds log 0.4.22;"
                    + " makes app 0.1.0 depend on lib 0.1.0"
            ])
    }

    @Test func aNewVersionOfAPathDependencyIsItsOwnFault() throws {
        let causes = try causes(
            Self.app("lib = { path = \"lib\" }")
                + "\n-- lib/Cargo.toml --\n[package]\nname = \"lib\"\nversion = ↓\"0.2.0\"",
            "app 0.1.0 path: lib\nlib 0.1.0 path")
        #expect(causes == ["package lib is 0.2.0 here and 0.1.0 in the lock -> moves lib from 0.1.0 to 0.2.0"])
    }

    @Test(arguments: [
        "serde = ↓{ version = \"1\", features = [\"derive\"] }",
        "serde = ↓\"1\"\n[features]\nall = [\"more\"]\nmore = [\"serde/derive\"]",
    ]) func aFeatureThatNeedsMoreIsBlamed(_ dependencies: String) throws {
        #expect(
            try causes(Self.app(dependencies), "app 0.1.0 path: serde\nserde 1.0.200") == [
                "the features app asks of serde need serde_derive, which the lock does not give it"
                    + " -> adds serde_derive 1.0.200; adds syn 2.0.60; makes serde 1.0.200 depend on serde_derive 1.0.200"
            ])
    }

    @Test func aFeatureThatIsGoneIsBlamed() throws {
        let lock = "app 0.1.0 path: serde\nserde 1.0.200: serde_derive\nserde_derive 1.0.200: syn\nsyn 2.0.60"
        #expect(
            try causes(Self.app("serde = ↓\"1\""), lock) == [
                "no feature asked of serde needs serde_derive, which the lock gives it -> removes serde_derive 1.0.200;"
                    + " removes syn 2.0.60; drops serde_derive 1.0.200 from the dependencies of serde 1.0.200"
            ])
    }

    @Test func aDependencyThatMovedToAPathIsNotSaidToBeUnmet() throws {
        let causes = try causes(
            Self.app("log = ↓{ path = \"log\" }")
                + "\n-- log/Cargo.toml --\n[package]\nname = \"log\"\nversion = \"0.4.20\"",
            "app 0.1.0 path: log\nlog 0.4.20")
        #expect(
            causes == [
                "log, required by app, is from a path here and from crates.io in the lock"
                    + " -> takes log 0.4.20 from a path, not 0.4.20 from crates.io"
            ])
    }

    @Test func theOtherOfTwoLockedVersionsIsNamed() throws {
        let lock =
            "app 0.1.0 path: log, serde, syn 1.0.109\nlog 0.4.20\nserde 1.0.200: serde_derive\n"
            + "serde_derive 1.0.200: syn 2.0.60\nsyn 1.0.109\nsyn 2.0.60"
        let manifest = Self.app(
            "log = \"0.4\"\nserde = { version = \"1\", features = [\"derive\"] }\nsyn = ↓\"2\"")
        #expect(
            try causes(manifest, lock) == [
                "syn = \"2\", required by app, is not met by the locked 1.0.109 -> removes syn 1.0.109;"
                    + " makes app 0.1.0 depend on syn 2.0.60, not on syn 1.0.109"
            ])
    }

    @Test func aLockedPackageThatBecomesADependencyIsSaidToBeThere() throws {
        let lock = "app 0.1.0 path: serde\nserde 1.0.200: serde_derive\nserde_derive 1.0.200: syn\nsyn 2.0.60"
        let manifest = Self.app("serde = { version = \"1\", features = [\"derive\"] }\nsyn = ↓\"2\"")
        #expect(
            try causes(manifest, lock) == [
                "syn = \"2\", required by app, is not among its dependencies in the lock"
                    + " -> makes app 0.1.0 depend on syn 2.0.60"
            ])
    }

    @Test func whatNoManifestExplainsIsAboutTheLock() throws {
        let lock = "app 0.1.0 path: itoa, log\nitoa 1.0.9\nlog 0.4.99\nsyn 1.0.109"
        #expect(
            try causes(Self.app("itoa = ↓\"1.0.11\"\nlog = \"0.4\""), lock) == [
                "itoa = \"1.0.11\", required by app, is not met by the locked 1.0.9 -> moves itoa from 1.0.9 to 1.0.11",
                "versions are locked that their registry does not have -> moves log from 0.4.99 to 0.4.22",
                "packages are locked that nothing requires -> removes syn 1.0.109",
            ])
    }
}
