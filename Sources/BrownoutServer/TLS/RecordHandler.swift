import NIOCore

/// Below TLS, where records are bytes: sees the alert of a client that does not go on with the
/// handshake, and when it is told spoils what goes out, or lets nothing out.
final class RecordHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What the client's alert says, as long as it may say it in the clear (RFC 8446, 6.2); nil:
    /// there was none.
    private(set) var alert: UInt8?
    private var isHandshaking = true
    private var spoils = false
    private var isMute = false

    func handshakeIsOver() {
        isHandshaking = false
    }

    func beginSpoiling() {
        spoils = true
    }

    /// Nothing goes out any more, not even close_notify.
    func mute() {
        isMute = true
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isHandshaking, alert == nil { alert = RecordHandler.alert(in: unwrapInboundIn(data)) }
        context.fireChannelRead(data)
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        if isMute {
            promise?.succeed()
            return
        }
        guard spoils else { return context.write(data, promise: promise) }
        var bytes = unwrapOutboundIn(data)
        RecordHandler.spoil(&bytes)
        context.write(wrapOutboundOut(bytes), promise: promise)
    }

    // MARK: Records

    /// The bytes of a record in front of its content: a type, a version, a length of two bytes.
    private static let header = 5

    /// The places of the records' contents, as far as they are whole.
    private static func contents(_ bytes: ByteBuffer) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = bytes.readerIndex
        while let length = bytes.getInteger(at: start + 3, as: UInt16.self) {
            let end = start + header + Int(length)
            guard end <= bytes.writerIndex else { break }
            ranges.append(start + header..<end)
            start = end
        }
        return ranges
    }

    /// The description of an alert that is not encrypted: type 21, two bytes long.
    private static func alert(in bytes: ByteBuffer) -> UInt8? {
        for range in contents(bytes) where range.count == 2 {
            guard bytes.getInteger(at: range.lowerBound - header, as: UInt8.self) == 21 else {
                continue
            }
            return bytes.getInteger(at: range.lowerBound + 1)
        }
        return nil
    }

    /// Flips a bit of each record's last byte. It belongs to the authentication tag (RFC 8446,
    /// 5.2), so that the record is of the right length and type and only cannot be trusted.
    private static func spoil(_ bytes: inout ByteBuffer) {
        for range in contents(bytes) where !range.isEmpty {
            guard let byte = bytes.getInteger(at: range.upperBound - 1, as: UInt8.self) else {
                continue
            }
            bytes.setInteger(byte ^ 1, at: range.upperBound - 1)
        }
    }
}
