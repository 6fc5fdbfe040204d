package import CargoModel
import CargoWorkspace
import Index
import JSON
package import Storage

/// Asks registries for index files, each once in a run, and only if the database has no answer that is young enough.
///
/// For one thread. What comes of a crate's answer may name more crates, which are asked for at once.
package final class Fetcher {
    package struct Policy: Sendable {
        /// Seconds since 1970.
        package let now: Int
        /// Seconds for which an answer in the database is good enough; 0 asks again for everything.
        package let maximumAge: Int
        /// Crates asked for in one run; a hostile registry could name ever more.
        package var crateLimit = 50_000

        package init(now: Int, maximumAge: Int) {
            self.now = now
            self.maximumAge = maximumAge
        }
    }

    /// What is known of a crate after a run.
    package enum Answer: Sendable {
        case file(FetchedFile.Answer)
        /// It was not asked for: the database knows, and well enough.
        case fresh
    }

    private enum Job {
        case configuration(ServerState)
        case file(ServerState, CrateKey, isConditional: Bool)
        case archive(ArchiveRequest)
    }

    private let transport: Transport
    private let policy: Policy
    private let store: Store?
    private let findServer: (SourceID) -> RegistryServer?
    private var servers: [SourceID: ServerState?] = [:]
    private var jobs: [Job] = []
    private var asked: Set<CrateKey> = []
    private var done = 0
    package private(set) var answers: [CrateKey: Result<Answer, FetchError>] = [:]
    package private(set) var archives: [String: Result<ArchiveAnswer, FetchError>] = [:]
    /// Told of every answer: how many there are, and how many were asked for.
    package var progress: (Int, Int) -> Void = { _, _ in }
    /// Gets each crate there is news of and names the crates to ask for because of it.
    var follow: (CrateKey) -> [CrateKey] = { _ in [] }
    let crates: FetchedCrates

    /// - Parameters:
    ///   - store: the database as it is, if there is one.
    ///   - findServer: nil for a source that is not served over HTTP.
    package init(
        _ settings: NetworkSettings, _ policy: Policy, store: Store?,
        findServer: @escaping (SourceID) -> RegistryServer?
    ) throws(TransportError) {
        transport = try Transport(settings)
        self.policy = policy
        self.store = store
        crates = FetchedCrates(store: store)
        self.findServer = findServer
    }

    /// Whether this is where answers about a source come from.
    package func serves(_ source: SourceID) -> Bool { state(of: source) != nil }

    /// Asks for crates and whatever follows from them, and for archives, all at once.
    package func run(_ crates: [CrateKey], _ archives: [ArchiveRequest] = []) {
        let requests = archives.compactMap(begin) + ask(crates)
        guard !requests.isEmpty else { return }
        transport.run(requests) { request, result in self.take(request, result) }
    }

    /// The servers there was reason to ask, in Cargo's order of sources, each with what keeps it from answering at all.
    package var failedServers: [(server: RegistryServer, error: FetchError)] {
        servers.sorted { $0.key < $1.key }.compactMap { item in
            guard let state = item.value, case .failed(let error) = state.state else { return nil }
            return (state.server, error)
        }
    }
}

/// One registry in the course of a run.
private final class ServerState {
    enum State {
        case idle
        /// `config.json` is under way.
        case asking(RegistryToken?)
        /// - Parameter token: goes with every index file.
        case open(RegistryToken?)
        case failed(FetchError)
    }

    let server: RegistryServer
    var state = State.idle
    /// Crates to ask for as soon as it is open.
    var waiting: [CrateKey] = []
    /// Crates asked for before `config.json` has come: what is answered counts only once it has.
    var guesses: [CrateKey]?
    /// Index files in a row that could not be had for want of a connection.
    var failuresInARow = 0
    static let failureLimit = 16

    init(_ server: RegistryServer) { self.server = server }

    var configurationURL: String { server.url + "config.json" }

    func error(_ reason: FetchError.Reason, _ url: String? = nil) -> FetchError {
        FetchError(reason: reason, url: WebAddress(url ?? configurationURL)?.shown ?? "(no URL)")
    }
}

// MARK: - Asking

extension Fetcher {
    private func state(of source: SourceID) -> ServerState? {
        if let known = servers[source] { return known }
        let made = findServer(source).map(ServerState.init)
        servers[source] = .some(made)
        return made
    }

