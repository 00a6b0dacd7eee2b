import BrownoutEngine

/// A body in gzip (RFC 1952) of stored blocks (RFC 1951, 3.2.4): every client inflates it, an
/// event can go out as soon as it is rendered, and the bytes are the same whatever library and
/// version a machine has.
enum Gzip {
    static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
    private static let largestBlock = 0xFFFF

    /// Stored blocks for bytes, none of them the last.
    static func append(blocksOf payload: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        var rest = payload
        while !rest.isEmpty {
            let block = rest.prefix(largestBlock)
            rest = rest.dropFirst(block.count)
            append(header: block.count, isLast: false, to: &bytes)
            bytes.append(contentsOf: block)
        }
    }

    /// The last block, which is empty, and the checksum.
    static func append(trailer checksum: CRC32, to bytes: inout [UInt8]) {
        append(header: 0, isLast: true, to: &bytes)
        append(littleEndian: checksum.value, to: &bytes)
        append(littleEndian: UInt32(truncatingIfNeeded: checksum.count), to: &bytes)
    }

    private static func append(header count: Int, isLast: Bool, to bytes: inout [UInt8]) {
        let size = UInt16(count)
        bytes.append(isLast ? 1 : 0)
        for word in [size, ~size] {
            bytes.append(UInt8(truncatingIfNeeded: word))
            bytes.append(UInt8(truncatingIfNeeded: word >> 8))
        }
    }

    private static func append(littleEndian word: UInt32, to bytes: inout [UInt8]) {
        for shift in [0, 8, 16, 24] as [UInt32] {
            bytes.append(UInt8(truncatingIfNeeded: word >> shift))
        }
    }
}

extension Answer {
    /// The same answer in gzip; truncated, its last quarter and the checksum are missing.
    func gzipped(isTruncated: Bool) -> Answer {
        var answer = self
        answer.head.fields.append("content-encoding", "gzip")
        switch body {
        case .whole(let body): answer.body = .whole(body.gzipped(isTruncated))
        case .events(let stream): answer.body = .events(stream.gzipped(isTruncated))
        case .passed: preconditionFailure("a body is coded again in its form")
        }
        return answer
    }
}

extension WholeBody {
    fileprivate func gzipped(_ isTruncated: Bool) -> WholeBody {
        var packed = Gzip.header
        var checksum = CRC32()
        checksum.add(bytes)
        Gzip.append(blocksOf: bytes[...], to: &packed)
        Gzip.append(trailer: checksum, to: &packed)
        if isTruncated { packed.removeLast(packed.count / 4 + 8) }
        return WholeBody(packed, tokens: tokens)
    }
}

extension EventStream {
    /// A block an event; the checksum comes with the last one.
    fileprivate func gzipped(_ isTruncated: Bool) -> EventStream {
        let (healthy, count) = (self, self.count)
        var stream = self
        stream.toolMark = nil
        if isTruncated { stream.count = max(1, count - max(1, count / 4)) }
        stream.write = { index, writer in
            if index == 0 { writer.bytes.append(contentsOf: Gzip.header) }
            var event: [UInt8] = []
            healthy.render(index, &event)
            Gzip.append(blocksOf: event[...], to: &writer.bytes)
            guard index == count - 1, !isTruncated else { return }
            var checksum = CRC32()
            for index in 0..<count {
                event.removeAll(keepingCapacity: true)
                healthy.render(index, &event)
                checksum.add(event)
            }
            Gzip.append(trailer: checksum, to: &writer.bytes)
        }
        return stream
    }
}
