import BrownoutEngine
import BrownoutWire
import NIOCore
import NIOHPACK
import NIOHTTP1

// Heads as HTTP/2 has them (RFC 9113, 8.2 and 8.3), and as the rest of the server knows them.

extension HTTPRequestHead {
    /// The request that a field block stands for. NIOHTTP2 has checked its pseudo fields.
    init(_ block: HPACKHeaders) {
        var method = "GET"
        var path = "/"
        var fields = HTTPHeaders()
        fields.reserveCapacity(block.count)
        for (name, value, _) in block {
            switch name {
            case ":method": method = value
            case ":path": path = value
            case ":authority":
                if !block.contains(name: "host") { fields.add(name: "host", value: value) }
            case ":scheme": break
            default: fields.add(name: name, value: value)
            }
        }
        self.init(
            version: NIOHTTP1.HTTPVersion(major: 2, minor: 0), method: HTTPMethod(rawValue: method),
            uri: path, headers: fields)
    }
}

extension HPACKHeaders {
    /// Fields that speak of a connection of HTTP/1.1 and must not be sent (RFC 9113, 8.2.2).
    private static let connectionFields = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade",
    ]

    init(_ head: ResponseHead) {
        self.init([(":status", String(head.status))])
        for field in head.fields.fields {
            let name = field.name.lowercased()
            guard !HPACKHeaders.connectionFields.contains(name) else { continue }
            add(name: name, value: field.value)
        }
    }
}

/// Frames that are written past NIOHTTP2, which has an opinion of its own on when they may be
/// sent and what follows from them.
enum HTTP2Bytes {
    /// GOAWAY (RFC 9113, 6.8).
    static func goAway(lastStream: Int, code: UInt32) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeBytes([0, 0, 8, goAwayType, 0, 0, 0, 0, 0])
        bytes.writeInteger(UInt32(clamping: lastStream) & 0x7FFF_FFFF)
        bytes.writeInteger(code)
        return bytes
    }

    private static let goAwayType: UInt8 = 7
    private static let headBytes = 9

    /// Sees whether NIOHTTP2 writes a GOAWAY. It writes a frame in one buffer, but for DATA that is
    /// not empty: there the head of the frame is one, and what it carries the next.
    struct Watch {
        private(set) var sawGoAway = false
        private var isCarried = false

        mutating func see(_ bytes: ByteBuffer) {
            if isCarried {
                isCarried = false
                return
            }
            let start = bytes.readerIndex
            guard let head: UInt32 = bytes.getInteger(at: start) else { return }
            let (length, type) = (Int(head >> 8), UInt8(truncatingIfNeeded: head))
            isCarried = length > 0 && bytes.readableBytes == headBytes
            if type == goAwayType { sawGoAway = true }
        }
    }
}
