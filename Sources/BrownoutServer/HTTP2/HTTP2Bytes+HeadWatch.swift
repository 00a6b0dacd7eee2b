import NIOCore

extension HTTP2Bytes {
    /// Follows what a client sends from frame to frame, as far as to know whether the head of a
    /// request is on its way: HEADERS, and CONTINUATION up to the one that ends the block (RFC
    /// 9113, 6.2 and 6.10). NIOHTTP2 tells of whole heads alone.
    struct HeadWatch {
        /// The stream whose head has begun and is not whole; nil: there is none.
        private(set) var stream: Int?
        /// Bytes up to the next frame's head.
        private var skipped = HTTP2Bytes.prefaceBytes
        /// Of a frame's head: the bytes that are in, and what they say.
        private var headBytes = 0
        private var length = 0
        private var type: UInt8 = 0
        private var flags: UInt8 = 0
        private var number = 0
        /// The frame in progress is the last of a block.
        private var endsBlock = false

        mutating func see(_ bytes: ByteBuffer) {
            var rest = bytes
            while rest.readableBytes > 0 {
                if skipped > 0 {
                    let count = min(skipped, rest.readableBytes)
                    rest.moveReaderIndex(forwardBy: count)
                    skipped -= count
                    if skipped == 0 { endFrame() }
                } else if let byte: UInt8 = rest.readInteger() {
                    take(byte)
                }
            }
        }

        /// A byte of a frame's head (RFC 9113, 4.1).
        private mutating func take(_ byte: UInt8) {
            switch headBytes {
            case 0: length = Int(byte)
            case 1, 2: length = length << 8 | Int(byte)
            case 3: type = byte
            case 4: flags = byte
            case 5: number = Int(byte & 0x7F)
            default: number = number << 8 | Int(byte)
            }
            headBytes += 1
            guard headBytes == HTTP2Bytes.headBytes else { return }
            headBytes = 0
            skipped = length
            if type == HeadWatch.headersType { stream = number }
            let isOfBlock = type == HeadWatch.headersType || type == HeadWatch.continuationType
            endsBlock = isOfBlock && flags & HeadWatch.endHeaders != 0
            if length == 0 { endFrame() }
        }

        private mutating func endFrame() {
            if endsBlock { stream = nil }
            endsBlock = false
        }

        private static let headersType: UInt8 = 1
        private static let continuationType: UInt8 = 9
        private static let endHeaders: UInt8 = 4
    }
}
