import BrownoutEngine
import BrownoutWire

/// A connection's requests as our parser reads them while they are common. The first that is not is
/// left to a whole parser, and so is what follows.
struct MixedReading {
    /// The limits of both.
    static let mostBytes = 2048
    static let mostFields = 24

    /// Where our parser stops.
    private enum Rest {
        /// All requests were whole, and another may follow.
        case nothing
        /// It waits for more of a body.
        case body
        /// It waits for the end of the head that begins so.
        case head(ArraySlice<UInt8>)
        /// It leaves this to a whole parser.
        case uncommon(ArraySlice<UInt8>)
        /// This follows the last request of a connection.
        case closed(ArraySlice<UInt8>)
    }

    let bytes: [UInt8]
    private(set) var parts: [RequestPart] = []
    /// How many heads ours took.
    private(set) var taken = 0
    private var rest = Rest.nothing

    /// Reads the bytes as if so many of them came at a time.
    init(_ bytes: [UInt8], piece: Int = .max) {
        self.bytes = bytes
        var parser = RequestHeadParser(
            mostBytes: MixedReading.mostBytes, mostFields: MixedReading.mostFields)
        var start = 0
        while start < bytes.count, case .nothing = rest {
            let slice = bytes[start...]
            var outcome = RequestHeadParser.Outcome.incomplete
            var end = start
            while outcome == .incomplete, end < bytes.count {
                end += min(piece, bytes.count - end)
                let arrived = bytes[start..<end]
                outcome = parser.parse(arrived.span.bytes)
            }
            switch outcome {
            case .incomplete: rest = .head(slice)
            case .uncommon: rest = .uncommon(slice)
            case .head(let head): start = take(head, from: start)
            }
        }
    }

    /// Takes a head and its body; where they end.
    private mutating func take(_ head: RequestHead, from start: Int) -> Int {
        taken += 1
        let slice = bytes[start...]
        let span = slice.span.bytes
        parts.append(
            .head(
                method: head.method.rawValue, target: head.target(in: span),
                fields: head.fields(in: span).flatMap { [$0.name, $0.value] },
                isKeepAlive: head.isKeepAlive))
        var body = RequestBodyReader(head.bodyLength)
        let bodyStart = start + head.length
        let end = bodyStart + body.take(upTo: bytes.count - bodyStart)
        if end > bodyStart { parts.append(.body(Array(bytes[bodyStart..<end]))) }
        if !body.isWhole {
            rest = .body
        } else {
            parts.append(.end)
            if !head.isKeepAlive { rest = .closed(bytes[end...]) }
        }
        return end
    }

    /// Whether other requests may follow these.
    var isWhole: Bool { if case .nothing = rest { true } else { false } }

    /// Why a whole parser alone reads the bytes in another way; nil: it does not.
    func difference() throws -> String? {
        var expected = parts
        var whole: [RequestPart] = []
        switch rest {
        case .uncommon where taken == 0: return nil
        case .nothing, .body: whole = try WholeParser.parts(bytes)
        case .uncommon(let rest):
            expected += try WholeParser.parts(rest)
            whole = try WholeParser.parts(bytes)
        case .closed(let rest):
            // There may be empty lines only.
            let isEmpty = rest.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") }
            if !isEmpty { expected.append(.error) }
            whole = try WholeParser.parts(bytes)
        case .head(let rest):
            // It may be refused already for what stands in the line that has not ended.
            whole = try WholeParser.parts(bytes)
            let lines = rest.reversed().drop { $0 != UInt8(ascii: "\n") }.reversed()
            if whole.last == .error, try WholeParser.parts(lines).isEmpty { whole.removeLast() }
        }
        if whole == expected { return nil }
        let text = String(decoding: bytes, as: UTF8.self).debugDescription
        return "\(text) is read as \(expected), and by a whole parser as \(whole)"
    }
}
