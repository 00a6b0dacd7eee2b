package import BrownoutJSON

/// What a logical call is known by, over all its attempts.
package struct CallKey: Equatable, Sendable {
    /// What told which call a request belongs to; the raw value is the journal's word for it.
    package enum Source: String, Sendable {
        /// The `x-brownout-call` header.
        case header
        /// The `Idempotency-Key` header.
        case idempotencyKey = "idempotency-key"
        /// A digest of the request in normal form.
        case digest
    }

    /// What the key was read from. A digest alone cannot tell a call from another that says the
    /// same.
    package var source: Source
    /// The word draws are keyed with.
    package var word: UInt64
    /// The header's value; empty for a digest.
    private var name: String

    /// The key of a call that a header names. `name` is the header's value, which also keys the
    /// draws.
    package init(named name: String, by source: Source) {
        self.source = source
        self.name = name
        self.word = SipHash.word(name)
    }

    /// The key of a call that no header names: a digest of what the request says.
    package init(digest: UInt64) {
        source = .digest
        name = ""
        word = digest
    }

    /// The key as people read it.
    package var text: String { source == .digest ? word.hex : name }
}

/// One header field as it came.
package struct HeaderField: Equatable, Sendable {
    /// The field's name in the case it came in; ``isNamed(_:)`` compares without regard to it.
    package var name: String
    /// What stands behind the colon. Of several fields with one name, each has its own.
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The protocol a request came by; HTTP/1.0 counts as the version after it.
package enum HTTPVersion: String, CaseIterable, Sendable {
    case http1 = "http/1.1"
    case http2 = "http/2"
}

/// What a request is for, as far as it is counted.
package enum RequestPurpose: Equatable, Sendable {
    /// It asks a model for an answer: a call, or another attempt of one.
    case call
    /// It asks for something else: a list, a count, a path that nobody serves.
    case auxiliary
    /// It has another method than the endpoint knows: `HEAD`, `OPTIONS`.
    case probe
}

/// Everything about a request that a decision may depend on.
package struct RequestFacts: Sendable {
    /// `openai`, `anthropic`, or the name of a virtual provider.
    package var provider: String
    /// The API that the provider speaks. Of a virtual provider, it is the one that the scenario
    /// gives it.
    package var dialect: DialectName
    /// What the request asks for, by its path; ``Endpoint/unknown`` where nobody serves that.
    package var endpoint: Endpoint
    /// Only calls use up calls, arrivals and requests of what counts them.
    package var purpose: RequestPurpose
    /// The model that the body or the path names; empty where neither does.
    package var model: String
    /// Whether the request asks for a stream.
    package var stream: Bool
    /// Whether the request offers tools.
    package var hasTools: Bool
    /// The session's name: that of the header `x-brownout-session` or of a path `/s/NAME/…`, else
    /// `default`.
    package var session: String
    /// Which logical call the request is an attempt of.
    package var call: CallKey
    /// `x-stainless-retry-count`, when the client sends it.
    package var retryCount: Int?
    /// The key the client presented, without `Bearer`.
    package var credential: String
    /// Who asks: the peer, or whom a trusted proxy names in its place. Nil where the address is not
    /// known.
    package var client: NetworkAddress?
    /// The protocol the request came by. A fault of the other protocol does nothing to its answer.
    package var version: HTTPVersion
    /// The header fields of the request in the order they came, those of a name more than once too.
    package var headers: HeaderFields
    /// The parsed body; null where there is none.
    package var body: JSON
    /// Text of the last message of the user.
    package var userText: String
    /// Tokens of the prompt, by the common estimate; 0 where no model would read it.
    package var inputTokens: Int

    /// The facts about a request. A `purpose` of nil follows from the endpoint: the request is a
    /// call where a model reads it, else an aside.
    package init(
        provider: String, dialect: DialectName, endpoint: Endpoint,
        purpose: RequestPurpose? = nil, model: String = "",
        stream: Bool = false, hasTools: Bool = false, session: String = "default",
        call: CallKey, retryCount: Int? = nil, credential: String = "",
        client: NetworkAddress? = nil, version: HTTPVersion = .http1, headers: HeaderFields = [],
        body: JSON = .null,
        userText: String = "", inputTokens: Int = 0
    ) {
        self.provider = provider
        self.dialect = dialect
        self.endpoint = endpoint
        self.purpose = purpose ?? (endpoint.operation.readsTokens ? .call : .auxiliary)
        self.model = model
        self.stream = stream
        self.hasTools = hasTools
        self.session = session
        self.call = call
        self.retryCount = retryCount
        self.credential = credential
        self.client = client
        self.version = version
        self.headers = headers
        self.body = body
        self.userText = userText
        self.inputTokens = inputTokens
    }
}

extension RequestFacts {
    /// The first value of a header; `name` in lower case.
    package func header(_ name: String) -> String? {
        headers.first(named: name)
    }
}

extension UInt64 {
    /// Sixteen lower-case hexadecimal digits.
    package var hex: String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            for place in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: self >> UInt64(60 - place * 4)) & 0xF
                buffer[place] =
                    digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 16
        }
    }
}
