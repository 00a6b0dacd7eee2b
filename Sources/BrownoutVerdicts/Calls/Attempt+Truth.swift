package import BrownoutEngine

extension Attempt {
    /// What a failure should be called: what was planned and came about; where nothing was planned,
    /// what became of the connection. Nil: it did not fail, or nobody knows what it was.
    package var truth: ErrorCategory? {
        guard hasFailed, isInjected != false else { return nil }
        if let category { return category }
        guard status == nil else { return nil }
        return switch ending {
        case .fin?, .reset?, .resetStream?: .networkError
        case .hang?, .halfOpen?: .timeout
        default: nil
        }
    }

    /// Whether a failure was worth a retry. Of what the client left first, that is as with the fault
    /// that made it leave; nil: it did not fail, or nothing is known of that.
    package var isWorthRetry: Bool? {
        if let isRetryable { return isRetryable }
        guard result == .left, isInjected != false else { return nil }
        return faults.lazy.compactMap(\.row.isRetryable).first
    }

    /// Whether the provider failed it: one that its client left for no reason says nothing.
    var wasFailed: Bool {
        if result == .left { return isInjected == true && !faults.isEmpty }
        return hasFailed
    }

    /// Whether output of a stream had arrived when it failed.
    var hadOutput: Bool {
        guard isStream else { return false }
        return result == .broken || result == .left && hasBody
    }

    /// Whether it brought no whole answer, though its status says so.
    var isPartial: Bool {
        switch result {
        case .broken, .empty: true
        case .delivered, .failed, .left, .pending: false
        }
    }
}
