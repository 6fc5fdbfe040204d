import BuildGraph
import CargoModel
import Testing

@Suite struct BuildReachTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let members: [String]
        let index: String
        var macros: Set<String>? = []
        /// What is said of `x`.
        let status: String
    }

    static let cases = [
        Case(
            testDescription: "a normal dependency", members: ["m 0.1.0 | x *"], index: "x 1.0.0", status: "built normal"
        ),
        Case(
            testDescription: "only a build script's", members: ["m 0.1.0 | b * build"], index: "x 1.0.0\nb 1.0.0 | x *",
            status: "built build"),
        Case(
            testDescription: "only the tests'", members: ["m 0.1.0 | d * dev"], index: "x 1.0.0\nd 1.0.0 | x *",
            status: "built dev"),
        Case(
            testDescription: "behind a feature", members: ["m 0.1.0 | x * opt | feat on=dep:x more=on"],
            index: "x 1.0.0", status: "built normal with m/more m/on"),
        Case(
            testDescription: "behind two features at once", members: ["m 0.1.0 | p * opt | feat a=dep:p b=p?/x"],
            index: "x 1.0.0\np 1.0.0 | x * opt", status: "built normal with several"),
        Case(
            testDescription: "weakly mentioned, never turned on", members: ["m 0.1.0 | p * [w]"],
            index: "x 1.0.0 | feat f=\np 1.0.0 | x * opt | feat w=x?/f", status: "only-locked"),
        Case(
            testDescription: "on Windows alone", members: ["m 0.1.0 | x * on:cfg(windows)"], index: "x 1.0.0",
            status: "built normal on windows"),
        Case(
            testDescription: "below what Windows alone needs", members: ["m 0.1.0 | p * on:cfg(windows)"],
            index: "x 1.0.0\np 1.0.0 | x *", status: "built normal on windows"),
        Case(
            testDescription: "where two conditions contradict each other", members: ["m 0.1.0 | p * on:cfg(windows)"],
            index: "x 1.0.0\np 1.0.0 | x * on:cfg(unix)", status: "only-locked"),
        Case(
            testDescription: "where a macro's host decides", members: ["m 0.1.0 | p * on:cfg(windows)"],
            index: "x 1.0.0\np 1.0.0 | x * on:cfg(unix)", macros: ["p"], status: "possibly normal"),
        Case(
            testDescription: "where a build script's host decides", members: ["m 0.1.0 | p * on:cfg(windows)"],
            index: "x 1.0.0\np 1.0.0 | x * build on:cfg(unix)", status: "possibly build"),
        Case(
            testDescription: "where nobody knows whether it is a macro", members: ["m 0.1.0 | p * on:cfg(windows)"],
            index: "x 1.0.0\np 1.0.0 | x * on:cfg(unix)", macros: nil, status: "possibly normal"),
        Case(
            testDescription: "with a flag for the compiler", members: ["m 0.1.0 | x * on:cfg(loom)"], index: "x 1.0.0",
            status: "possibly normal with flags"),
        Case(
            testDescription: "on a system that no target has",
            members: ["m 0.1.0 | x * on:cfg(target_os=\"cloudabi\")"],
            index: "x 1.0.0", status: "possibly normal with flags"),
        Case(
            testDescription: "never, by a condition that cannot hold", members: ["m 0.1.0 | x * on:cfg(any())"],
            index: "x 1.0.0", status: "only-locked"),
        Case(
            testDescription: "by the features that two packages ask for", members: ["m 0.1.0 | p * [a] ; q *"],
            index:
                "x 1.0.0\nq 1.0.0 | p * [b]\np 1.0.0 | x * opt ; y * opt | feat a=y?/z b=dep:y\ny 1.0.0 | x * opt | feat z=dep:x",
            status: "possibly normal"),
    ]

    @Test(arguments: cases) func tells(_ example: Case) throws {
        let world = try World(example.members, example.index, macros: example.macros)
        let package = try #require(world.index("x"))
        #expect(Self.text(BuildReach(world.graph).status(of: package)) == example.status)
    }

    private static func text(_ status: BuildStatus) -> String {
        if status.state == .onlyLocked { return status.state.rawValue }
        var text = "\(status.state.rawValue) \(status.kind.rawValue)"
        switch status.features {
        case .standard: break
        case .oneOf(let names): text += " with " + names.joined(separator: " ")
        case .several: text += " with several"
        case .unknown: text += " with unknown"
        }
        let windows = TargetTable.shared.targets(with: Cfg(name: "windows"))
        if status.state == .built, let targets = status.targets {
            text += targets == windows ? " on windows" : " on some"
        }
        return text + (status.needsFlags ? " with flags" : "")
    }
}
