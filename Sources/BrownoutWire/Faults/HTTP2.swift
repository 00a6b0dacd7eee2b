package import BrownoutEngine

extension WireScript {
    /// The answer with what HTTP/2 does to it (RFC 9113, 6.4, 6.8).
    package func applyingHTTP2(_ fault: HTTP2Fault, at position: Position) -> WireScript {
        switch fault.word {
        case .earlyEndStream: return cut(.clean, at: position)
        case .resetStream:
            return interrupted(
                Interruption(
                    position: position, action: .finish([], .resetStream(fault.code))))
        case .goAway where fault.code == HTTP2Code.noError.rawValue && fault.lastStream == .this:
            return interrupted(
                Interruption(
                    position: position, action: .emit(.goAway(fault.lastStream, code: fault.code))))
        case .goAway:
            return interrupted(
                Interruption(
                    position: position,
                    action: .finish([], .goAway(fault.lastStream, code: fault.code))))
        // Decided when the connection is accepted.
        case .oneStream, .noWindow: return self
        }
    }
}