    /// What has to be sent; crates that need no request are followed at once.
    private func ask(_ crates: [CrateKey]) -> [HTTPRequest] {
        var requests: [HTTPRequest] = []
        var work = crates
        var next = 0
        while next < work.count {
            let crate = work[next]
            next += 1
            guard let state = state(of: crate.source), asked.insert(crate).inserted else { continue }
            requests += begin(crate, at: state)
            if answers[crate] != nil { work += follow(crate) }
        }
        return requests
    }

    private func begin(_ crate: CrateKey, at state: ServerState) -> [HTTPRequest] {
        guard let path = indexPath(for: crate.name) else {
            answer(crate, .success(.file(.absent)))
            return []
        }
        if isFresh(crate) {
            answer(crate, .success(.fresh))
            return []
        }
        guard asked.count <= policy.crateLimit else {
            answer(crate, .failure(state.error(.tooMany(limit: policy.crateLimit))))
            return []
        }
        switch state.state {
        case .failed(let error):
            answer(crate, .failure(error))
            return []
        case .open(let token): return [request(crate, path, at: state, token)]
        case .asking:
            if state.guesses != nil { return [guess(crate, path, at: state)] }
            state.waiting.append(crate)
            return []
        case .idle:
            let first = configurationRequest(state, nil)
            if mayGuess(crate, at: state) { return [first, guess(crate, path, at: state)] }
            state.waiting.append(crate)
            return [first]
        }
    }

    /// Whether a server that answered last time is asked for crates together with its `config.json`. Without a token to
    /// show there is nothing in that which could change the requests.
    private func mayGuess(_ crate: CrateKey, at state: ServerState) -> Bool {
        guard record(of: crate) != nil else { return false }
        return switch state.server.credential() {
        case .missing, .unnamed, .program: true
        case .token, .unreadable: false
        }
    }

    private func guess(_ crate: CrateKey, _ path: String, at state: ServerState) -> HTTPRequest {
        state.guesses = (state.guesses ?? []) + [crate]
        return request(crate, path, at: state, nil)
    }

    private func isFresh(_ crate: CrateKey) -> Bool {
        guard policy.maximumAge > 0, let record = record(of: crate) else { return false }
        return record.checked <= policy.now && policy.now - record.checked <= policy.maximumAge
    }

    private func record(of crate: CrateKey) -> FetchRecord? {
        (try? store?.fetchRecord(of: crate.name, in: crate.source)) ?? nil
    }

    private static let standardHeaders = [(name: "cargo-protocol", value: "version=1"), ("accept", "text/plain")]

    private func configurationRequest(_ state: ServerState, _ token: RegistryToken?) -> HTTPRequest {
        state.state = .asking(token)
        jobs.append(.configuration(state))
        return HTTPRequest(
            state.configurationURL, tag: jobs.count - 1, headers: Self.standardHeaders, authorization: token,
            limit: 1 << 20)
    }

    private func request(
        _ crate: CrateKey, _ path: String, at state: ServerState, _ token: RegistryToken?
    ) -> HTTPRequest {
        let condition = record(of: crate)?.validator.flatMap(Validator.header)
        jobs.append(.file(state, crate, isConditional: condition != nil))
        return HTTPRequest(
            state.server.url + PercentEncoding.path(path), tag: jobs.count - 1,
            headers: Self.standardHeaders + (condition.map { [$0] } ?? []), authorization: token, limit: 64 << 20)
    }

    private func answer(_ crate: CrateKey, _ result: Result<Answer, FetchError>) {
        answers[crate] = result
        if case .success(.file(.absent)) = result { crates.forget(crate) }
        done += 1
        progress(done, asked.count)
    }
}

// MARK: - Hearing

extension Fetcher {
    private func take(_ request: HTTPRequest, _ result: Result<HTTPResponse, TransportError>) -> [HTTPRequest] {
        switch jobs[request.tag] {
        case .configuration(let state): return takeConfiguration(state, result)
        case .archive(let archive):
            archives[archive.url] = archive.answer(to: result)
            return []
        case .file(let state, let crate, let isConditional):
            let answered = outcome(state, crate, request, result, isConditional: isConditional)
            answer(crate, answered)
            return ask(follow(crate)) + giveUp(on: state)
        }
    }

