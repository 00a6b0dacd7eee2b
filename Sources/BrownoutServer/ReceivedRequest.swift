import BrownoutCompression
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecordings
import BrownoutRecords
import NIOCore

/// A request that is being received. A class, as it goes from phase to phase of its connection.
final class ReceivedRequest {
    let head: ReceivedHead
    /// The body so far, decoded.
    private var body: ByteBuffer?
    /// The body so far as it came, where that is something else.
    private var codedBody: ByteBuffer?
    private(set) var bodyBytes = 0
    /// Bytes of the body as they came.
    private(set) var receivedBytes = 0
    /// When its head was in, by the loop's clock.
    let began: NIODeadline
    /// The body was complete.
    private(set) var isWhole = false
    /// Undoes the body's codings; nil where it has none.
    private var decoder: BodyDecoder?
    /// Why the body cannot be used; what is left of it is not kept.
    private(set) var problem: IncomingRequest.BodyProblem?
    /// Its answer had to wait until others of its connection had left.
    var hasWaited = false
    /// What of it counts as held on behalf of the client.
    private var charged = 0
    let expectsContinue: Bool
    /// What the head says of the body's size; nil when it does not say.
    let announcedBytes: Int?
    private let bodyLimit: Int

    init(_ head: ReceivedHead, limits: ServerLimits, at now: NIODeadline) {
        self.head = head
        began = now
        expectsContinue =
            head.fields.first(.expect).map { $0.lowercased() == "100-continue" } ?? false
        announcedBytes = head.fields.first(.contentLength).flatMap { Int($0) }
        bodyLimit = limits.bodyBytes
        if let announcedBytes, announcedBytes > bodyLimit { refuse(.tooLarge(limit: bodyLimit)) }
        let codings = head.fields.values(.contentEncoding)
        if !codings.isEmpty { read(codings, limits) }
    }

    private func read(_ names: [String], _ limits: ServerLimits) {
        do throws(ContentCoding.Unsupported) {
            let codings = try ContentCoding.list(
                names, limit: limits.contentCodings, allowed: ContentCoding.ofRequests)
            if !codings.isEmpty { decoder = BodyDecoder(codings, limit: bodyLimit) }
        } catch {
            refuse(.unsupportedCoding(error.name))
        }
    }

    /// The first problem counts.
    private func refuse(_ problem: IncomingRequest.BodyProblem) {
        if self.problem == nil { self.problem = problem }
        decoder = nil
    }

    /// Whether the answer need not wait for the rest of the body, and ends the connection.
    var isTooLarge: Bool {
        switch problem {
        case .tooLarge, .tooLargeDecoded: true
        case .notJSON, .notDecodable, .unsupportedCoding, .cutShort, nil: false
        }
    }

    /// Whether the body is nothing to us, and yet may be something to an upstream.
    private var isKeptAsItCame: Bool {
        switch problem {
        case .notDecodable, .unsupportedCoding: true
        case .tooLarge, .tooLargeDecoded, .notJSON, .cutShort, nil: false
        }
    }

    /// Takes the next bytes of the body. Coded ones are decoded by ``decode(_:)``.
    func append(_ part: ByteBuffer) {
        receivedBytes += part.readableBytes
        if receivedBytes > bodyLimit, !isTooLarge {
            problem = .tooLarge(limit: bodyLimit)
            decoder = nil
            codedBody = nil
        }
        if problem != nil {
            if isKeptAsItCame { codedBody.setOrWriteImmutableBuffer(part) }
            return
        }
        if let decoder {
            part.withUnsafeReadableBytes { decoder.add($0) }
            codedBody.setOrWriteImmutableBuffer(part)
        } else {
            bodyBytes += part.readableBytes
            if body == nil {
                body = part
            } else {
                body?.writeImmutableBuffer(part)
            }
        }
    }

    /// Decodes what came, about `budget` bytes of it at most; whether that was all.
    func decode(_ budget: Int) -> Bool {
        guard let decoder else { return true }
        do throws(DecodingProblem) {
            return try decoder.run(budget) { bytes in
                bodyBytes += bytes.count
                if body == nil { body = ByteBuffer(bytes: bytes) } else { body?.writeBytes(bytes) }
            }
        } catch {
            refuse(error)
            return true
        }
    }

