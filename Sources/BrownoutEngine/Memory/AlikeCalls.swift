/// The calls of a session that go by one key. A key that is a digest of what a request says is that
/// of every call that says it, at once or one after the other.
struct AlikeCalls: Sendable {
    /// Calls of one key that wait for their next attempt; the oldest is forgotten.
    private static let openLimit = 16

    /// One call, as far as it has come.
    struct Call: Sendable {
        var attempts: Int
        /// How many of the same key came before it.
        var generation: Int
        var ordinal = 0
        /// It was answered, whole and well.
        var isAnswered = false
    }

    /// The one that the last arrival belongs to.
    var current: Call
    /// Those that were begun before it and not answered, of clients that count their retries.
    private var others: [Call] = []
    private var begun = 1

    init(retry: Int?) {
        current = Call(attempts: (retry ?? 0) + 1, generation: 0)
    }

    var arrival: Arrival {
        Arrival(
            attempt: current.attempts, ordinal: current.ordinal, generation: current.generation)
    }

    /// An arrival whose key names the call; whether it begins another, which it does only behind
    /// one that was answered.
    mutating func arriveNamed(retry: Int?) -> Bool {
        if current.isAnswered {
            begin(attempts: (retry ?? 0) + 1)
            return true
        }
        current.attempts = max(current.attempts, retry ?? 0) + 1
        return false
    }

    /// An arrival that only says the same; whether it begins another call. The first try of a call
    /// is no retry, whatever came before; a retry belongs to the call that has come as far.
    mutating func arrive(retry: Int?) -> Bool {
        switch retry {
        case 0?:
            begin(attempts: 1)
            return true
        case let retry? where current.isAnswered || current.attempts != retry:
            guard let place = others.lastIndex(where: { $0.attempts == retry }) else { break }
            let call = others.remove(at: place)
            keepCurrent()
            current = call
        default: break
        }
        return arriveNamed(retry: retry)
    }

    mutating func succeed(_ arrival: Arrival) {
        if current.generation == arrival.generation {
            current.isAnswered = true
        } else {
            others.removeAll { $0.generation == arrival.generation }
        }
    }

    mutating func withdraw(_ arrival: Arrival) {
        if current.generation == arrival.generation {
            current.isAnswered = false
        } else if !others.contains(where: { $0.generation == arrival.generation }) {
            keep(
                Call(
                    attempts: arrival.attempt, generation: arrival.generation,
                    ordinal: arrival.ordinal))
        }
    }

    private mutating func begin(attempts: Int) {
        keepCurrent()
        current = Call(attempts: attempts, generation: begun)
        begun += 1
    }

    private mutating func keepCurrent() {
        if !current.isAnswered { keep(current) }
    }

    private mutating func keep(_ call: Call) {
        if others.count == AlikeCalls.openLimit { others.removeFirst() }
        others.append(call)
    }
}
