import CargoModel
import Testing

/// A part of what `rustc --print cfg` says, enough for the table below.
private let targets: [(name: String, cfgs: [String])] = [
    (
        "x86_64-unknown-linux-gnu",
        [
            "debug_assertions", "panic=\"unwind\"", "target_arch=\"x86_64\"", "target_env=\"gnu\"",
            "target_family=\"unix\"", "target_feature=\"sse2\"", "target_has_atomic=\"64\"", "target_os=\"linux\"",
            "target_pointer_width=\"64\"", "target_vendor=\"unknown\"", "unix",
        ]
    ),
    (
        "x86_64-pc-windows-msvc",
        [
            "debug_assertions", "panic=\"unwind\"", "target_arch=\"x86_64\"", "target_env=\"msvc\"",
            "target_family=\"windows\"", "target_feature=\"sse2\"", "target_has_atomic=\"64\"",
            "target_os=\"windows\"", "target_pointer_width=\"64\"", "target_vendor=\"pc\"", "windows",
        ]
    ),
    (
        "aarch64-apple-darwin",
        [
            "debug_assertions", "panic=\"unwind\"", "target_arch=\"aarch64\"", "target_env=\"\"",
            "target_family=\"unix\"", "target_has_atomic=\"64\"", "target_os=\"macos\"",
            "target_pointer_width=\"64\"", "target_vendor=\"apple\"", "unix",
        ]
    ),
    (
        "wasm32-unknown-unknown",
        [
            "debug_assertions", "panic=\"abort\"", "target_arch=\"wasm32\"", "target_env=\"\"",
            "target_family=\"wasm\"", "target_has_atomic=\"64\"", "target_os=\"unknown\"",
            "target_pointer_width=\"32\"", "target_vendor=\"unknown\"",
        ]
    ),
]

@Suite struct PlatformTests {
    /// Which of the four targets Cargo 1.95 gives a dependency to (`cargo tree --target …`), and how it prints it.
    @Test(
        arguments: [
            ("cfg(unix)", "+-+-", nil),
            ("cfg(windows)", "-+--", nil),
            ("cfg(not(unix))", "-+-+", nil),
            ("cfg(all())", "++++", nil),
            ("cfg(any())", "----", nil),
            ("cfg(all(unix, target_os = \"linux\"))", "+---", nil),
            ("cfg(any(windows, target_os=\"macos\"))", "-++-", "cfg(any(windows, target_os = \"macos\"))"),
            ("cfg(true)", "++++", nil),
            ("cfg(false)", "----", nil),
            ("cfg(r#true)", "++++", "cfg(true)"),
            ("cfg(not(r#false))", "++++", "cfg(not(false))"),
            ("cfg(r#unix)", "+-+-", nil),
            ("cfg(r#target_os = \"linux\")", "+---", nil),
            ("cfg(true = \"x\")", "----", nil),
            ("cfg(not(true))", "----", nil),
            ("cfg(UNIX)", "----", nil),
            ("cfg(target_os = \"Linux\")", "----", nil),
            ("cfg(target_env=\"\")", "--++", "cfg(target_env = \"\")"),
            ("cfg(target_os)", "----", nil),
            ("cfg(unix=\"\")", "----", "cfg(unix = \"\")"),
            ("cfg(target_family=\"wasm\")", "---+", "cfg(target_family = \"wasm\")"),
            ("cfg(all(unix,not(target_os=\"macos\"),))", "+---", "cfg(all(unix, not(target_os = \"macos\")))"),
            ("cfg(not(any(unix,windows)))", "---+", "cfg(not(any(unix, windows)))"),
            ("cfg(target_pointer_width=\"64\")", "+++-", "cfg(target_pointer_width = \"64\")"),
            ("cfg(target_has_atomic)", "----", nil),
            ("cfg(panic=\"unwind\")", "+++-", "cfg(panic = \"unwind\")"),
            ("cfg(feature=\"default\")", "----", "cfg(feature = \"default\")"),
            ("x86_64-unknown-linux-gnu", "+---", nil),
            ("X86_64-unknown-linux-gnu", "----", nil),
            ("", "----", nil),
            ("cfg(   any (  unix ,windows )  )", "+++-", "cfg(any(unix, windows))"),
            ("cfg(all(all(),any(any(),unix)))", "+-+-", "cfg(all(all(), any(any(), unix)))"),
            ("cfg(r#not)", "----", nil),
            ("cfg(all_ = \"x\")", "----", nil),
            ("cfg(target_os = \" linux\")", "----", nil),
            ("٣½é", "----", nil),
        ] as [(String, String, String?)])
    func matchesAsCargoDoes(text: String, expected: String, printed: String?) throws {
        let platform = try Platform(text)
        let answers = try targets.map { target in
            platform.matches(target: target.name, cfg: try target.cfgs.map { text in try Cfg(text) }) ? "+" : "-"
        }
        #expect(answers.joined() == expected)
        #expect(platform.description == printed ?? text)
    }

