import BrownoutEngine
import BrownoutJSON

/// What a client does about an attempt that failed.
enum RetryRules {
    /// A client's clock and the way here may be so far off, in microseconds.
    private static let tolerance: Int64 = 50_000

    static func retryAfterHonoured(_ calls: [Call]) -> Finding {
        Finding(
            .retryAfterHonoured, over: calls,
            passed: "every attempt came no earlier than the answer before had promised"
        ) { call in
            guard call.attempts.count > 1,
                call.attempts.contains(where: { !$0.promises.isEmpty })
            else { return .notExercised }
            let next = nextAtSamePlace(call.attempts)
            return .over(call.attempts.indices.compactMap { honoured($0, of: call, next) })
        }
    }

    /// Of each attempt, the next one that asks the same of the same account.
    private static func nextAtSamePlace(_ attempts: [Attempt]) -> [Int?] {
        var next = [Int?](repeating: nil, count: attempts.count)
        var known: [Attempt.Place: Int] = [:]
        for index in attempts.indices.reversed() {
            next[index] = known[attempts[index].place]
            known[attempts[index].place] = index
        }
        return next
    }

    /// A promise is about the next attempt at its place that begins when it has been made; whether
    /// the call goes elsewhere in between is of no matter to it.
    private static func honoured(_ index: Int, of call: Call, _ following: [Int?]) -> CallFinding? {
        let last = call.attempts[index]
        guard let promise = last.promise else { return nil }
        var later = following[index]
        while let index = later, last.wait(until: call.attempts[index]).longest < 0 {
            later = following[index]
        }
        guard let next = later.map({ call.attempts[$0] }) else {
            guard index + 1 < call.attempts.count else { return nil }
            let next = call.attempts[index + 1]
            return last.isSamePlace(as: next)
                ? nil
                : .excepted("the call went elsewhere before the promised wait was over", last, next)
        }
        if promise.isGarbled { return .excepted("the promise is neither a wait nor a date", last) }
        if promise.isAbsurd { return .excepted("the promise is longer than ten minutes", last) }
        let waited = last.wait(until: next).longest
        guard waited < promise.earliest - tolerance else { return .pass }
        return .fail(
            "asked again after \(waited.asSeconds), where \(promise.earliest.asSeconds) was promised",
            last, next)
    }

    static func retryAfterBounded(_ calls: [Call]) -> Finding {
        Finding(
            .retryAfterBounded, over: calls,
            passed: "no wait was much longer than promised"
        ) { call in
            var findings = call.pairs.compactMap { bounded($0, $1) }
            if call.outcome == .pending, call.attempts.last?.promise != nil {
                findings.append(.unknown("the call is not over", call.attempts[0]))
            }
            return .over(findings)
        }
    }

    private static func bounded(_ last: Attempt, _ next: Attempt) -> CallFinding? {
        guard let promise = last.promise, last.isSamePlace(as: next), !promise.isGarbled else {
            return nil
        }
        let waited = last.wait(until: next).shortest
        let longest = promise.isAbsurd ? promise.earliest : 2 * promise.latest + 5 * Int64.second
        let isOvershot = promise.isAbsurd ? waited >= longest : waited > longest
        guard isOvershot else { return .pass }
        return .fail(
            "waited \(waited.asSeconds), where \(promise.latest.asSeconds) was promised", last, next
        )
    }

    static func permanentNotRetried(_ calls: [Call]) -> Finding {
        Finding(
            .permanentNotRetried, over: calls,
            passed: "no error that does not pass by itself was tried again"
        ) { call in
            guard call.attempts.contains(where: { $0.isRetryable == false }) else {
                return .notExercised
            }
            guard let (last, next) = repetition(in: call, after: { $0.isRetryable == false })
            else { return .pass }
            return .fail(
                "sent the same request again after \(last.what), which does not pass by itself",
                last, next)
        }
    }

