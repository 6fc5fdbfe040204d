import Disk
import Glibc
import Synchronization

/// A private folder that goes away in the end, also when the process is told to end before.
final class ScratchFolder: Sendable {
    /// Absolute, free of links.
    let path: String

    /// Folders that are there now, for whoever has to clean up.
    private static let present = Mutex<(paths: Set<String>, isWatching: Bool)>(([], false))

    /// - Parameter parent: `$TMPDIR`, or `/tmp`.
    init(below parent: String) throws(Failure) {
        Self.watchSignals()
        var template = Array(Path.join(parent, "lockgate-XXXXXX").utf8CString)
        guard let made = mkdtemp(&template) else {
            throw .cannotJudge("no folder can be made in \(parent): \(FileError.text(of: errno)); set $TMPDIR")
        }
        let name = String(cString: made)
        path = FileSystem.realPath(name) ?? name
        let path = path
        Self.present.withLock { _ = $0.paths.insert(path) }
    }

    func remove() {
        Self.delete(path)
        Self.present.withLock { _ = $0.paths.remove(path) }
    }

    deinit { remove() }

    /// Removes a folder with all that is in it; links are not followed.
    private static func delete(_ path: String) {
        if FileSystem.kindWithoutFollowing(path) == .directory {
            for name in (try? FileSystem.names(in: path)) ?? [] { delete(Path.join(path, name)) }
            rmdir(path)
        } else {
            unlink(path)
        }
    }

    // MARK: Signals

    /// Takes the signals that end a process to a thread of their own, which cleans up and then lets them have their way.
    private static func watchSignals() {
        let isFirst = present.withLock { state in
            defer { state.isWatching = true }
            return !state.isWatching
        }
        guard isFirst else { return }
        var signals = Self.signals
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { _ in
                ScratchFolder.awaitSignal()
                return nil
            }, nil)
        if code == 0 { pthread_detach(thread) } else { pthread_sigmask(SIG_UNBLOCK, &signals, nil) }
    }

    private static var signals: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&set, number) }
        return set
    }

    private static func awaitSignal() {
        var set = signals
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
        for path in present.withLock({ $0.paths }) { delete(path) }
        signal(number, SIG_DFL)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        kill(getpid(), number)
    }
}
