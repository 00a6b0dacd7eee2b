import BrownoutEngine

/// How the bytes of an answer are put on the wire, where that is not as usual.
struct Delivery: Equatable, Sendable {
    /// What of the message around the answer is wrong.
    var framing: FramingFault?
    /// The head says itself how its body is framed; nothing is added.
    var isFramedByHead = false
    /// The head trickles.
    var headRate: ByteRate?
    /// The body trickles.
    var bodyRate: ByteRate?
    /// Events go out in pieces, each in a chunk of its own.
    var pieces: Pieces?
    /// So many events wait for each other and go out in one segment.
    var group = 1

    enum Pieces: Equatable, Sendable {
        /// A byte each.
        case bytes
        /// So many of each event, each in a TCP segment of its own.
        case segments(Int)

        func size(of event: Int) -> Int {
            switch self {
            case .bytes: 1
            case .segments(let count): max(1, (event + count - 1) / count)
            }
        }
    }

    /// Whether every piece has a TCP segment of its own.
    var flushesPieces: Bool { if case .segments = pieces { true } else { false } }

    /// How the body is framed.
    func framing(of answer: Answer, version: HTTPVersion) -> BodyFraming {
        if isFramedByHead || version == .http2 { return .none }
        if case .passed(let body) = answer.body {
            return .byHead(isChunked: body.framing == .chunked)
        }
        switch framing {
        case .badChunkSize, .noChunkEnd, .noLastChunk: return .chunked
        case .closeDelimited: return .none
        case .lengthAndChunked: return .lengthAndChunks(answer.bodyLength)
        case .lengthTooLong: return .length(answer.bodyLength + Delivery.missingBytes)
        case .lengthTooShort, .truncatedBody: return .length(answer.bodyLength / 2)
        case .lengthTwice: return .lengths(answer.bodyLength, answer.bodyLength + 1)
        default: return answer.isStream ? .chunked : .length(answer.bodyLength)
        }
    }

    /// How many bytes a length that is too long promises in vain.
    private static let missingBytes = 64

    /// How an answer ends that is not broken off; nil: as its framing has it.
    func naturalEnding(of answer: Answer, version: HTTPVersion) -> Ending? {
        if isFramedByHead { return .fin }
        if version == .http1, case .passed(let body) = answer.body,
            body.closes || body.framing == .close
        {
            return .fin
        }
        return framing?.traits.contains(.closes) == true ? .fin : nil
    }
}

/// What the head says of the body's end.
enum BodyFraming: Equatable, Sendable {
    case length(Int)
    /// Two fields that contradict each other.
    case lengths(Int, Int)
    case chunked
    case lengthAndChunks(Int)
    /// What stands in its fields.
    case byHead(isChunked: Bool)
    /// Nothing: the body ends with the connection, or the protocol frames it.
    case none

    var isChunked: Bool {
        switch self {
        case .chunked, .lengthAndChunks, .byHead(isChunked: true): true
        case .length, .lengths, .byHead, .none: false
        }
    }
}

extension Answer {
    /// Bytes of the whole body, framing not counted.
    var bodyLength: Int {
        switch body {
        case .whole(let body): return body.bytes.count
        case .events(let stream): return stream.length
        case .passed(let body): return body.count
        }
    }
}

extension EventStream {
    /// Bytes of all events. Renders each of them.
    var length: Int {
        var bytes: [UInt8] = []
        var sum = 0
        for index in 0..<count {
            render(index, &bytes)
            sum += bytes.count
            bytes.removeAll(keepingCapacity: true)
        }
        return sum
    }
}
