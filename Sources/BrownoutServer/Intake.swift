import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import NIOCore
import NIOHTTP1

/// A request that is being received. A class, as it goes from phase to phase of its connection.
final class Intake {
    let head: HTTPRequestHead
    private(set) var body: ByteBuffer?
    private(set) var bodyBytes = 0
    /// Whether the connection may take a further request. After CONNECT, or an offer to upgrade
    /// that is not taken up, the decoder reads no further one; an HTTP/1.0 client is not told
    /// that a connection stays open, so it waits for the end.
    let keepAlive: Bool
    let expectsContinue: Bool
    /// What the head says of the body's size; nil when it does not say.
    let announcedBytes: Int?

    init(_ head: HTTPRequestHead) {
        self.head = head
        keepAlive =
            head.isKeepAlive && head.version != .http1_0 && head.method != .CONNECT
            && !head.headers.contains(name: "upgrade")
        expectsContinue =
            head.headers.first(name: "expect").map { $0.lowercased() == "100-continue" } ?? false
        announcedBytes = head.headers.first(name: "content-length").flatMap { Int($0) }
    }

    func append(_ part: ByteBuffer) {
        bodyBytes += part.readableBytes
        if body == nil {
            body = part
        } else {
            body?.writeImmutableBuffer(part)
        }
    }

    /// The request as dialects take it. `tooLarge`: the limit that its body exceeds.
    func request(from client: NetworkAddress?, tooLarge limit: Int? = nil) -> IncomingRequest {
        var fields: [HeaderField] = []
        fields.reserveCapacity(head.headers.count)
        for (name, value) in head.headers { fields.append(HeaderField(name, value)) }
        return IncomingRequest(
            method: head.method.rawValue, target: head.uri, headers: fields,
            body: limit.map { .failure(.tooLarge(limit: $0)) } ?? parsedBody(), client: client)
    }

    private func parsedBody() -> Result<JSON, IncomingRequest.BodyProblem> {
        guard let body, body.readableBytes > 0 else { return .success(.null) }
        return body.withUnsafeReadableBytes { raw in
            JSON.parse(raw.bindMemory(to: UInt8.self)).mapError { .notJSON($0) }
        }
    }

    /// The start of the body, for the journal.
    func bodyPrefix(_ limit: Int) -> [UInt8] {
        guard let body else { return [] }
        return body.getBytes(at: body.readerIndex, length: min(limit, body.readableBytes)) ?? []
    }
}
