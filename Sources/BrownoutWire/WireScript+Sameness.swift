import BrownoutEngine

// What happens behind the last byte of an answer may change nothing of it: then it has not
// happened.
extension WireScript {
    /// Whether the answer, its end included, is what it would be without an interruption that
    /// stands here.
    func changesNothing(_ action: Interruption.Action) -> Bool {
        switch action {
        case .pause, .emit(.corrupt): return hasNothingToCome
        case .finish(let events, let ending):
            guard events.isEmpty, isAllOut else { return false }
            let own = ownEnding
            switch ending {
            case .clean: return !isTornElsewhere && (own == nil || own == .fin)
            case .fin where own == nil:
                return closesBehind && version == .http1 && !hasLastChunk
            default: return ending == own && !hasLastChunk
            }
        case .emit, .slow, .spoilChunk, .mark: return false
        }
    }

    /// Whether every byte of the body is out.
    private var isAllOut: Bool {
        guard hasHead else { return false }
        if !hasBody { return true }
        switch answer.body {
        case .whole(let body): return bodyBytes >= body.bytes.count
        case .events(let stream): return events >= stream.count
        case .passed(let body): return body.ending != nil && bodyBytes >= body.count
        }
    }

    /// Whether not even an end is still to come that a client could wait for.
    private var hasNothingToCome: Bool {
        isAllOut && !hasLastChunk && version == .http1 && ownEnding == nil
    }

    /// How the answer ends where nothing breaks it off; nil: as its framing has it.
    private var ownEnding: Ending? {
        if case .passed(let body) = answer.body, let end = body.ending?.ending(over: version) {
            return end
        }
        return delivery.naturalEnding(of: answer, version: version)
    }

    private var hasLastChunk: Bool {
        isChunked && hasBody && !isTornElsewhere && delivery.framing != .noLastChunk
    }

    /// Whoever sent the body first has not sent all of it.
    private var isTornElsewhere: Bool {
        if case .passed(let body) = answer.body { body.ending != .complete } else { false }
    }
}
