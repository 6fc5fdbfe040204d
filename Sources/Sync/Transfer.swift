import CCurl
import CargoWorkspace

/// One request under way: its libcurl handle and what has arrived. The handle holds an unowned pointer to it, so it
/// must live until the handle is taken out of the multi handle.
final class Transfer {
    let request: HTTPRequest
    let handle: OpaquePointerBox
    /// 1 for the first.
    private(set) var attempt = 1
    private(set) var body: [UInt8] = []
    private(set) var headers: [String: String] = [:]
    private(set) var isTooLarge = false
    /// Where redirects have led to.
    private var url: String
    private var authorization: RegistryToken?
    private var redirects = 0
    private var list: UnsafeMutablePointer<curl_slist>?
    /// libcurl's own words about what went wrong.
    private let message: UnsafeMutablePointer<CChar>
    private static let messageSize = 256
    private static let redirectLimit = 5

    private let allowance: Allowance

    init?(_ request: HTTPRequest, _ allowance: Allowance) {
        guard let handle = ccurl_easy_init() else { return nil }
        self.allowance = allowance
        self.request = request
        self.handle = OpaquePointerBox(pointer: handle)
        url = request.url
        authorization = request.authorization
        message = .allocate(capacity: Self.messageSize)
        message.initialize(repeating: 0, count: Self.messageSize)
    }

    deinit {
        ccurl_easy_cleanup(handle.pointer)
        ccurl_slist_free_all(list)
        message.deallocate()
    }

    func begin(_ settings: NetworkSettings) {
        let curl = handle.pointer
        _ = ccurl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        setTarget(curl)
        setLimits(curl, settings)
        setRoute(curl, settings)
        setHeaders(curl, settings)
        _ = ccurl_set_pointer(curl, CURLOPT_ERRORBUFFER, message)
        let this = Unmanaged.passUnretained(self).toOpaque()
        _ = ccurl_set_pointer(curl, CURLOPT_PRIVATE, this)
        _ = ccurl_set_pointer(curl, CURLOPT_WRITEDATA, this)
        _ = ccurl_set_pointer(curl, CURLOPT_HEADERDATA, this)
        _ = ccurl_set_write(curl, Self.receive)
        _ = ccurl_set_header(curl, Self.receiveHeader)
    }

    /// What had arrived is forgotten.
    func beginAgain() {
        attempt += 1
        forget()
    }

    private func forget() {
        body = []
        headers = [:]
        isTooLarge = false
        message[0] = 0
    }

    /// Goes where the answer points to. What is secret stays with the server it is meant for; libcurl would send it
    /// along, which is why it follows nothing by itself.
    func followRedirect(_ settings: NetworkSettings) -> TransportError? {
        var target: UnsafePointer<CChar>?
        _ = ccurl_get_string(handle.pointer, CURLINFO_REDIRECT_URL, &target)
        guard redirects < Self.redirectLimit else { return error(.endlessRedirect) }
        guard let next = target.map({ String(cString: $0) }), let to = WebAddress(next), let from = WebAddress(url),
            to.isSecure || !from.isSecure
        else { return error(.unsafeRedirect) }
        if !to.isSameOrigin(as: from) { authorization = nil }
        url = next
        redirects += 1
        forget()
        setTarget(handle.pointer)
        setHeaders(handle.pointer, settings)
        return nil
    }

    // MARK: Options

    private func setTarget(_ curl: UnsafeMutableRawPointer) {
        text(curl, CURLOPT_URL, url)
        text(curl, CURLOPT_PROTOCOLS_STR, "http,https")
        _ = ccurl_set_long(curl, CURLOPT_FOLLOWLOCATION, 0)
        _ = ccurl_set_long(curl, CURLOPT_SSL_VERIFYPEER, 1)
        _ = ccurl_set_long(curl, CURLOPT_SSL_VERIFYHOST, 2)
        text(curl, CURLOPT_ACCEPT_ENCODING, "deflate, gzip")
    }

    private func setLimits(_ curl: UnsafeMutableRawPointer, _ settings: NetworkSettings) {
        _ = ccurl_set_long(curl, CURLOPT_CONNECTTIMEOUT, settings.timeout)
        _ = ccurl_set_long(curl, CURLOPT_LOW_SPEED_TIME, settings.timeout)
        _ = ccurl_set_long(curl, CURLOPT_LOW_SPEED_LIMIT, settings.lowSpeedLimit)
        _ = ccurl_set_long(curl, CURLOPT_TIMEOUT, settings.longest)
    }

