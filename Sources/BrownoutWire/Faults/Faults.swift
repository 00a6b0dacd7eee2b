package import BrownoutEngine

extension WireScript {
    /// The answer with a fault, part by part: first what it is made of, then how it goes out. An
    /// error's events are the dialect's affair; what an answer says is decided before, and
    /// `places` tells from where on it is met.
    package func applying(
        _ fault: Fault, _ places: [FaultPlace] = [], errorEvents: (CauseFault) -> [StreamEvent]
    ) -> WireScript {
        var script = self
        for part in fault.parts.sorted(by: { $0.layer.rawValue < $1.layer.rawValue })
        where part.isPossible(over: version) && part.isPossible(in: script.answer) {
            let known = script.interruptions.count
            if let place = places.first(where: { $0.fault == part }) {
                script = script.marked(at: place.position)
            }
            script = script.with(part, errorEvents)
            guard part.spoilsAnswer else { continue }
            for index in known..<script.interruptions.count {
                script.interruptions[index].spoils = true
            }
        }
        return script.withoutUselessChunks
    }

    private func with(
        _ fault: Fault, _ errorEvents: (CauseFault) -> [StreamEvent]
    ) -> WireScript {
        switch fault {
        // In the answer already, or behind it.
        case .error, .content, .missing, .page, .connection, .all: return self
        case .raw(let raw): return framedByHead(raw)
        case .rawStream(let raw):
            // Behind the last event, whose wait may be all there is of it.
            guard raw.ending != .clean, case .events(let stream) = answer.body else { return self }
            return cut(raw.ending, at: .event(stream.count))
        case .errorEvent(let fault, let position):
            return answer.isStream ? failing(with: errorEvents(fault), at: position) : self
        case .cut(let ending, let position): return cut(ending, at: position)
        case .stall(let duration, let position): return stalled(for: duration, at: position)
        case .hang(let duration, let position): return hanging(for: duration, at: position)
        case .dribble(let rate, let position): return dribbling(rate, at: position)
        case .slowHeaders(let rate): return slowingHeaders(rate)
        case .framing(let word, let position): return framed(word, at: position)
        case .mangle(let word, let position): return mangled(word, at: position)
        case .shape(let word): return shaped(word)
        case .refuse(let duration): return refusing(for: duration)
        case .http2(let fault, let position): return applyingHTTP2(fault, at: position)
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

    /// Where no chunk is ever wrong, a plain answer keeps its length.
    private var withoutUselessChunks: WireScript {
        guard let fault = delivery.framing, fault.takesPosition, case .whole = answer.body else {
            return self
        }
        var played = self
        var bytes: [UInt8] = []
        while played.isUnspoiled, played.next(into: &bytes) != nil {
            bytes.removeAll(keepingCapacity: true)
        }
        guard played.isUnspoiled else { return self }
        var script = self
        script.delivery.framing = nil
        script.interruptions.removeAll { $0.action == .spoilChunk }
        return script
    }

    private func refusing(for duration: Duration) -> WireScript {
        interrupted(
            Interruption(position: .start, action: .finish([], .refuse(duration))))
    }
}

/// A fault that is in what an answer says, and the position from which on whoever reads the answer
/// has met it.
package struct FaultPlace: Sendable {
    package let fault: Fault
    let position: Position

    package init(_ fault: Fault, at position: Position) {
        self.fault = fault
        self.position = position
    }
}

extension Fault {
    /// Whether a protocol has what the fault breaks.
    fileprivate func isPossible(over version: HTTPVersion) -> Bool {
        switch kind.need {
        case .http1: version == .http1
        case .http2: version == .http2
        case .nothing, .stream, .streamWith, .tools, .tls: true
        }
    }

    /// Whether a stream has what the fault is about.
    fileprivate func isPossible(in answer: Answer) -> Bool {
        guard case .streamWith(let trait) = kind.need, case .events(let stream) = answer.body
        else { return true }
        return stream.form.has(trait)
    }
}
