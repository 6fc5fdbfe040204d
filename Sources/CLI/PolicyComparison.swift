import Audit
import CargoModel
import CargoWorkspace
import Disk
import Report
import TOML

/// Which files of the policy a change touches, and what counts otherwise for it.
struct PolicyComparison {
    private let changed: Set<String>
    private let trees: ReviewTrees
    private var effects: [String: [String]] = [:]

    init(changed: Set<String>, trees: ReviewTrees) {
        self.changed = changed
        self.trees = trees
    }

    private static func isPolicy(_ path: String) -> Bool {
        let name = Path.lastComponent(path)
        return name.hasSuffix(".toml") && name.contains("lockgate")
    }

    /// In byte order of the files.
    var changes: [PolicyChange] {
        let files = changed.filter(Self.isPolicy).union(effects.keys)
        return files.sorted { $0.precedesInBytes($1) }.map { path in
            let verb =
                !trees.base.has(path) ? "added" : trees.head.has(path) ? "changed" : "removed"
            return PolicyChange(path: path, verb: verb, effects: effects[path] ?? [])
        }
    }

    /// Notes what would count otherwise if the policy of the head were in force.
    mutating func compare(
        _ old: PolicyFile?, _ base: Workspace?, _ head: Workspace,
        _ sides: (base: Process, head: Process, judge: Process)
    ) {
        guard base != nil, let old else { return }
        let new: PolicyFile
        do throws(Failure) { new = try PolicyFile.find(nil, workspace: head, process: sides.head) } catch {
            let name = changed.filter(Self.isPolicy).min { $0.precedesInBytes($1) }
            if let name { effects[name, default: []].append("it cannot be read: \(error.message)") }
            return
        }
        guard let name = name(of: old, new) else { return }
        let lines = Self.differences(old.policy, new.policy)
        if !lines.isEmpty { effects[name, default: []] += lines }
    }

    /// The file that makes the difference; `nil` where none differs.
    private func name(of old: PolicyFile, _ new: PolicyFile) -> String? {
        let before = Dictionary(old.content.map { ($0.path, $0.bytes) }) { first, _ in first }
        let after = Dictionary(new.content.map { ($0.path, $0.bytes) }) { first, _ in first }
        let all = Set(before.keys).union(after.keys).sorted { $0.precedesInBytes($1) }
        return all.first { before[$0] != after[$0] && changed.contains($0) }
    }

    private static func differences(_ old: Policy, _ new: Policy) -> [String] {
        var lines: [String] = []
        for info in RuleCatalogue.infos {
            let (before, after) = (old.setting(of: info).level, new.setting(of: info).level)
            if before != after { lines.append("`\(info.id)` would be \(after.rawValue), is \(before.rawValue)") }
            if old.options(of: info.id) != new.options(of: info.id) {
                lines.append("`\(info.id)` would have other options")
            }
        }
        let reasons = (Set(old.ignores.map(\.reason)), Set(new.ignores.map(\.reason)))
        lines += reasons.1.subtracting(reasons.0).sorted { $0.precedesInBytes($1) }.map { "a new exception: \($0)" }
        if new.ignores.count < old.ignores.count {
            lines.append("\(old.ignores.count - new.ignores.count) exceptions would be gone")
        }
        let known = (
            Set((old.baseline?.entries ?? []).map(\.value)), Set((new.baseline?.entries ?? []).map(\.value))
        )
        lines += known.1.subtracting(known.0).sorted { $0.precedesInBytes($1) }.map {
            "the baseline would have `\($0)`"
        }
        return lines
    }
}
