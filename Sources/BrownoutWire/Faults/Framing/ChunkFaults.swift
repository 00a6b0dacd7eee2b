import BrownoutEngine

// Chunks that are wrong (RFC 9112, 7.1).
extension HTTP1Framing {
    /// Spoils the chunk that begins at an index and is the last thing in the bytes.
    static func spoil(chunkFrom start: Int, _ fault: FramingFault, in bytes: inout [UInt8]) {
        if fault == .badChunkSize {
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\r")) ?? start
            bytes.replaceSubrange(start..<end, with: "zz".utf8)
        } else if fault == .noChunkEnd {
            bytes.removeLast(2)
        }
    }
}

extension WireScript {
    /// The answer with one chunk whose framing is wrong: the first that begins at the position
    /// or behind it, which behind all bytes of the body is the last chunk.
    func spoilingChunk(_ fault: FramingFault, at position: Position) -> WireScript {
        guard hasBody else { return self }
        var script = self
        script.delivery.framing = fault
        return script.interrupted(Interruption(position: position, action: .spoilChunk))
    }
}
