import Glibc
import TestSupport
import Testing

/// The built program, found beside the tests.
enum Program {
    static let path: String = {
        guard let raw = realpath("/proc/self/exe", nil) else { return "lockgate" }
        defer { free(raw) }
        let folder = String(cString: raw).split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/lockgate"
    }()

    /// How a run ended.
    struct Outcome {
        let stdout: [UInt8]
        let stderr: [UInt8]
        let status: Int32
        let seconds: Double
        /// The most memory it held, in MiB. No less than what the tests themselves hold: so the kernel counts.
        let peak: Int

        var output: String { String(decoding: stdout, as: UTF8.self) }
        var errors: String { String(decoding: stderr, as: UTF8.self) }
    }

    /// A run that did not come to an end by itself.
    struct Killed: Error, CustomStringConvertible {
        let arguments: [String]
        let why: String
        let errors: String

        var description: String { "lockgate \(arguments.joined(separator: " ")): \(why)\n\(errors)" }
    }

    /// Runs the program and waits for it.
    ///
    /// - Parameters:
    ///   - program: another one, for once.
    ///   - name: what the program is told it is called.
    ///   - limit: seconds after which it is killed and the test fails.
    static func run(
        _ arguments: [String], of program: String = path, in directory: String, environment: [String: String],
        name: String = "lockgate", limit: Double = 20
    ) throws -> Outcome {
        let scratch = try TemporaryDirectory()
        let start = now()
        let child = try spawn(
            program, [name] + arguments, in: directory, environment: environment,
            stdout: scratch.path + "/stdout", stderr: scratch.path + "/stderr")
        let (status, peak) = wait(for: child, until: start + limit)
        let stderr = try scratch.read("stderr")
        let errors = String(decoding: stderr, as: UTF8.self)
        guard let status else { throw Killed(arguments: arguments, why: "killed after \(limit) s", errors: errors) }
        guard status & 0x7F == 0 else {
            throw Killed(arguments: arguments, why: "ended by signal \(status & 0x7F)", errors: errors)
        }
        return Outcome(
            stdout: try scratch.read("stdout"), stderr: stderr, status: status >> 8 & 0xFF, seconds: now() - start,
            peak: peak)
    }

    /// Lets a shell run it, in the workspace.
    static func shell(_ script: String, _ sandbox: Sandbox) throws -> Outcome {
        try run(
            ["-c", script], of: "/bin/sh", in: sandbox.workspace, environment: sandbox.variables, name: "sh")
    }

    private static func spawn(
        _ program: String, _ arguments: [String], in directory: String, environment: [String: String], stdout: String,
        stderr: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        try changeDirectory(directory, &actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, stdout, O_WRONLY | O_CREAT, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, stderr, O_WRONLY | O_CREAT, 0o644)
        var argv = arguments.map { strdup($0) } + [nil]
        var envp = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var child = pid_t()
        let code = posix_spawn(&child, program, &actions, nil, &argv, &envp)
        guard code == 0 else { throw SystemFailure(call: "posix_spawn \(program)", code: code) }
        return child
    }

    /// `posix_spawn_file_actions_addchdir_np`, which the headers show to GNU sources only.
    private static func changeDirectory(_ path: String, _ actions: inout posix_spawn_file_actions_t) throws {
        typealias Function =
            @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>)
            -> Int32
        guard let address = dlsym(nil, "posix_spawn_file_actions_addchdir_np") else {
            throw SystemFailure(call: "dlsym addchdir_np", code: ENOSYS)
        }
        _ = unsafeBitCast(address, to: Function.self)(&actions, path)
    }

    /// - Returns: `nil` for one that had to be killed; and the most memory it was seen to have, in MiB. What `wait4` says
    ///   of that would count this process too, whose image a child has before it becomes another program.
    private static func wait(for child: pid_t, until end: Double) -> (status: Int32?, peak: Int) {
        var status: Int32 = 0
        var peak = 0
        while waitpid(child, &status, WNOHANG) == 0 {
            if now() > end {
                kill(child, SIGKILL)
                waitpid(child, &status, 0)
                return (nil, peak)
            }
            peak = max(peak, memory(of: child))
            usleep(2_000)
        }
        return (status, peak)
    }

    /// `VmHWM`, in MiB; 0 for a process that has none any more.
    private static func memory(of child: pid_t) -> Int {
        guard let bytes = try? readBytes("/proc/\(child)/status") else { return 0 }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Int($0.drop { !$0.isNumber }) }.map { $0 >> 10 }
            ?? 0
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
