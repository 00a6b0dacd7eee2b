package import BrownoutEngine

extension WireScript {
    /// The answer in a message that is malformed.
    package func framed(_ fault: FramingFault, at position: Position) -> WireScript {
        switch fault {
        case .badChunkSize, .noChunkEnd: return spoilingChunk(fault, at: position)
        case .truncatedBody where !hasBody: return self
        case .truncatedBody:
            let half = answer.bodyLength / 2
            var script = delivered(fault).cut(.clean, at: .byte(half))
            // HTTP/2 frames a body itself, and may still say how long it is (RFC 9113, 8.1.1).
            if version == .http2 {
                script.answer.head.fields.append("content-length", String(half))
            }
            return script
        case .gzipUnasked, .gzipTruncated:
            var script = self
            script.answer = answer.gzipped(isTruncated: fault == .gzipTruncated)
            return script.marked(at: .headers)
        case .gzipLie:
            var script = self
            script.answer.head.fields.append("content-encoding", "gzip")
            return script.marked(at: .headers)
        // Met where it happens: with the end, or amid the head.
        case .noLastChunk: return hasBody ? delivered(fault) : self
        case .partialHeaders: return delivered(fault)
        // Half of nothing is its length.
        case .lengthTooShort where answer.bodyLength == 0: return self
        case .lengthTooLong, .lengthTooShort, .closeDelimited, .lengthTwice, .lengthAndChunked,
            .garbageStatusLine, .hugeHeader, .headerWithoutColon, .nulInHeader, .manyHeaders,
            .informationalFlood:
            return delivered(fault).marked(at: .headers)
        }
    }

    private func delivered(_ fault: FramingFault) -> WireScript {
        var script = self
        script.delivery.framing = fault
        return script
    }
}
