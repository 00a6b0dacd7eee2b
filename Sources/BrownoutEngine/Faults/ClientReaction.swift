/// What the official SDKs make of a fault with their default settings, as the fault's example
/// has it: on a stream where it stands at a place of one, else on a plain answer.
package struct ClientReaction: Equatable, Sendable {
    /// openai 3, for Python.
    package var openai: String
    /// anthropic 2, for Python.
    package var anthropic: String

    package init(openai: String, anthropic: String) {
        self.openai = openai
        self.anthropic = anthropic
    }

    private init(both text: String) {
        self.init(openai: text, anthropic: text)
    }

    /// The names of the packages, with what each makes of the fault.
    package var byClient: [(client: String, reaction: String)] {
        [("openai-python", openai), ("anthropic-python", anthropic)]
    }

    fileprivate static let unharmed = ClientReaction(both: "the whole answer")
    fileprivate static let passedOn = ClientReaction(both: "passed on as it is, no error")
    fileprivate static let noConnection = both("APIConnectionError after 3 attempts")
    fileprivate static let timedOut = both("APITimeoutError after 3 attempts")
    fileprivate static let unread = both("JSONDecodeError")
    fileprivate static let serverError = both("InternalServerError after 3 attempts")
    /// A stream that breaks: Anthropic's SDK lets through what its HTTP library throws.
    fileprivate static func broken(_ error: String) -> ClientReaction {
        ClientReaction(openai: "APIConnectionError, not retried", anthropic: "httpx2.\(error)")
    }
    /// HTTP/2 is not what the SDKs speak of themselves.
    fileprivate static let notSpoken = both("not met: speaks HTTP/1.1 unless told otherwise")

    fileprivate static func both(_ text: String) -> ClientReaction { ClientReaction(both: text) }
}

extension FaultKind {
    /// What the official SDKs make of the fault.
    package var clients: ClientReaction {
        switch self {
        case .error:
            .both("the error of its status; 408, 409, 429 and 5xx after 3 attempts")
        case .errorEvent:
            ClientReaction(
                openai: "APIError without a status, not retried",
                anthropic: "APIStatusError with status 200, not retried")
        case .cut: .broken("ReadError")
        case .noAnswer, .reset, .refuse: .noConnection
        case .halfOpen, .hang: .timedOut
        case .stall, .latency, .slowHeaders, .dribble:
            .both("the whole answer, unless a read outlasts the timeout")
        case .connection(let word): word.clients
        case .framing(let word): word.clients
        case .mangle(let word): word.clients
        case .shape(let word): word.clients
        case .missing(let word): word.clients
        case .content(let word): word.clients
        case .page(let word): word.clients
        case .raw: .both("the error of its status; a successful body is passed on as it is")
        case .rawStream: .broken("RemoteProtocolError")
        case .http2: .notSpoken
        case .tls(let word): word.clients
        }
    }
}

extension ConnectionFault {
    fileprivate var clients: ClientReaction {
        switch self {
        case .acceptFIN, .acceptReset: .noConnection
        case .finAfterAnswer, .finWhileIdle: .unharmed
        case .resetNextRequest: .both("the whole answer; the next request is tried again")
        }
    }
}

extension FramingFault {
    fileprivate var clients: ClientReaction {
        switch self {
        case .badChunkSize, .noChunkEnd, .noLastChunk: .broken("RemoteProtocolError")
        case .lengthTooLong, .lengthTwice, .garbageStatusLine, .partialHeaders, .hugeHeader,
            .headerWithoutColon, .nulInHeader, .gzipLie:
            .noConnection
        case .lengthTooShort, .truncatedBody, .gzipTruncated: .unread
        case .lengthAndChunked, .manyHeaders, .informationalFlood, .gzipUnasked, .closeDelimited:
            .unharmed
        }
    }
}

extension Mangle {
    fileprivate var clients: ClientReaction {
        switch self {
        case .drop: .both("an answer with a hole, no error")
        case .duplicate: .both("an answer with a piece twice, no error")
        case .reorder: .both("an answer in another order, no error")
        case .badJSON: .unread
        case .badUTF8: .both("UnicodeDecodeError")
        case .hugeEvent, .commentFlood, .pingFlood: .unharmed
        }
    }
}

extension StreamShape {
    fileprivate var clients: ClientReaction {
        switch self {
        case .comments, .eventIDs, .noSpace, .emptyFirstChunk, .crlf, .cr, .oneByteChunks,
            .splitEvents, .groupedEvents, .heldBack, .wrongContentType:
            .unharmed
        case .noEventNames: ClientReaction(openai: "the whole answer", anthropic: "no event")
        case .noDelta, .extraEvent: .passedOn
        case .afterTerminal:
            ClientReaction(openai: "not read", anthropic: "passed on as it is, no error")
        case .byteOrderMark: .both("an answer without its first event, no error")
        case .noFinalBlankLine: .both("an answer without its last event, no error")
        }
    }
}

extension MissingPart {
    fileprivate var clients: ClientReaction {
        switch self {
        case .done, .messageStop: .unharmed
        case .finishReason: .both("an answer whose reason to end is None")
        case .usage: .both("an answer without its usage")
        }
    }
}

extension ContentFault {
    fileprivate var clients: ClientReaction {
        switch self {
        case .emptyChoices: .both("an answer with an empty list, no error")
        case .nullChoices: .both("an answer with None, no error")
        case .errorWith200: .both("an answer whose fields are None, no error")
        case .emptyBody: .unread
        case .htmlWith200: .both("the page as a str, no error")
        case .plainJSON: .both("a stream of no events, no error")
        case .refusal, .contentFilter, .length: .both("an answer that says so, no error")
        case .argumentsNotJSON, .argumentsBreakSchema, .argumentsCut, .unknownTool,
            .duplicateToolID, .wrongUsage, .wrongModel:
            .passedOn
        }
    }
}

extension ProxyPage {
    fileprivate var clients: ClientReaction {
        switch self {
        case .badGateway, .unknownError, .timeout: .serverError
        case .challenge: .both("PermissionDeniedError")
        case .portal: .both("the page as a str, no error")
        }
    }
}

extension TLSFault {
    fileprivate var clients: ClientReaction {
        switch self {
        case .expired, .notYetValid, .wrongHost, .untrusted, .oldProtocol, .handshakeReset,
            .handshakeFIN, .handshakeAlert, .plaintext:
            .noConnection
        case .handshakeHang: .timedOut
        case .noCloseNotify: .unharmed
        case .corruptRecord: .broken("ReadError")
        }
    }
}
