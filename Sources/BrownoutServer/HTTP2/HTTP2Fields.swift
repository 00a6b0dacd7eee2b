import BrownoutEngine
import BrownoutWire
import NIOCore
import NIOHPACK
import NIOHTTP1

// Heads as HTTP/2 has them (RFC 9113, 8.2 and 8.3), and as the rest of the server knows them.

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
    private static let settingsType: UInt8 = 4
    static let headBytes = 9
    static let prefaceBytes = 24
    /// SETTINGS that say that ours are taken note of (RFC 9113, 6.5.3).
    private static let agreement: [UInt8] = [0, 0, 0, settingsType, 1, 0, 0, 0, 0]
    /// SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113, 6.5.2).
    private static let streamLimitSetting: UInt16 = 3

    /// Puts a number of streams into our SETTINGS; false where the bytes are none, or do not say.
    static func setStreamLimit(_ limit: Int, in bytes: inout ByteBuffer) -> Bool {
        let start = bytes.readerIndex
        guard bytes.getInteger(at: start + 3, as: UInt8.self) == settingsType else { return false }
        var place = start + headBytes
        while let name: UInt16 = bytes.getInteger(at: place) {
            if name == streamLimitSetting {
                bytes.setInteger(UInt32(clamping: limit), at: place + 2)
                return true
            }
            place += 6
        }
        return false
    }

    /// The stream of a DATA frame of several bytes, of which these are the head; nil: they are not.
    static func streamOfLongData(_ head: ByteBuffer) -> Int? {
        let start = head.readerIndex
        // The type of DATA is 0 (RFC 9113, 6.1).
        guard head.readableBytes == headBytes, let word: UInt32 = head.getInteger(at: start),
            word >> 8 > 1, word & 0xFF == 0, let stream: UInt32 = head.getInteger(at: start + 5)
        else { return nil }
        return Int(stream)
    }

    /// The bytes of a DATA frame as frames of one byte. NIOHTTP2 has counted them as one, and flow
    /// control counts no heads.
    static func split(_ payload: ByteBuffer, behind head: ByteBuffer) -> ByteBuffer {
        var one = Array(head.readableBytesView)
        one.replaceSubrange(..<3, with: [0, 0, 1])
        let flags = one[4]
        one[4] = 0
        var frames = ByteBuffer()
        frames.reserveCapacity(payload.readableBytes * (headBytes + 1))
        var left = payload.readableBytes
        for byte in payload.readableBytesView {
            left -= 1
            if left == 0 { one[4] = flags }
            frames.writeBytes(one)
            frames.writeInteger(byte)
        }
        return frames
    }

    /// What a client sends until it has taken note of our SETTINGS.
    ///
    /// NIOHTTP2 ends a connection whose client opens more streams than SETTINGS say, of which a
    /// client may have a hundred before it has read them. A stream that is one too many is refused
    /// alone, by us: so NIOHTTP2 is told another limit than the client, and told at once that the
    /// client agrees; the client's own word is taken out.
    struct Entrance {
        /// Whether the client has agreed.
        private(set) var isOver = false
        private let agreesAtOnce: Bool
        private var skipped = HTTP2Bytes.prefaceBytes
        private var head: [UInt8] = []
        /// The client's first frame is yet to come, or on its way.
        private var isBeforeFirst = true
        private var isInFirst = false

        /// `agreesAtOnce`: NIOHTTP2 is told of the client's agreement before it is there.
        init(agreesAtOnce: Bool) {
            self.agreesAtOnce = agreesAtOnce
        }

        /// What NIOHTTP2 is given of what came.
        mutating func pass(_ bytes: ByteBuffer) -> ByteBuffer {
            var (rest, passed) = (bytes, ByteBuffer())
            passed.reserveCapacity(bytes.readableBytes + HTTP2Bytes.headBytes)
            while rest.readableBytes > 0, !isOver {
                if skipped > 0 {
                    let count = min(skipped, rest.readableBytes)
                    passed.writeImmutableBuffer(rest.readSlice(length: count) ?? ByteBuffer())
                    skipped -= count
                } else if let byte: UInt8 = rest.readInteger() {
                    head.append(byte)
                    if head.count == HTTP2Bytes.headBytes { begin(&passed) }
                }
                if isInFirst, skipped == 0 {
                    isInFirst = false
                    if agreesAtOnce { passed.writeBytes(HTTP2Bytes.agreement) }
                }
            }
            passed.writeImmutableBuffer(rest)
            return passed
        }

        /// The head of a frame is in.
        private mutating func begin(_ passed: inout ByteBuffer) {
            defer { head.removeAll(keepingCapacity: true) }
            if head == HTTP2Bytes.agreement {
                isOver = true
                if !agreesAtOnce { passed.writeBytes(head) }
                return
            }
            skipped = head[..<3].reduce(0) { $0 << 8 | Int($1) }
            passed.writeBytes(head)
            if isBeforeFirst {
                isBeforeFirst = false
                isInFirst = true
            }
        }
    }

    /// Sees whether NIOHTTP2 writes a GOAWAY. It writes a frame in one buffer, but for DATA that is
    /// not empty: there the head of the frame is one, and what it carries the next.
    struct Watch {
        private(set) var sawGoAway = false
        /// Nothing was written yet.
        private(set) var isFirst = true
        private var isCarried = false

        mutating func see(_ bytes: ByteBuffer) {
            isFirst = false
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