    @Test(arguments: [
        ("cfg(\tunix)", PlatformError.Reason.unexpectedCharacter("\t")),
        ("cfg()", .incomplete(expected: "start of a cfg expression")),
        ("cfg(", .misplacedParenthesis),
        ("cfg(not())", .unexpectedToken(expected: "identifier", found: "`)`")),
        ("cfg(not(unix,))", .unexpectedToken(expected: "`)`", found: "`,`")),
        ("cfg(all(unix,,))", .unexpectedToken(expected: "identifier", found: "`,`")),
        ("cfg(all(,))", .unexpectedToken(expected: "identifier", found: "`,`")),
        ("cfg(unix) ", .misplacedParenthesis),
        (" cfg(unix)", .misplacedParenthesis),
        ("cfg (unix)", .misplacedParenthesis),
        ("CFG(unix)", .misplacedParenthesis),
        ("cfg(unix)x", .misplacedParenthesis),
        ("a b", .invalidTarget(" ")),
        ("cfg(all)", .incomplete(expected: "`(`")),
        ("cfg(r#all(unix))", .trailingContent("(unix)")),
        ("cfg(target_os=\"a\\\"b\")", .trailingContent("b\"")),
        ("cfg(unix windows)", .trailingContent("windows")),
        ("cfg(unix)cfg(unix)", .trailingContent(")cfg(unix")),
        ("cfg(unix))", .trailingContent(")")),
        ("cfg(\"unix\")", .unexpectedToken(expected: "identifier", found: "a string")),
        ("cfg(a=)", .incomplete(expected: "a string")),
        ("cfg(1a)", .unexpectedCharacter("1")),
        ("cfg(r#)", .incomplete(expected: "identifier")),
        ("cfg(r#1)", .unexpectedCharacter("1")),
        ("cfg(é)", .unexpectedCharacter("é")),
        ("cfg(version(\"1\"))", .trailingContent("(\"1\")")),
        ("cfg(a=\"x)", .unterminatedString),
        ("cfg(all(unix)", .incomplete(expected: "`)`")),
        ("cfg(a=r#b)", .unexpectedToken(expected: "a string", found: "an identifier")),
        ("cfg(unix\u{a0})", .trailingContent("\u{a0}")),
    ])
    func refusesWhatCargoRefuses(text: String, reason: PlatformError.Reason) {
        let error = #expect(throws: PlatformError.self) { try Platform(text) }
        #expect(error?.reason == reason)
    }

    @Test func quotesCargosMessage() {
        let error = #expect(throws: PlatformError.self) { try Platform("cfg(not())") }
        #expect(error?.description == "failed to parse `not()` as a cfg expression: expected identifier, found `)`")
    }

    @Test func limitsNesting() throws {
        let nested = { (depth: Int) in
            "cfg(" + String(repeating: "not(", count: depth) + "unix" + String(repeating: ")", count: depth + 1)
        }
        _ = try Platform(nested(CfgExpression.levelLimit - 1))
        let error = #expect(throws: PlatformError.self) { try Platform(nested(CfgExpression.levelLimit)) }
        #expect(error?.reason == .tooDeep(limit: CfgExpression.levelLimit))
        #expect(throws: PlatformError.self) { try Platform(nested(500_000)) }
    }

    @Test func rawNamesAreTheSame() throws {
        #expect(try Platform("cfg(r#unix)") == Platform("cfg( unix )"))
        #expect(try Platform("cfg(unix)") != Platform("cfg(unix=\"\")"))
    }
}