    /// The first request of a call that is sent again to its place after it has had an answer of
    /// this kind, with the request that had it.
    static func repetition(
        in call: Call, after isMeant: (Attempt) -> Bool
    ) -> (Attempt, Attempt)? {
        var known: [SameRequest: Attempt] = [:]
        for next in call.attempts {
            let request = SameRequest(next)
            if let last = known[request] {
                if !last.isInProgress(at: next.begin) { return (last, next) }
            } else if isMeant(next) {
                known[request] = next
            }
        }
        return nil
    }

    /// What makes two requests of a call the same. Where the client names its calls their key does
    /// not tell, but what is asked and how long it is.
    private struct SameRequest: Hashable {
        var place: Attempt.Place
        var endpoint: String
        var key: String
        var prompt: UInt64?
        var bytes: Int

        init(_ attempt: Attempt) {
            place = attempt.place
            endpoint = attempt.endpoint
            let isDigest = attempt.keySource == .digest || attempt.keySource == nil
            key = isDigest ? attempt.key : ""
            prompt = isDigest ? nil : attempt.prompt
            bytes = isDigest ? 0 : attempt.requestBytes
        }
    }

    static func transientRetried(_ calls: [Call]) -> Finding {
        Finding(
            .transientRetried, over: calls,
            passed: "every error that may pass was tried again"
        ) { call in
            let first = call.attempts[0]
            let isTransient =
                switch first.result {
                case .failed(let isRetryable), .empty(let isRetryable): isRetryable
                case .delivered, .broken, .left, .pending: false
                }
            guard isTransient else { return .notExercised }
            guard call.attempts.count == 1 else { return .pass }
            if call.declared != nil { return .excepted("the client has said why", first) }
            if first.promise?.isAbsurd == true {
                return .excepted("the promise is longer than ten minutes", first)
            }
            return .fail("gave up after one attempt that got \(first.what)", first)
        }
    }

    /// Attempts of a call at one provider.
    private static let mostAttempts = 10

    static func attemptsBounded(_ calls: [Call]) -> Finding {
        Finding(
            .attemptsBounded, over: calls,
            passed: "no call was tried more than \(mostAttempts) times at one provider"
        ) { call in
            if call.attempts.count < 2 { return .notExercised }
            if let before = call.attemptsWhenFailed, before < call.attempts.count {
                return .fail(
                    "tried again after the client had declared the call failed",
                    call.attempts[before - 1], call.attempts[before])
            }
            guard call.attempts.count > mostAttempts else { return .pass }
            var counts: [String: (count: Int, first: Attempt)] = [:]
            for attempt in call.attempts {
                let first = counts[attempt.provider]?.first ?? attempt
                let count = (counts[attempt.provider]?.count ?? 0) + 1
                counts[attempt.provider] = (count, first)
            }
            let providers = Set(call.attempts.map(\.provider)).sorted()
            let most = providers.first { (counts[$0]?.count ?? 0) > mostAttempts }
            guard let most, let (count, first) = counts[most],
                let last = call.attempts.last(where: { $0.provider == most })
            else { return .pass }
            return .fail("tried \(count) times at \(most)", first, last)
        }
    }
}

extension Attempt {
    /// Where an account is asked for a model.
    struct Place: Hashable {
        var provider: String
        var model: String
        var credential: UInt64?
    }

    var place: Place { Place(provider: provider, model: model, credential: credential) }

    /// What it got, in few words.
    package var what: String {
        if let cause { return cause.rawValue }
        if let fault = faults.first { return fault.name }
        return status.map { "a \($0)" } ?? "no answer"
    }
}

extension Int64 {
    /// Microseconds as seconds, to the millisecond.
    var asSeconds: String {
        let milliseconds = (self + (self < 0 ? -500 : 500)) / 1000
        let (whole, rest) = magnitude(milliseconds)
        return (milliseconds < 0 ? "-" : "") + "\(whole).\(rest) s"
    }

    private func magnitude(_ milliseconds: Int64) -> (UInt64, String) {
        let (whole, rest) = milliseconds.magnitude.quotientAndRemainder(dividingBy: 1000)
        return (whole, String(String(rest + 1000).dropFirst()))
    }
}