    /// The body is complete, and decoded.
    func end() {
        isWhole = true
        guard let decoder else { return }
        do throws(DecodingProblem) {
            try decoder.finish()
        } catch {
            refuse(error)
        }
        self.decoder = nil
    }

    private func refuse(_ error: DecodingProblem) {
        switch error {
        case .tooLarge: refuse(.tooLargeDecoded(limit: bodyLimit))
        case .invalid(let coding): refuse(.notDecodable(coding.rawValue))
        }
    }

    /// What was taken or given back since the last call, in bytes held for the client.
    func charge() -> Int {
        let held = bodyBytes + (decoder?.memory ?? 0) + (codedBody?.readableBytes ?? 0)
        defer { charged = held }
        return held - charged
    }

    /// What is still charged, once.
    func discharge() -> Int {
        defer { charged = 0 }
        return charged
    }

    /// The request as dialects take it, but for its body, which takes the longer to read the
    /// larger it is.
    func unread(from client: NetworkAddress?) -> IncomingRequest {
        IncomingRequest(
            method: head.method, target: head.target, headers: head.fields,
            body: problem.map { .failure($0) } ?? .success(.null), client: client,
            version: head.version)
    }

    /// The request as far as its head tells.
    var headOnly: IncomingRequest {
        IncomingRequest(
            method: head.method, target: head.target, headers: head.fields, version: head.version)
    }

    /// The body that is to be read; nil: there is none, or it cannot be used.
    var readableBody: ByteBuffer? { problem == nil ? body : nil }

    static func read(_ body: ByteBuffer?, into request: inout IncomingRequest) {
        body?.withUnsafeReadableBytes { request.read($0.bindMemory(to: UInt8.self)) }
    }

    /// The whole body, decoded; as it came where it could not be.
    var decodedBody: [UInt8] {
        guard isKeptAsItCame, let codedBody else { return bodyPrefix(.max) }
        return Array(codedBody.readableBytesView)
    }

    /// The servers that have sent the request on before; nil where there were none.
    var hops: String? {
        let fields = head.fields.values(named: HopMark.field)
        return fields.isEmpty ? nil : fields.joined(separator: ", ")
    }

    /// The request as an upstream gets it, but for the fields that are about a connection.
    func forwarded(to address: RequestAddress) -> RecordedRequest {
        let fields = head.fields.filter { ReceivedRequest.isForwarded($0.name) }
        let body = codedBody ?? self.body
        return RecordedRequest(
            method: head.method, path: address.path, query: address.query,
            headers: fields, body: body.map { Array($0.readableBytesView) } ?? [])
    }

    /// Fields of one connection only (RFC 9110, 7.6.1), those that say whom and how long the
    /// request is, and those that speak to us.
    private static func isForwarded(_ name: String) -> Bool {
        switch name.lowercased() {
        case "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "te", "trailer",
            "transfer-encoding", "upgrade", "expect", "host", "content-length":
            false
        case let name: !name.hasPrefix("x-brownout-")
        }
    }

    /// Where a request that is not whole broke off, for the journal.
    var breakingPlace: String {
        let announced = announcedBytes.map { " of \($0)" } ?? ""
        return "before its request was whole, after \(receivedBytes)\(announced) bytes of its body"
    }

    /// The start of the body, decoded, for the journal.
    func bodyPrefix(_ limit: Int) -> [UInt8] {
        guard let body else { return [] }
        return body.getBytes(at: body.readerIndex, length: min(limit, body.readableBytes)) ?? []
    }
}

extension IncomingRequest.BodyProblem {
    /// For the journal; nil where the refusal says it all.
    var note: String? {
        switch self {
        case .tooLarge(let limit): "limit: a body of more than \(limit) bytes"
        case .tooLargeDecoded(let limit): "limit: a body of more than \(limit) bytes when decoded"
        case .notDecodable(let coding): "the body is not valid \(coding)"
        case .unsupportedCoding(let name): "a body in a coding we cannot undo: \(name.prefix(60))"
        case .notJSON, .cutShort: nil
        }
    }
}
