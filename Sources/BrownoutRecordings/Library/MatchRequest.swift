import BrownoutCompression
package import BrownoutDialects
package import BrownoutEngine
package import BrownoutJSON
package import BrownoutRecords

/// What matching looks at of a request, be it recorded or one that has just come. Two requests
/// that say the same to the provider are equal in all that counts, whichever way they were made.
package struct MatchRequest: Equatable, Sendable {
    /// A request's body, its content codings undone.
    package enum Body: Equatable, Sendable {
        /// Null where there is no body.
        case json(JSON)
        /// What is no JSON.
        case bytes([UInt8])
    }

    /// Bytes of a body, once its codings are undone; a larger one is looked at as it was sent.
    package static let longestBody = 64 * 1024 * 1024

    /// Whom the request is for, and what it asks for by its path.
    package var address: RequestAddress
    /// As it stands on the request line: `POST`.
    package var method: String
    /// In the order and with the letters they came in.
    package var headers: [HeaderField]
    /// The body, its content codings undone; of a multipart body the boundary is always the same.
    package var body: Body
    /// The model the body names, else the one the path names.
    package let model: String
    /// Whether the answer is asked for as a stream.
    package let stream: Bool

    /// Takes the model and the kind of answer from the body and the path.
    package init(
        _ address: RequestAddress, method: String, headers: [HeaderField], body: Body
    ) {
        self.address = address
        self.method = method
        self.headers = headers
        switch body {
        case .json(let json):
            self.body = body
            model = json["model"]?.stringValue ?? address.model
            stream = Dialects.profile(address.dialect).wantsStream(address.endpoint, json)
        case .bytes(let bytes):
            let type = headers.first(named: "content-type") ?? ""
            self.body = .bytes(Multipart.withPlainBoundary(bytes, contentType: type))
            (model, stream) = (address.model, false)
        }
    }

    /// What a request says whose body is as it was sent.
    package init(_ request: RecordedRequest, provider: String, dialect: DialectName) {
        let address = RequestAddress(
            provider: provider, dialect: dialect, path: request.path, query: request.query)
        self.init(
            address, method: request.method, headers: request.headers, body: Self.body(of: request))
    }

    /// What a recorded request says.
    package init(_ outline: RecordingOutline) {
        self.init(
            outline.request, provider: outline.provenance.provider,
            dialect: outline.provenance.dialect)
    }

    /// What a request says that has come in. `path` is the provider's own; `bytes` are the body's,
    /// its codings undone, and count where it is no JSON.
    package init(
        _ facts: RequestFacts, method: String, path: String, query: String?,
        bytes: @autoclosure () -> [UInt8]
    ) {
        let address = RequestAddress(
            provider: facts.provider, dialect: facts.dialect, path: path, query: query)
        var body = Body.json(facts.body)
        if facts.body.isNull {
            let bytes = bytes()
            if !bytes.isEmpty { body = Self.body(bytes) }
        }
        self.init(address, method: method, headers: Array(facts.headers), body: body)
    }

    /// A body by its decoded bytes.
    package static func body(_ bytes: [UInt8]) -> Body {
        if bytes.isEmpty { return .json(.null) }
        if let json = try? JSON.parse(bytes) { return .json(json) }
        return .bytes(bytes)
    }

    private static func body(of request: RecordedRequest) -> Body {
        let plain = CodedBody(request.headers, allowed: ContentCoding.ofRequests)?.decoded(
            request.body, atMost: longestBody, whole: true)
        return body(plain ?? request.body)
    }
}

extension MatchRequest {
    var profile: ProviderProfile { Dialects.profile(address.dialect) }
    /// How its provider's requests are read.
    var requests: RequestReading { profile.requests }

    /// The body's JSON; nil where it is none.
    var json: JSON? {
        guard case .json(let json) = body else { return nil }
        return json
    }

    /// Whether there is no body, or one that says nothing.
    var hasNoBody: Bool { body == .json(.null) }

    /// All values of a header, in the order they came; `name` in any case.
    func header(_ name: String) -> [String] {
        let name = name.lowercased()
        return headers.values(named: name)
    }

    /// The items of the query, percent-decoded, in the order they came.
    var queryItems: [(name: String, value: String)] {
        (address.query ?? "").split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1] : ""
            return (
                PercentEncoding.decoded(parts[0], ofForm: true),
                PercentEncoding.decoded(value, ofForm: true)
            )
        }
    }

    /// The request without what JSON pointers into its body lead to.
    func without(_ pointers: [String]) -> MatchRequest {
        guard !pointers.isEmpty, case .json(var json) = body else { return self }
        for pointer in pointers { json.remove(at: JSON.tokens(ofPointer: pointer)[...]) }
        var request = self
        request.body = .json(json)
        return request
    }
}
