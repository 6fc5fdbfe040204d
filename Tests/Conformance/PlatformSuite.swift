import CargoModel

/// Every target of rustc against fixed and random expressions. The expected answer comes from the tree the expression
/// was written from and from the raw text of the table, not from our parser.
struct PlatformSuite: Suite {
    static let name = "platform"
    private static let seed: UInt64 = 0x1095
    private static let expressionsPerTarget = 60

    func run(_ context: Context) throws(SuiteError) -> Outcome {
        var outcome = Outcome("rows", "matches")
        var random = Random(state: Self.seed)
        for line in try readLines(context.spec + "/target-cfgs.tsv") where !line.hasPrefix("#") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 2 else { throw SuiteError("a line with \(fields.count) fields: \(line)") }
            check(String(fields[0]), fields[1].split(separator: ";").map(String.init), &random, &outcome)
        }
        return outcome
    }

    private func check(_ target: String, _ settings: [String], _ random: inout Random, _ outcome: inout Outcome) {
        let cfgs = settings.compactMap { try? Cfg($0) }
        let isFaithful = zip(cfgs, settings).allSatisfy { printed($0) == $1 }
        outcome.note("rows", failure: cfgs.count == settings.count && isFaithful ? nil : "\(target): a cfg is misread")
        let on = Set(settings)
        let fixed = ["unix", "windows", "target_os=\"linux\"", "target_env=\"msvc\"", "target_pointer_width=\"32\""]
        var trees = fixed.map(Tree.leaf) + [.all([]), .any([]), .not(.any([])), .leaf("true"), .leaf("r#false")]
        for _ in 0..<Self.expressionsPerTarget { trees.append(random.tree(over: settings, levels: 4)) }
        for tree in trees {
            let text = "cfg(\(tree.text(&random)))"
            let matched = (try? Platform(text))?.matches(target: target, cfg: cfgs)
            let failure = "\(target): \(text) gave \(matched.map { "\($0)" } ?? "an error")"
            outcome.note("matches", failure: matched == tree.holds(on) ? nil : failure)
        }
        let named = (try? Platform(target))?.matches(target: target, cfg: []) == true
        outcome.note("matches", failure: named ? nil : "\(target) does not match itself")
    }

    private func printed(_ cfg: Cfg) -> String {
        cfg.value.map { "\(cfg.name)=\"\($0)\"" } ?? cfg.name
    }
}

/// What an expression means, in the simplest form.
private indirect enum Tree {
    /// As the compiler prints it, without blanks.
    case leaf(String)
    case not(Tree)
    case all([Tree])
    case any([Tree])

    func holds(_ on: Set<String>) -> Bool {
        switch self {
        case .leaf(let text) where text.hasPrefix("r#"): Tree.leaf(String(text.dropFirst(2))).holds(on)
        case .leaf(let text): text == "true" || on.contains(text)
        case .not(let inner): !inner.holds(on)
        case .all(let list): !list.map { $0.holds(on) }.contains(false)
        case .any(let list): list.map { $0.holds(on) }.contains(true)
        }
    }

    /// With blanks and trailing commas strewn in.
    func text(_ random: inout Random) -> String {
        switch self {
        case .leaf(let text): return random.blank() + text.replacing("=", with: random.blank() + "=" + random.blank())
        case .not(let inner): return "not\(random.blank())(\(inner.text(&random))\(random.blank()))"
        case .all(let list): return "all(\(Self.joined(list, &random)))"
        case .any(let list): return "any\(random.blank())(\(Self.joined(list, &random)))"
        }
    }

    private static func joined(_ list: [Tree], _ random: inout Random) -> String {
        let items = list.map { $0.text(&random) + random.blank() }
        return items.joined(separator: ",") + (!items.isEmpty && random.below(3) == 0 ? ", " : "")
    }
}

/// A small generator of numbers, the same in every run.
private struct Random {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }

    mutating func blank() -> String { below(3) == 0 ? " " : "" }

    mutating func tree(over settings: [String], levels: Int) -> Tree {
        guard levels > 0 else { return leaf(settings) }
        switch below(5) {
        case 0: return .not(tree(over: settings, levels: levels - 1))
        case 1: return .all(list(over: settings, levels: levels - 1))
        case 2: return .any(list(over: settings, levels: levels - 1))
        default: return leaf(settings)
        }
    }

    private mutating func list(over settings: [String], levels: Int) -> [Tree] {
        (0..<below(4)).map { _ in tree(over: settings, levels: levels) }
    }

    private mutating func leaf(_ settings: [String]) -> Tree {
        let others = ["unix", "windows", "nonsense", "target_os=\"none\"", "r#unix", "target_os", "false"]
        return .leaf(below(2) == 0 ? settings[below(settings.count)] : others[below(others.count)])
    }
}
