import Disk
import Glibc

/// Another program, run to its end: no shell, nothing to type into, and no more output than is asked for.
enum Subprocess {
    struct Outcome {
        let stdout: [UInt8]
        /// The first 64 KiB.
        let stderr: String
        /// 128 and the signal for one that was ended by one.
        let status: Int32
    }

    enum Fault: Error {
        /// There is no such program.
        case missing
        case system(Int32)
        /// It printed more than the limit, in bytes.
        case tooMuchOutput(Int)
    }

    /// - Parameters:
    ///   - name: looked for on the PATH of this process.
    ///   - input: a file to read from; nothing without it.
    ///   - scratch: a folder for what goes to standard error.
    ///   - limit: of standard output, in bytes.
    static func run(
        _ name: String, _ arguments: [String], environment: [String: String], input: String = "/dev/null",
        scratch: String, limit: Int
    ) throws(Fault) -> Outcome {
        var output: [UInt8] = []
        var isTooMuch = false
        let outcome = try stream(name, arguments, environment: environment, input: input, scratch: scratch) { bytes in
            isTooMuch = output.count + bytes.count > limit
            if !isTooMuch { output += bytes }
            return !isTooMuch
        }
        if isTooMuch { throw .tooMuchOutput(limit) }
        return Outcome(stdout: output, stderr: outcome.stderr, status: outcome.status)
    }

    /// The same, without keeping what it prints.
    ///
    /// - Parameter take: gets standard output piece by piece, and says whether to go on; if not, the program is killed.
    /// - Returns: nothing in `stdout`.
    static func stream(
        _ name: String, _ arguments: [String], environment: [String: String], input: String = "/dev/null",
        scratch: String, _ take: (ArraySlice<UInt8>) -> Bool
    ) throws(Fault) -> Outcome {
        let errors = Path.join(scratch, "stderr")
        var pipe: [Int32] = [0, 0]
        guard Glibc.pipe(&pipe) == 0 else { throw .system(errno) }
        for descriptor in pipe { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        defer { close(pipe[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, pipe[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var words: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
        let pairs = environment.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        var variables: [UnsafeMutablePointer<CChar>?] = pairs.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for word in words + variables { free(word) } }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        takeDefaultSignals(&attributes)
        var pid = pid_t()
        let code = posix_spawnp(&pid, name, &actions, &attributes, &words, &variables)
        close(pipe[1])
        guard code == 0 else { throw code == ENOENT ? .missing : .system(code) }
        if !read(pipe[0], take) { kill(pid, SIGKILL) }
        let status = wait(for: pid)
        let text = (try? FileSystem.read(errors, at: 0, count: 1 << 16))?.bytes ?? []
        return Outcome(stdout: [], stderr: String(decoding: text, as: UTF8.self), status: status)
    }

    /// What this process blocks or ignores, the other one need not.
    private static func takeDefaultSignals(_ attributes: inout posix_spawnattr_t) {
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigemptyset(&all)
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { sigaddset(&all, number) }
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    }

    /// - Returns: whether it was read to its end.
    private static func read(_ descriptor: Int32, _ take: (ArraySlice<UInt8>) -> Bool) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return true }
            if !take(buffer[..<count]) { return false }
        }
    }

    private static func wait(for pid: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? status >> 8 & 0xFF : 128 + signal
    }
}
