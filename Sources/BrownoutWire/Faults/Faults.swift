package import BrownoutEngine

extension WireScript {
    /// The answer with a fault, part by part: first what it is made of, then how it goes out. An
    /// error event's bytes are the dialect's affair; what an answer says is decided before.
    package func suffering(
        _ fault: Fault, errorEvent: (CauseFault) -> [UInt8]?
    ) -> WireScript {
        let parts = fault.parts.sorted { $0.layer.rawValue < $1.layer.rawValue }
        var script = parts.reduce(self) { script, part in script.with(part, errorEvent) }
        script.isSpoiled = parts.contains(where: \.spoilsAnswer)
        return script
    }

    private func with(_ fault: Fault, _ errorEvent: (CauseFault) -> [UInt8]?) -> WireScript {
        switch fault {
        case .error, .content, .missing, .page, .connection, .all: return self
        case .raw(let raw): return framedByHead(raw)
        case .rawStream(let raw):
            // Behind the last event, whose wait may be all there is of it.
            guard raw.ending != .clean, case .events(let stream) = answer.body else { return self }
            return cut(raw.ending, at: .event(stream.count))
        case .errorEvent(let fault, let position):
            guard answer.isStream, let event = errorEvent(fault) else { return self }
            return failing(with: event, at: position)
        case .cut(let ending, let position): return cut(ending, at: position)
        case .stall(let duration, let position): return stalled(for: duration, at: position)
        case .hang(let duration, let position): return hanging(for: duration, at: position)
        case .dribble(let rate, let position): return dribbling(rate, at: position)
        case .slowHeaders(let rate): return slowingHeaders(rate)
        case .framing(let word, let position): return framed(word, at: position)
        case .mangle(let word, let position): return mangled(word, at: position)
        case .shape(let word): return shaped(word)
        case .refuse(let duration): return refusing(for: duration)
        case .http2(let fault, let position): return disturbed(fault, at: position)
        case .tls(.corruptRecord, let position):
            return interrupted(Interruption(position: position, action: .emit(.corrupt)))
        case .tls: return self
        }
    }

    /// A response that says itself how it is framed is left alone.
    private func framedByHead(_ raw: RawAnswer) -> WireScript {
        var script = self
        let names = raw.headers.map { $0.name.lowercased() }
        script.delivery.isFramedByHead =
            names.contains("content-length") || names.contains("transfer-encoding")
        return script
    }

    private func refusing(for duration: Duration) -> WireScript {
        interrupted(
            Interruption(position: .start, action: .finish(payload: [], .refuse(duration))))
    }
}
