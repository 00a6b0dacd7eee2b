import BrownoutDialects
package import BrownoutEngine
package import BrownoutWire

/// One exchange with a provider, as it was: what was asked, what came, when, and how it ended.
///
/// Times are in microseconds from when the request was on its way to the provider whole.
package struct Recording: Equatable, Sendable {
    /// The version of the format, as files and stores carry it.
    package static let version = 1

    /// What people and commands call it: unique in a file, a folder or a store.
    package var id: String
    /// When, from whom and by what it was recorded.
    package var provenance: Provenance
    /// What was asked, as the upstream got it.
    package var request: RecordedRequest
    /// What came back, as far as it came.
    package var response: RecordedResponse

    package init(
        id: String, provenance: Provenance, request: RecordedRequest, response: RecordedResponse
    ) {
        self.id = id
        self.provenance = provenance
        self.request = request
        self.response = response
    }
}

/// Where a recording comes from.
package struct Provenance: Equatable, Sendable {
    /// Microseconds since 1970.
    package var recordedAt: Int64
    /// The name the upstream was given: `openai`, or that of a virtual provider.
    package var provider: String
    /// The API that the upstream speaks; a virtual provider borrows that of another.
    package var dialect: DialectName
    /// The upstream's base URL, without credentials.
    package var upstream: String
    /// The client's `user-agent`; empty where it sent none.
    package var client: String
    /// What made the recording: `brownout 0.1.0`, `vcrpy`, …
    package var recorder: String

    package init(
        recordedAt: Int64, provider: String, dialect: DialectName, upstream: String,
        client: String = "", recorder: String
    ) {
        self.recordedAt = recordedAt
        self.provider = provider
        self.dialect = dialect
        self.upstream = upstream
        self.client = client
        self.recorder = recorder
    }
}

/// A request as the upstream got it.
package struct RecordedRequest: Equatable, Sendable {
    /// As it stands on the request line, in capitals: `POST`.
    package var method: String
    /// As the provider sees it, without the prefixes that are ours: `/v1/chat/completions`.
    package var path: String
    /// Without its question mark; nil where there is none.
    package var query: String?
    /// In the order and with the letters they came in.
    package var headers: [HeaderField]
    /// As it came, content codings not undone.
    package var body: [UInt8]

    package init(
        method: String, path: String, query: String? = nil, headers: [HeaderField] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// What came back.
package struct RecordedResponse: Equatable, Sendable {
    /// The status line and the fields, framing included; nil where the upstream ended before.
    package var head: RecordedHead?
    /// The body without the framing of HTTP, content codings not undone.
    package var body: [UInt8]
    /// The pieces the body came in. Ends rise, the last is the body's; empty where it is empty.
    package var chunks: [RecordedChunk]
    /// How the answer ended: whole, or what broke it off.
    package var ending: RecordedEnding
    /// When it ended.
    package var endedAt: Int64

    package init(
        head: RecordedHead?, body: [UInt8] = [], chunks: [RecordedChunk] = [],
        ending: RecordedEnding = .complete, endedAt: Int64 = 0
    ) {
        self.head = head
        self.body = body
        self.chunks = chunks
        self.ending = ending
        self.endedAt = endedAt
    }
}

/// A status line and header fields, in the order and with the letters they came in.
package struct RecordedHead: Equatable, Sendable {
    /// The status code of the status line: `200`.
    package var status: Int
    /// The phrase behind the status code; empty where there was none, as in HTTP/2 (RFC 9113,
    /// 8.3.2).
    package var reason: String
    /// The fields as they came, those that frame the body included.
    package var headers: [HeaderField]
    /// When it came.
    package var at: Int64

    package init(status: Int, reason: String, headers: [HeaderField], at: Int64 = 0) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.at = at
    }
}

/// A piece of a body.
package struct RecordedChunk: Equatable, Sendable {
    /// The bytes of the body up to its end.
    package var end: Int
    /// When it came.
    package var at: Int64

    package init(end: Int, at: Int64) {
        self.end = end
        self.at = at
    }
}

extension RecordedHead {
    /// The first value of a field; `name` in lower case.
    package func header(_ name: String) -> String? { headers.first(named: name) }
}

extension RecordedRequest {
    /// The first value of a field; `name` in lower case.
    package func header(_ name: String) -> String? { headers.first(named: name) }
}

extension Recording {
    /// What its stream has; nil: it is none.
    package var form: StreamForm? {
        response.form(of: provenance.dialect, address.endpoint)
    }

    /// Whom its request was addressed to.
    var address: RequestAddress {
        RequestAddress(
            provider: provenance.provider, dialect: provenance.dialect, path: request.path)
    }
}

extension RecordedResponse {
    /// Whether its content type names a stream of events. An array of them is told by ``form(of:)``
    /// alone.
    package var isStream: Bool {
        head?.header("content-type").flatMap { EventFraming(contentType: $0) } != nil
    }

    /// What its stream has, where a dialect has written it; nil: it is none.
    package func form(of dialect: DialectName, _ endpoint: Endpoint = .unknown) -> StreamForm? {
        var form = Dialects.streamForm(dialect, of: endpoint)
        let isArray = body.first { $0 > 0x20 } == UInt8(ascii: "[")
        guard
            let framing = form.framing(ofType: head?.header("content-type"), isArray: isArray)
        else { return nil }
        form.framing = framing
        return form
    }

    /// What a head says of the length of a whole body that is another, as it was edited; nil: it is
    /// right, or says nothing.
    package var staleLength: String? {
        guard ending == .complete, !body.isEmpty, let head,
            head.header("transfer-encoding") == nil, let length = head.header("content-length"),
            length != String(body.count)
        else { return nil }
        return length
    }

    /// Whether a client would call it a failure: an error's status, or no whole answer.
    package var isFailure: Bool {
        guard let head, ending == .complete else { return true }
        return head.status >= 400
    }
}
