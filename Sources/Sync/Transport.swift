import CCurl
import Glibc

/// Fetches many things at once, over as few connections as the server allows. For one thread.
package final class Transport {
    private let settings: NetworkSettings
    private let multi: UnsafeMutableRawPointer
    private let allowance: Allowance
    private var waiting: [HTTPRequest] = []
    private var active: [UnsafeMutableRawPointer: Transfer] = [:]
    private var pausing: [(due: Double, transfer: Transfer)] = []
    /// Connections to one host where it does not take many requests on one.
    private static let connectionLimit = 8
    /// Milliseconds. libcurl 7.88 may already hold what has arrived for another stream of a connection, and then waits
    /// for more on its socket until the time is up.
    private static let longestPoll: Int32 = 5

    /// - Throws: if libcurl is not there.
    package init(_ settings: NetworkSettings) throws(TransportError) {
        guard ccurl_load() == 0, let multi = ccurl_multi_init() else {
            throw TransportError(
                reason: .library(String(cString: ccurl_load_error())), url: "", attempts: 0)
        }
        self.settings = settings
        allowance = Allowance(settings.totalLimit)
        self.multi = multi
        _ = ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, settings.multiplexing ? Int(CURLPIPE_MULTIPLEX) : 0)
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, Self.connectionLimit)
        _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, settings.parallelism)
    }

    deinit {
        for handle in active.keys { _ = ccurl_multi_remove_handle(multi, handle) }
        _ = ccurl_multi_cleanup(multi)
    }

    /// Fetches until nothing is left.
    ///
    /// - Parameter take: gets each answer as it arrives and returns what to fetch because of it.
    package func run(
        _ requests: [HTTPRequest],
        take: (HTTPRequest, Result<HTTPResponse, TransportError>) -> [HTTPRequest]
    ) {
        waiting = requests.reversed()
        while true {
            startPaused()
            startWaiting(take)
            guard !active.isEmpty || !pausing.isEmpty else {
                if waiting.isEmpty { return }
                continue
            }
            step()
            while let (transfer, code) = nextDone() { finish(transfer, code, take) }
        }
    }

    /// Takes back what has not been started, or waits for another attempt.
    func takeBack(where isUnwanted: (HTTPRequest) -> Bool) -> [HTTPRequest] {
        let dropped = waiting.filter(isUnwanted) + pausing.map(\.transfer.request).filter(isUnwanted)
        waiting.removeAll(where: isUnwanted)
        pausing.removeAll { isUnwanted($0.transfer.request) }
        return dropped
    }

    // MARK: Starting

    private func startWaiting(
        _ take: (HTTPRequest, Result<HTTPResponse, TransportError>) -> [HTTPRequest]
    ) {
        while active.count < settings.parallelism, let request = waiting.popLast() {
            guard let transfer = Transfer(request, allowance) else {
                let error = TransportError(
                    reason: .library("libcurl has no memory left"), url: request.shownURL, attempts: 1)
                enqueue(take(request, .failure(error)))
                continue
            }
            transfer.begin(settings)
            add(transfer)
        }
    }

    private func add(_ transfer: Transfer) {
        active[transfer.handle.pointer] = transfer
        _ = ccurl_multi_add_handle(multi, transfer.handle.pointer)
    }

    private func startPaused() {
        let now = Self.now()
        let due = pausing.filter { $0.due <= now }
        pausing.removeAll { $0.due <= now }
        for item in due { add(item.transfer) }
    }

    private func enqueue(_ requests: [HTTPRequest]) { waiting.insert(contentsOf: requests.reversed(), at: 0) }

    // MARK: Waiting

    private func step() {
        var running: Int32 = 0
        _ = ccurl_multi_perform(multi, &running)
        guard running == active.count else { return }
        let next = pausing.map(\.due).min().map { max(0, $0 - Self.now()) } ?? 1
        _ = ccurl_multi_poll(multi, active.isEmpty ? Int32(min(next, 1) * 1000) + 1 : Self.longestPoll)
        _ = ccurl_multi_perform(multi, &running)
    }

    private func nextDone() -> (Transfer, CURLcode)? {
        var code = CURLE_OK
        guard let handle = ccurl_multi_next_done(multi, &code), let transfer = active.removeValue(forKey: handle) else {
            return nil
        }
        _ = ccurl_multi_remove_handle(multi, handle)
        return (transfer, code)
    }

    // MARK: Ending

    private func finish(
        _ transfer: Transfer, _ code: CURLcode,
        _ take: (HTTPRequest, Result<HTTPResponse, TransportError>) -> [HTTPRequest]
    ) {
        var outcome = outcome(of: transfer, code)
        if case .success = outcome, transfer.isRedirected {
            guard let error = transfer.followRedirect(settings) else { return add(transfer) }
            outcome = .failure(error)
        }
        if case .failure(let error) = outcome, error.isWorthRetrying, transfer.attempt <= settings.retries {
            if let pause = pause(before: transfer) {
                transfer.beginAgain()
                return pausing.append((Self.now() + pause, transfer))
            }
            return enqueue(take(transfer.request, .failure(transfer.error(.pause(seconds: askedPause(transfer) ?? 0)))))
        }
        enqueue(take(transfer.request, outcome))
    }

    private func outcome(of transfer: Transfer, _ code: CURLcode) -> Result<HTTPResponse, TransportError> {
        if transfer.isTooLarge {
            let limit = allowance.left < transfer.request.limit ? settings.totalLimit : transfer.request.limit
            return .failure(transfer.error(.tooLarge(limit: limit)))
        }
        guard code == CURLE_OK else {
            return .failure(transfer.error(.connection(transfer.words(for: code))))
        }
        let isTroubled = transfer.status / 100 == 5 || transfer.status == 429 || transfer.status == 408
        return isTroubled ? .failure(transfer.error(.status(transfer.status))) : .success(transfer.response)
    }

    /// Seconds until the next attempt: what the server asks for, else doubling with some chance in it; `nil` if it
    /// asks for more than anybody wants to wait.
    private func pause(before transfer: Transfer) -> Double? {
        if let asked = askedPause(transfer) { return asked <= settings.longestPause ? Double(asked) : nil }
        let base = Double(settings.firstPause) / 1000 * Double(1 << min(transfer.attempt - 1, 4))
        return base * Double.random(in: 0.75...1.25)
    }

    private func askedPause(_ transfer: Transfer) -> Int? {
        transfer.headers["retry-after"].flatMap(Int.init).map { max(0, $0) }
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension TransportError {
    /// A network fault or a server in trouble: the same request may succeed a moment later.
    var isWorthRetrying: Bool {
        switch reason {
        case .connection, .status: true
        case .tooLarge, .unsafeRedirect, .endlessRedirect, .pause, .library: false
        }
    }
}