    private func outcome(
        _ state: ServerState, _ crate: CrateKey, _ request: HTTPRequest,
        _ result: Result<HTTPResponse, TransportError>, isConditional: Bool
    ) -> Result<Answer, FetchError> {
        func failure(_ reason: FetchError.Reason) -> Result<Answer, FetchError> {
            .failure(state.error(reason, request.url))
        }
        if case .failed(let error) = state.state { return .failure(error) }
        let response: HTTPResponse
        switch result {
        case .failure(let error):
            state.failuresInARow += 1
            return failure(.transport(error))
        case .success(let some): response = some
        }
        state.failuresInARow = 0
        switch response.status {
        case 200:
            if let reason = crates.accept(crate, response.body) { return failure(reason) }
            return .success(.file(.contents(response.body, validator: Validator.text(response))))
        case 304: return isConditional ? .success(.file(.unchanged)) : failure(.unchangedUnknown)
        case 404, 410, 451: return .success(.file(.absent))
        case 401: return failure(rejection(state))
        default: return failure(.status(response.status))
        }
    }

    private func rejection(_ state: ServerState) -> FetchError.Reason {
        switch state.server.credential() {
        case .token(_, let variable): .tokenRejected(variable: variable)
        case .missing(let variable): .tokenMissing(variable: variable)
        case .program(let program, let variable): .program(program, variable: variable)
        case .unnamed: .unnamed
        case .unreadable(let text): .credentials(text)
        }
    }

    /// A server that fails again and again is not asked any more: each request would wait for its time to run out.
    private func giveUp(on state: ServerState) -> [HTTPRequest] {
        guard state.failuresInARow >= ServerState.failureLimit else { return [] }
        let dropped = transport.takeBack { request in
            if case .file(let other, _, _) = jobs[request.tag] { other === state } else { false }
        }
        var requests: [HTTPRequest] = []
        for request in dropped {
            guard case .file(_, let crate, _) = jobs[request.tag] else { continue }
            let error = TransportError(
                reason: .connection("not asked, since the server has failed again and again"), url: request.shownURL,
                attempts: 1)
            answer(crate, .failure(state.error(.transport(error), request.url)))
            requests += ask(follow(crate))
        }
        return requests
    }

    // MARK: config.json

    private func takeConfiguration(
        _ state: ServerState, _ result: Result<HTTPResponse, TransportError>
    ) -> [HTTPRequest] {
        guard case .asking(let sent) = state.state else { return [] }
        do throws(FetchError) {
            let response: HTTPResponse
            do throws(TransportError) { response = try result.get() } catch { throw state.error(.transport(error)) }
            if response.status == 401, sent == nil {
                return [configurationRequest(state, try token(for: state))]
            }
            let description = try describe(state, response)
            var token: RegistryToken?
            if description.needsToken { token = if let sent { sent } else { try self.token(for: state) } }
            state.state = .open(token)
        } catch {
            state.state = .failed(error)
            for crate in state.guesses ?? [] where answers[crate] != nil {
                answers[crate] = .failure(error)
                crates.drop(crate)
            }
        }
        state.guesses = nil
        let waiting = state.waiting
        state.waiting = []
        var requests: [HTTPRequest] = []
        for crate in waiting {
            requests += begin(crate, at: state)
            if answers[crate] != nil { requests += ask(follow(crate)) }
        }
        return requests
    }

    private func token(for state: ServerState) throws(FetchError) -> RegistryToken {
        if case .token(let token, _) = state.server.credential() { return token }
        throw state.error(rejection(state))
    }

    private func describe(
        _ state: ServerState, _ response: HTTPResponse
    ) throws(FetchError) -> RegistryDescription {
        switch response.status {
        case 200: break
        case 401: throw state.error(rejection(state))
        case 404, 410, 451: throw state.error(.noConfiguration)
        default: throw state.error(.status(response.status))
        }
        guard let root = try? JSONValue(parsing: response.body), root.entries != nil else {
            throw state.error(.configuration("what the server sends is no JSON object"))
        }
        guard root["dl"]?.text != nil else { throw state.error(.configuration("`dl` is missing")) }
        switch root["auth-required"] {
        case nil: return RegistryDescription(needsToken: false)
        case .bool(let flag): return RegistryDescription(needsToken: flag)
        default: throw state.error(.configuration("`auth-required` is neither true nor false"))
        }
    }
}

// MARK: - Archives

extension Fetcher {
    private func begin(_ archive: ArchiveRequest) -> HTTPRequest? {
        guard WebAddress(archive.url) != nil else {
            archives[archive.url] = .failure(FetchError(reason: .address, url: "(no URL)"))
            return nil
        }
        jobs.append(.archive(archive))
        let condition = archive.validator.flatMap(Validator.header)
        return HTTPRequest(
            archive.url, tag: jobs.count - 1, headers: condition.map { [$0] } ?? [], limit: ArchiveRequest.limit)
    }
}
