import Disk
import Glibc
import Report

/// The standard streams.
enum Console {
    /// Makes sure of the streams: one that is closed becomes `/dev/null`, so that no file takes its number, and a
    /// reader that leaves does not end the process.
    static func prepare() {
        signal(SIGPIPE, SIG_IGN)
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", O_RDWR)
        }
    }

    /// Writes all bytes to standard output. If nobody reads them any more, the rest is dropped: the verdict stands. If
    /// they cannot be written for another reason, this ends the process.
    static func write(_ bytes: [UInt8]) {
        do throws(FileError) { try FileSystem.write(bytes, to: STDOUT_FILENO) } catch {
            guard case .system(let number) = error.reason, number != EPIPE else { return }
            Self.error("standard output: \(FileError.text(of: number))")
            end(with: .cannotJudge)
        }
    }

    /// One line on standard output.
    static func write(line: String) { write(Array((line + "\n").utf8)) }

    /// Ends the process at once.
    static func end(with status: ExitStatus) -> Never { exit(status.rawValue) }

    /// One line of talk on standard error.
    static func talk(_ line: String) { try? FileSystem.write(Array((line + "\n").utf8), to: STDERR_FILENO) }

    static func error(_ message: String) { talk("error: " + printable(message)) }

    static func tell(_ failure: WorkspaceFailure) {
        error(failure.message)
        for note in failure.notes { talk("  = note: " + printable(note)) }
    }

    static func warning(_ message: String) { talk("warning: " + printable(message)) }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }
}

/// `--color`.
enum ColorChoice: String, CaseIterable {
    case auto, always, never

    /// `NO_COLOR` and a dumb terminal switch colour off, unless it is asked for in so many words.
    func isOn(_ variables: [String: String]) -> Bool {
        switch self {
        case .always: return true
        case .never: return false
        case .auto:
            if let refusal = variables["NO_COLOR"], !refusal.isEmpty { return false }
            if variables["TERM"] == "dumb" { return false }
            return Console.isTerminal
        }
    }
}

/// Progress of work that takes longer than a second: a line that renews itself on a terminal, else one every ten.
struct Progress {
    private let start = Progress.now()
    private var last = 0.0
    private let what: String

    init(_ what: String) { self.what = what }

    mutating func report(_ done: Int, of total: Int) {
        let elapsed = Self.now() - start
        let interval = Console.isErrorTerminal ? 0.2 : 10
        guard elapsed > 1, elapsed - last >= interval else { return }
        let renews = Console.isErrorTerminal && last > 0
        last = elapsed
        Console.talk((renews ? "\u{1B}[1A\u{1B}[2K" : "") + "\(what): \(done) of \(total)")
    }

    /// Seconds since this began.
    var seconds: Double { Self.now() - start }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