    private func setRoute(_ curl: UnsafeMutableRawPointer, _ settings: NetworkSettings) {
        if let proxy = settings.proxy { text(curl, CURLOPT_PROXY, proxy) }
        if let bundle = settings.certificates { text(curl, CURLOPT_CAINFO, bundle) }
        let version = settings.multiplexing ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
        _ = ccurl_set_long(curl, CURLOPT_HTTP_VERSION, version)
        // Better wait for a connection that takes many requests than open many.
        _ = ccurl_set_long(curl, CURLOPT_PIPEWAIT, settings.multiplexing ? 1 : 0)
    }

    private func setHeaders(_ curl: UnsafeMutableRawPointer, _ settings: NetworkSettings) {
        text(curl, CURLOPT_USERAGENT, settings.userAgent)
        var new: UnsafeMutablePointer<curl_slist>?
        for (name, value) in request.headers where Self.isOneLine(value) {
            new = ccurl_slist_append(new, "\(name): \(value)")
        }
        if let token = authorization, Self.isOneLine(token.header) {
            new = ccurl_slist_append(new, "Authorization: \(token.header)")
        }
        _ = ccurl_set_pointer(curl, CURLOPT_HTTPHEADER, new)
        ccurl_slist_free_all(list)
        list = new
    }

    /// Anything else could smuggle in headers of its own.
    private static func isOneLine(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f }
    }

    /// libcurl keeps a copy of text.
    private func text(_ curl: UnsafeMutableRawPointer, _ option: CURLoption, _ text: String) {
        text.withCString { _ = ccurl_set_pointer(curl, option, $0) }
    }

    // MARK: Receiving

    private static let receive:
        @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
            bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            return transfer.append(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
        }

    /// - Returns: false if it is more than was bargained for.
    private func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard body.count + bytes.count <= request.limit, allowance.take(bytes.count) else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    private static let receiveHeader:
        @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int = {
            bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
            Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue().note(String(decoding: line, as: UTF8.self))
            return size * count
        }

    /// Each answer begins with its status line; only the last counts.
    private func note(_ line: String) {
        if line.hasPrefix("HTTP/") {
            headers = [:]
            return
        }
        guard headers.count < 200, line.utf8.count < 8192, let colon = line.utf8.firstIndex(of: UInt8(ascii: ":"))
        else { return }
        let name = line[..<colon].lowercased()
        if headers[name] == nil { headers[name] = Self.trimmed(line[line.index(after: colon)...]) }
    }

    private static func trimmed(_ text: Substring) -> String {
        let isBlank = { (character: Character) in character.isWhitespace }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }

    // MARK: What came of it

    var status: Int {
        var value = 0
        _ = ccurl_get_long(handle.pointer, CURLINFO_RESPONSE_CODE, &value)
        return value
    }

    /// What libcurl says of a failure, unless it repeats something that may be secret.
    func words(for code: CURLcode) -> String {
        let own = String(cString: message)
        let secrets = [authorization?.header, url.split(separator: "@").count > 1 ? url : nil].compactMap { $0 }
        let isSafe = !own.isEmpty && !own.contains("@") && !secrets.contains { own.contains($0) }
        return isSafe ? own : String(cString: ccurl_easy_strerror(code))
    }

    var isRedirected: Bool { [301, 302, 303, 307, 308].contains(status) && headers["location"] != nil }

    var response: HTTPResponse { HTTPResponse(status: status, body: body, headers: headers) }

    func error(_ reason: TransportError.Reason) -> TransportError {
        TransportError(reason: reason, url: request.shownURL, attempts: attempt)
    }
}

/// What all answers together may have: each within its limit, hundreds could still fill the memory.
final class Allowance {
    private(set) var left: Int

    init(_ bytes: Int) { left = bytes }

    /// - Returns: whether that much was left.
    func take(_ bytes: Int) -> Bool {
        guard bytes <= left else { return false }
        left -= bytes
        return true
    }
}

/// A libcurl handle.
struct OpaquePointerBox {
    let pointer: UnsafeMutableRawPointer
}
