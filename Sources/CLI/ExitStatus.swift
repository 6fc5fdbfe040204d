import Audit
import Report

/// How the process ends. Never changed by the format of a report.
enum ExitStatus: Int32, Error {
    case passed = 0
    case denied = 1
    /// The command line or a configuration file is wrong.
    case usage = 2
    case cannotJudge = 3
    case stale = 4

    init(_ outcome: Verdict.Outcome) {
        self =
            switch outcome {
            case .passed: .passed
            case .denied: .denied
            case .unjudged: .cannotJudge
            case .stale: .stale
            }
    }
}

/// An error for the user: what is wrong and where, then what to do.
struct Failure: Error {
    let status: ExitStatus
    let message: String
    /// A line each, below the message.
    var notes: [String] = []
    /// For reports that point at lines.
    var place: FileLine?

    static func usage(_ message: String) -> Failure { Failure(status: .usage, message: message) }

    static func cannotJudge(_ message: String, at place: FileLine? = nil) -> Failure {
        Failure(status: .cannotJudge, message: message, place: place)
    }
}
