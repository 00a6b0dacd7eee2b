import BrownoutAnswers
import BrownoutEngine
import BrownoutWire
import NIOCore
import NIOHPACK
import NIOHTTP1
import NIOHTTP2

// What HTTP/2 does where a carrier has a choice: heads and bodies are frames, a stream ends
// alone, and the ends of the connection are shared with the other streams.
extension HTTP2Stream {
    func closes(after intake: ReceivedRequest) -> Bool { false }

    func hasRoom() -> Bool { connection.hasRoom(for: self) }

    func hold(_ change: Int) {
        connection.hold(change)
    }

    func prepare(_ planned: inout PlannedExchange) {
        connection.prepare(&planned)
    }

    // MARK: Writing

    var isOpen: Bool { context?.channel.isActive ?? false }

    var isWritable: Bool { context?.channel.isWritable ?? false }

    func writeContinue() {
        send(.headers(.init(headers: [":status": "100"])))
    }

    func write(_ head: ResponseHead) {
        if case .playing(let exchange, _) = phase, exchange.script.framesBytes {
            connection.frameBytes(of: self)
        }
        send(.headers(.init(headers: HPACKHeaders(head))))
    }

    func writeGathered() {
        let bytes = loop.takeGathered()
        send(.data(.init(data: .byteBuffer(bytes))), bytes: bytes.readableBytes)
    }

    var framesPieces: Bool { true }

    func writeEnd(of exchange: Exchange) {
        let bytes = loop.takeGathered()
        let frame = HTTP2Frame.FramePayload.Data(data: .byteBuffer(bytes), endStream: true)
        send(.data(frame), bytes: bytes.readableBytes) { [self] in endLeft(exchange, $0) }
    }

    func resumeReading() {
        context?.read()
    }

    // MARK: Ends

    func leave(_ exchange: Exchange) {
        // A client that is still sending its request is told to stop (RFC 9113, 8.1).
        if !hasRequestEnded { resetStream(code: HTTP2Code.noError.rawValue) }
        phase = .closed
        connection.follow(exchange, on: self)
    }

    func closeWrite() {
        phase = .closed
        connection.closeWrite(by: self)
    }

    func reset() {
        phase = .closed
        connection.reset(by: self)
    }

    func abortUnread() {
        resetStream(code: HTTP2Code.cancel.rawValue)
    }

    func resetStream(code: UInt32) {
        phase = .closed
        let code = HTTP2ErrorCode(networkCode: Int(code))
        context?.writeAndFlush(wrapOutboundOut(.rstStream(code)), promise: nil)
    }

    func goAway(_ last: HTTP2Fault.LastStream, code: UInt32) {
        switch last {
        case .this: connection.goAway(lastStream: id, code: code)
        // Streams of clients have odd numbers; 0 is that of none.
        case .previous: connection.goAway(lastStream: max(id - 2, 0), code: code)
        case .number(let number): connection.goAway(lastStream: number, code: code)
        }
    }

    func dropIncoming() -> Bool {
        connection.dropIncoming()
    }

    func refuse(_ refusal: EdgeRefusal) {
        switch phase {
        case .idle, .receiving, .decoding: break
        case .waitingForRoom, .planning, .playing, .unfinished, .lingering, .dead, .closed: return
        }
        let second = loop.wallMicroseconds(at: loop.now) / 1_000_000
        let page = ByteBuffer(string: refusal.page)
        let head: HPACKHeaders = [
            ":status": String(refusal.status), "date": loop.date(atSecond: second),
            "content-type": "text/html", "content-length": String(page.readableBytes),
        ]
        phase = .closed
        send(.headers(.init(headers: head)))
        send(.data(.init(data: .byteBuffer(page), endStream: true))) { [self] _ in
            if !hasRequestEnded { resetStream(code: HTTP2Code.noError.rawValue) }
        }
        loop.journal(refusal, from: socket, status: refusal.status, bytes: page.readableBytes)
    }
}
