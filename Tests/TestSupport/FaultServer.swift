import Glibc
import Synchronization

/// A small HTTP/1.1 server on 127.0.0.1 that does whatever a test wants a server to do, right or wrong.
package final class FaultServer: Sendable {
    package struct Request: Sendable {
        package let path: String
        /// Names in lower case.
        package let headers: [String: String]
        /// 1 for the first request for this path.
        package let attempt: Int
    }

    package enum Reply: Sendable {
        case answer(Int, headers: [(String, String)], body: [UInt8])
        /// These bytes, then the end of the connection.
        case raw([UInt8])
        /// These bytes, and the connection is torn down.
        case reset(after: [UInt8])
        /// Nothing until the client leaves.
        case silence
        /// The first bytes, then the others over and over until the client leaves, with a pause between, in milliseconds.
        case endless([UInt8], unit: [UInt8], pause: UInt32)

        package static func text(_ text: String, _ headers: (String, String)...) -> Reply {
            .answer(200, headers: headers, body: Array(text.utf8))
        }

        package static func status(_ status: Int, _ headers: (String, String)...) -> Reply {
            .answer(status, headers: headers, body: Array("no\n".utf8))
        }
    }

    private struct State {
        var requests: [Request] = []
        var isStopped = false
    }

    private let listener: Int32
    package let port: UInt16
    private let state = Mutex(State())
    private let respond: @Sendable (Request) -> Reply

    package var url: String { "http://127.0.0.1:\(port)/" }
    package var requests: [Request] { state.withLock { $0.requests } }
    package var paths: [String] { requests.map(\.path) }

    package init(_ respond: @escaping @Sendable (Request) -> Reply) throws {
        self.respond = respond
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(listener, generic, size) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, generic, &size) == 0
            }
        }
        guard status else { throw SystemFailure(call: "listen", code: errno) }
        port = UInt16(bigEndian: address.sin_port)
        start { [self] in accept() }
    }

    /// Must be called for the server to go away.
    package func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        // The thread that waits on it closes it; until then nobody else may get its number.
        if isFirst { shutdown(listener, Int32(SHUT_RDWR)) }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private func start(_ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Body(run)).toOpaque()
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context)
        pthread_detach(thread)
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            if connection < 0 {
                guard state.withLock({ $0.isStopped }) || errno != EINTR else { continue }
                close(listener)
                return
            }
            start { [self] in serve(connection) }
        }
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var buffer: [UInt8] = []
        while let request = read(connection, &buffer) {
            guard send(respond(request), to: connection) else { return }
        }
    }

    // MARK: Requests

    private func read(_ connection: Int32, _ buffer: inout [UInt8]) -> Request? {
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let text = String(decoding: buffer, as: UTF8.self)
            if let end = text.firstRange(of: "\r\n\r\n") {
                let head = text[..<end.lowerBound]
                buffer.removeFirst(head.utf8.count + 4)
                return note(head.split(separator: "\r\n").map(String.init))
            }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0, buffer.count < 1 << 20 else { return nil }
            buffer += chunk[..<count]
        }
    }

    private func note(_ lines: [String]) -> Request {
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        let words = lines[0].split(separator: " ")
        let path = words.count > 1 ? String(words[1]) : ""
        return state.withLock { state in
            let attempt = state.requests.count { $0.path == path } + 1
            let request = Request(path: path, headers: headers, attempt: attempt)
            state.requests.append(request)
            return request
        }
    }

    // MARK: Answers

    /// - Returns: whether the connection can go on.
    private func send(_ reply: Reply, to connection: Int32) -> Bool {
        switch reply {
        case .answer(let status, let headers, let body):
            var head = "HTTP/1.1 \(status) X\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            if status != 304 { head += "Content-Length: \(body.count)\r\n" }
            return write(Array((head + "\r\n").utf8) + (status == 304 ? [] : body), to: connection)
        case .raw(let bytes):
            _ = write(bytes, to: connection)
            return false
        case .reset(let bytes):
            _ = write(bytes, to: connection)
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            return false
        case .silence:
            waitForEnd(connection)
            return false
        case .endless(let first, let unit, let pause):
            guard write(first, to: connection) else { return false }
            while !state.withLock({ $0.isStopped }), write(unit, to: connection) { usleep(pause * 1000) }
            return false
        }
    }

    private func write(_ bytes: [UInt8], to connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func waitForEnd(_ connection: Int32) {
        var byte: UInt8 = 0
        while recv(connection, &byte, 1, 0) > 0 {}
    }
}

extension FaultServer {
    /// A sparse registry without faults.
    ///
    /// - Parameters:
    ///   - files: contents by path, such as `se/rd/serde`.
    ///   - description: of `config.json`.
    ///   - fault: answers instead where it returns something.
    package static func registry(
        _ files: [String: String], description: String = #"{"dl":"http://127.0.0.1/"}"#,
        fault: @escaping @Sendable (Request) -> Reply? = { _ in nil }
    ) throws -> FaultServer {
        try FaultServer { request in
            if let reply = fault(request) { return reply }
            if request.path == "/config.json" { return .text(description) }
            guard let text = files[String(request.path.dropFirst())] else { return .status(404) }
            let tag = "\"\(text.utf8.reduce(UInt64(5381)) { $0 &* 33 &+ UInt64($1) })\""
            if request.headers["if-none-match"] == tag { return .answer(304, headers: [("ETag", tag)], body: []) }
            return .text(text, ("ETag", tag))
        }
    }
}

extension [UInt8] {
    /// The head of an answer that says it has so many bytes.
    package static func head(_ status: Int = 200, length: Int? = nil, _ lines: String...) -> [UInt8] {
        var text = "HTTP/1.1 \(status) X\r\n"
        for line in lines { text += line + "\r\n" }
        if let length { text += "Content-Length: \(length)\r\n" }
        return Array((text + "\r\n").utf8)
    }
}
