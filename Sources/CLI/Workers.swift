import Disk
import Glibc

/// Threads that do the same until nothing is left to do.
enum Workers {
    /// At most 32, since each takes memory.
    static var processors: Int { max(1, min(32, sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// The least a thread's stack has: that of the main one, which the limits on nested input are made for.
    private static let stackSize = 16 << 20

    private final class Task: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Runs `body` in `count` threads and waits for all; a single one needs no thread.
    static func run(_ count: Int, _ body: @escaping @Sendable () -> Void) throws(Failure) {
        guard count > 1 else { return body() }
        var threads: [pthread_t] = []
        var code: Int32 = 0
        for _ in 0..<count {
            var thread = pthread_t()
            code = start(Task(body), &thread)
            if code != 0 { break }
            threads.append(thread)
        }
        for thread in threads { pthread_join(thread, nil) }
        if threads.isEmpty { throw .cannotJudge("no thread can be started: \(FileError.text(of: code))") }
    }

    private static func start(_ task: Task, _ thread: inout pthread_t) -> Int32 {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        let context = Unmanaged.passRetained(task)
        let code = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                Unmanaged<Task>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, context.toOpaque())
        if code != 0 { context.release() }
        return code
    }
}
