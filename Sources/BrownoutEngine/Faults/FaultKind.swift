/// The catalogue of faults: one entry feeds the scenario language, its schema, the reference, the
/// metrics and the tests.
package enum FaultKind: Hashable, Sendable, CaseIterable {
    case error
    case errorEvent
    case cut
    case noAnswer
    case reset
    case halfOpen
    case stall
    case hang
    case latency
    case slowHeaders
    case dribble
    case refuse
    case connection(ConnectionFault)
    case framing(FramingFault)
    case mangle(Mangle)
    case shape(StreamShape)
    case missing(MissingPart)
    case content(ContentFault)
    case page(ProxyPage)
    case raw
    case rawStream
    case http2(HTTP2Fault.Word)
    case tls(TLSFault)

    /// In the order of the reference.
    package static let allCases: [FaultKind] =
        [
            .error, .errorEvent, .cut, .noAnswer, .reset, .halfOpen, .stall, .hang, .latency,
            .slowHeaders, .dribble, .refuse,
        ] + ConnectionFault.allCases.map(connection) + FramingFault.allCases.map(framing)
        + Mangle.allCases.map(mangle) + StreamShape.allCases.map(shape)
        + MissingPart.allCases.map(missing) + ContentFault.allCases.map(content)
        + ProxyPage.allCases.map(page) + [.raw, .rawStream]
        + HTTP2Fault.Word.allCases.map(http2) + TLSFault.allCases.map(tls)

    /// The word of a family's member; nil for a fault that is a family of its own.
    private var word: (any FaultWord)? {
        switch self {
        case .connection(let word): word
        case .framing(let word): word
        case .mangle(let word): word
        case .shape(let word): word
        case .missing(let word): word
        case .content(let word): word
        case .page(let word): word
        case .http2(let word): word
        case .tls(let word): word
        default: nil
        }
    }

    /// What the fault is called.
    package var name: String {
        switch self {
        case .error: "cause"
        case .errorEvent: "error-event"
        case .noAnswer: "no-answer"
        case .halfOpen: "half-open"
        case .slowHeaders: "slow-headers"
        case .rawStream: "raw-stream"
        case .cut: "cut"
        case .reset: "reset"
        case .stall: "stall"
        case .hang: "hang"
        case .latency: "latency"
        case .dribble: "dribble"
        case .refuse: "refuse"
        case .raw: "raw"
        default: word?.rawValue ?? ""
        }
    }

    /// The heading it stands under, which is also the key of a family.
    package var family: String {
        switch self {
        case .error, .errorEvent: "cause"
        case .cut, .noAnswer, .reset, .halfOpen: "cut"
        case .stall, .hang, .latency, .slowHeaders, .dribble: "time"
        case .refuse, .connection: "connection"
        case .framing: "framing"
        case .mangle: "mangle"
        case .shape: "shape"
        case .missing: "missing"
        case .content: "content"
        case .page: "page"
        case .raw, .rawStream: "verbatim"
        case .http2: "http2"
        case .tls: "tls"
        }
    }

    /// Whether its name alone is a fault.
    package var isWord: Bool {
        switch self {
        case .noAnswer, .reset, .halfOpen: true
        default: word != nil
        }
    }

    /// What has to be so for the fault to be possible.
    package var need: FaultNeed {
        switch self {
        case .errorEvent: .stream
        case .slowHeaders: .http1
        default: word?.need ?? .nothing
        }
    }

    /// Decided when a connection is accepted, before any request is read.
    package var isAtAccept: Bool {
        switch self {
        case .connection(let word): word.isAtAccept
        case .http2(let word): word.isAtAccept
        case .tls(let word): word.isAtAccept
        default: false
        }
    }

    /// One line for the reference and for messages.
    package var summary: String {
        switch self {
        case .error: "the provider's own error answer: status, body and headers"
        case .errorEvent: "a stream that breaks off with the provider's error event"
        case .cut: "an answer that ends at a position: clean, fin, reset, stall or half-open"
        case .noAnswer: "the request is read, then the connection is closed with FIN, no byte sent"
        case .reset: "the request is read, then the connection is reset (RST), no byte sent"
        case .halfOpen: "no answer, and the peer is gone: nothing is acknowledged any more"
        case .stall: "silence at a position, then the answer goes on"
        case .hang: "silence at a position with the socket open, without an answer to come"
        case .latency: "time before the headers, the first token, every further token, or in all"
        case .slowHeaders: "the head of the answer trickles, so many bytes in a time"
        case .dribble: "the body trickles from a position on, so many bytes in a time"
        case .refuse: "the connection is reset, and the port closed for a while"
        case .raw: "a response in the scenario's own words: status, headers, body"
        case .rawStream: "a stream in the scenario's own words: frames, pauses, ending"
        default: word?.summary ?? ""
        }
    }

    /// How a scenario writes it.
    package var example: String {
        switch self {
        case .error: "fault: {cause: rate-limited, retry-after: 2s}"
        case .errorEvent: "fault: {cause: overloaded, at: event 3}"
        case .cut: "fault: {cut: reset, at: token 5}"
        case .stall: "fault: {stall: 20s, at: 50%}"
        case .hang: "fault: {hang: forever, at: headers}"
        case .latency: "latency: {before-headers: 2s, first-token: 300ms, between-tokens: 20ms}"
        case .slowHeaders: "fault: {slow-headers: 20B/s}"
        case .dribble: "fault: {dribble: 1KiB/s, at: event 3}"
        case .refuse: "fault: {refuse: 5s}"
        case .connection(.finWhileIdle): "fault: {connection: fin-while-idle, after: 200ms}"
        case .framing(.badChunkSize): "fault: {framing: bad-chunk-size, at: event 3}"
        case .mangle(let word): "fault: {mangle: \(word.rawValue), at: event 3}"
        case .raw: "fault: {raw: {status: 418, headers: {x-tea: green}, body: short and stout}}"
        case .rawStream: "fault: {raw-stream: {frames: [{data: {n: 1}}, {wait: 1s}], ending: fin}}"
        case .http2(.goAway): "fault: {http2: goaway, code: enhance-your-calm, at: event 3}"
        case .http2(.resetStream): "fault: {http2: reset-stream, code: internal-error, at: event 3}"
        case .tls(.corruptRecord): "fault: {tls: corrupt-record, at: event 3}"
        default: "fault: \(name)"
        }
    }
}
