// conformance: runs the parts of lockgate against corpora that are too large, or not ours, to keep in the repository.
//
//     conformance [--corpus DIR] [--spec DIR] [NAME…]
//     conformance diffcargo-tool …          (see DiffcargoTool.swift)
//
// `--corpus` is a directory with one unpacked corpus per suite (`toml-test/`, …), `--spec` one with tables of cases.
// Prints one line per suite, and the first failures of each on the error output. Exits with 1 if a suite has failures
// beyond the deviations it names, with 2 if it cannot run.

import Glibc

let suites: [any Suite] = [
    TOMLSuite(),
    SemVerSuite(),
    PlatformSuite(),
    IndexSuite(),
    ManifestSuite(),
    WorkspacesSuite(),
    GeneratedSuite(),
    GotchasSuite(),
    LockedTableSuite(),
    ImportSuite(),
    AdvisoriesSuite(),
    RustSecMatchSuite(),
    LockSpeedSuite(),
]

/// Measurements; run only when they are named.
let measures: [any Suite] = [LargestSuite(), GrowthSuite(), PhasesSuite(), RulesCensusSuite(), ReviewAttacksSuite()]

if CommandLine.arguments.dropFirst().first == DiffcargoTool.name {
    exit(DiffcargoTool(CommandLine.arguments.dropFirst(2))?.run() ?? 64)
}
guard let arguments = Arguments(CommandLine.arguments.dropFirst(), suites: suites + measures) else {
    report("usage: conformance [--corpus DIR] [--spec DIR] [NAME…]\nsuites: \(names(of: suites + measures))")
    exit(2)
}

var status: Int32 = 0
let chosen = arguments.names.isEmpty ? suites : (suites + measures).filter { arguments.names.contains($0.name) }
for suite in chosen {
    do {
        let outcome = try suite.run(arguments.context)
        print(outcome.line(for: suite.name))
        for failure in outcome.failures.prefix(20) { report("\(suite.name): \(failure)") }
        if !outcome.failures.isEmpty { status = max(status, 1) }
    } catch {
        report("\(suite.name): \(error)")
        status = 2
    }
}
exit(status)
