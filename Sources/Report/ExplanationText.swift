package import Audit
package import BuildGraph
package import CargoModel
import TOML

/// Why a package is locked, for people.
package struct ExplanationText {
    package private(set) var text = ""
    private let sources: SourceIndex

    package init(_ explanations: [Explanation], _ sources: SourceIndex) {
        self.sources = sources
        for (number, explanation) in explanations.enumerated() {
            if number > 0 { text += "\n" }
            write(explanation)
        }
    }

    /// A line for each package that not every build compiles.
    package static func list(of packages: [(id: PackageID, status: BuildStatus)]) -> String {
        packages.compactMap { id, status in status.phrase.map { printable("`\(id)`: \($0)") + "\n" } }.joined()
    }

    private mutating func line(_ content: String) { text += printable(content) + "\n" }

    private mutating func write(_ explanation: Explanation) {
        line("`\(explanation.id)`" + (explanation.location.map { " (\(sources.text(of: $0)))" } ?? ""))
        let plain = explanation.isMember ? "a member of the workspace" : "compiled by every build of the workspace"
        line("  " + (explanation.status.phrase ?? plain))
        if !explanation.needs.isEmpty { line("required by") }
        for need in explanation.needs.prefix(Self.limit) { line("  " + Self.words(of: need, sources)) }
        more(explanation.needs.count - Self.limit)
        writePaths(explanation)
        for other in explanation.others { write(other) }
        if let update = explanation.update { write(update, explanation) }
        if let newer = explanation.newer { write(newer) }
    }

    private static let limit = 20

    private mutating func more(_ count: Int) {
        if count > 0 { line("  and \(count) more") }
    }

    /// `\`app 0.1.0\`: \`^1\`, for tests, on cfg(windows), features derive (Cargo.toml:8:9)`
    static func words(of need: Explanation.Need, _ sources: SourceIndex) -> String {
        var parts = ["`\(need.owner)`: `\(need.requirement)`"]
        if need.kind == .development { parts.append("for tests, examples and benchmarks") }
        if need.kind == .build { parts.append("for its build script") }
        if let target = need.target { parts.append("on \(target)") }
        if !need.features.isEmpty { parts.append("with " + need.features.joined(separator: ", ")) }
        if !need.usesDefaultFeatures { parts.append("without default features") }
        if need.isOptional { parts.append(optionalWords(of: need)) }
        return parts.joined(separator: ", ") + (need.location.map { " (\(sources.text(of: $0)))" } ?? "")
    }

    private static func optionalWords(of need: Explanation.Need) -> String {
        let names = need.turnedOnBy.prefix(4).map { "`\($0)`" }.joined(separator: ", ")
        let rest = need.turnedOnBy.count > 4 ? " and \(need.turnedOnBy.count - 4) more" : ""
        return names.isEmpty ? "optional, and no feature turns it on" : "optional, turned on by \(names)\(rest)"
    }

    private mutating func writePaths(_ explanation: Explanation) {
        guard !explanation.paths.isEmpty else { return }
        line("reached through")
        for path in explanation.paths { line("  " + path.map(\.name).joined(separator: " -> ")) }
        let rest = explanation.pathCount - explanation.paths.count
        if explanation.pathCount >= Explanation.countLimit {
            line("  and more than a million other ways")
        } else if rest > 0 {
            line("  and \(rest) other way\(rest == 1 ? "" : "s")")
        }
    }

    private mutating func write(_ other: Explanation.Other) {
        line("also locked: `\(other.id)`" + (other.status.phrase.map { ", \($0)" } ?? ""))
        for need in other.needs.prefix(Self.limit) { line("  " + Self.words(of: need, sources)) }
        more(other.needs.count - Self.limit)
    }

    private mutating func write(_ outcome: Explanation.Outcome, _ explanation: Explanation) {
        let command = "`cargo update -p \(explanation.id.name)@\(explanation.id.version)`"
        switch outcome {
        case .failure(let reason): line("\(command) fails: \(reason)")
        case .trap(let reason): line("do not run \(command): \(reason)")
        case .changes(let changes) where changes.isEmpty: line("\(command) changes nothing")
        case .changes(let changes):
            line(command)
            for change in changes.prefix(Self.limit) { line("  " + change.text) }
            more(changes.count - Self.limit)
        }
    }

    /// Why this version and not a newer one.
    private mutating func write(_ newer: PackageUpdate) {
        if let gap = newer.gap { return line("newer versions are not known: \(gap)") }
        guard !newer.offers.isEmpty else { return line("there is no newer version") }
        line("newer: " + newer.offers.map(\.text).joined(separator: ", "))
        for fact in newer.facts(tellsBuild: false) { line("  " + fact) }
        guard let hold = newer.hold else { return }
        line("  kept from \(hold.wanted) because")
        for blocker in hold.blockers {
            let chain = blocker.chain.isEmpty ? "" : "; \(blocker.chain)"
            line("    \(blocker.text)\(chain)" + (blocker.location.map { " (\(sources.text(of: $0)))" } ?? ""))
        }
    }
}
