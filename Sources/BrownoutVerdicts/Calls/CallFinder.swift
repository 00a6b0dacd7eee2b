import BrownoutEngine
package import BrownoutRecords

/// Ties exchanges into calls, by what the client says and by what it asks, one after the other in
/// the order they came. What is unsure stays unsure.
package struct CallFinder {
    /// A name that the client gives: attempts that share one belong together.
    enum Name: Hashable {
        case header(String)
        case idempotency(UInt64)
        case invocation(UInt64)
    }

    /// A call as far as it is known.
    struct Open {
        var session: String
        var attempts: [Int]
        var isSure = true
        var isHedged = false
        /// When a whole answer was out, on the scenario's clock; nil: none was.
        var deliveredAt: Int64?
        var declarations: [Declaration] = []
        var attemptsWhenFailed: Int?
        /// How many of its attempts are in progress; kept only where somebody asks for it.
        var inProgress = 0

        /// The client has said that it is over.
        var isDeclaredOver: Bool { declarations.contains(where: \.isDecisive) }
    }

    /// The leaving of one within this time of the other's delivery is a hedge's, in microseconds.
    static let hedgeWindow: Int64 = 250_000

    let attempts: [Attempt]
    private let windows: CallWindows
    /// When connections were closed, on the wall's clock, by their numbers.
    private let closed: [Int: Int64]
    /// When the first request came on a connection, and the last one.
    private let uses: [Int: (first: Int64, last: Int64)]
    let numbers: SharedNumbers
    var calls: [Open] = []
    /// Of each attempt that was taken, its call.
    private(set) var callOf: [Int] = []
    private(set) var byName: [String: [Name: Int]] = [:]
    /// The latest calls of a key, over or not, by the key's number.
    private var byKey: [[Int]]
    /// Those that were not over when the key was last asked for.
    var openByKey: [[Int]]
    /// The same by what is said to the model.
    var openByWords: [[Int]]
    /// The call that an exchange is an attempt of, for those that somebody speaks of.
    var byExchange: [UInt64: Int] = [:]
    /// The calls whose attempts have ended, in the order in which they did, where somebody asks.
    var ended: [String: [Int]] = [:]

    /// The calls of these attempts, and what clients said of them, whatever order they are in.
    package static func calls(
        of attempts: some Sequence<Attempt>, outcomes: [OutcomeRecord] = [],
        windows: CallWindows = CallWindows(), closed: [Int: Int64] = [:]
    ) -> [Call] {
        let inOrder = attempts.sorted {
            if $0.begin != $1.begin { return $0.begin < $1.begin }
            return ($0.exchange, $0.number, $0.session, $0.connection ?? 0)
                < ($1.exchange, $1.number, $1.session, $1.connection ?? 0)
        }
        var finder = CallFinder(attempts: inOrder, windows: windows, closed: closed)
        if outcomes.isEmpty {
            for index in inOrder.indices { finder.take(index) }
        } else {
            finder.takeAll(outcomes)
        }
        return finder.calls.enumerated().map { index, call in
            Call(
                id: "c\(index + 1)", session: call.session,
                attempts: call.attempts.map { inOrder[$0] }, isSure: call.isSure,
                isHedged: call.isHedged, declarations: call.declarations,
                attemptsWhenFailed: call.attemptsWhenFailed)
        }
    }

    private init(attempts: [Attempt], windows: CallWindows, closed: [Int: Int64]) {
        self.attempts = attempts
        self.windows = windows
        self.closed = closed
        var uses: [Int: (first: Int64, last: Int64)] = [:]
        for attempt in attempts {
            guard let connection = attempt.connection else { continue }
            let at = attempt.begin.scenario
            uses[connection, default: (at, at)].last = at
        }
        self.uses = uses
        numbers = SharedNumbers(of: attempts)
        byKey = Array(repeating: [], count: numbers.keyCount)
        openByKey = byKey
        openByWords = Array(repeating: [], count: numbers.wordsCount)
        calls.reserveCapacity(attempts.count)
        callOf.reserveCapacity(attempts.count)
    }

    // MARK: One attempt

    mutating func take(_ index: Int) {
        let attempt = attempts[index]
        prune(for: index)
        let names = CallFinder.names(of: attempt)
        for name in names {
            guard let known = byName[attempt.session]?[name] else { continue }
            return add(index, to: known, isSure: true)
        }
        // A name that nobody has heard of is a call that nobody has heard of.
        if attempt.keySource == .header { return begin(index) }
        let counted = attempt.retryCount > 0 ? retried(by: index) : nil
        if let tie = counted ?? repeated(by: index) ?? fallenBack(to: index) {
            // It may be theirs, so that nobody knows whether they were given up.
            for rival in tie.rivals { calls[rival].isSure = false }
            return add(index, to: tie.call, isSure: tie.isSure && tie.rivals.isEmpty)
        }
        switch beside(index) {
        case .hedge(let call, let isOnly):
            calls[call].isHedged = true
            add(index, to: call, isSure: isOnly)
        case .unclear(let call):
            calls[call].isSure = false
            begin(index)
            calls[calls.count - 1].isSure = false
        case nil: begin(index)
        }
    }

    private static func names(of attempt: Attempt) -> [Name] {
        var names: [Name] = []
        if attempt.keySource == .header { names.append(.header(attempt.key)) }
        if let key = attempt.idempotencyKey { names.append(.idempotency(key)) }
        if let invocation = attempt.invocation { names.append(.invocation(invocation)) }
        return names
    }

    private mutating func begin(_ index: Int) {
        calls.append(Open(session: attempts[index].session, attempts: []))
        add(index, to: calls.count - 1, isSure: true)
    }

    private mutating func add(_ index: Int, to call: Int, isSure: Bool) {
        let attempt = attempts[index]
        if let last = calls[call].attempts.last, attempts[last].isInProgress(at: attempt.begin) {
            calls[call].isHedged = true
        }
        calls[call].attempts.append(index)
        callOf.append(call)
        calls[call].isSure = calls[call].isSure && isSure
        if attempt.result == .delivered {
            let at = attempt.mayBeOver
            calls[call].deliveredAt = min(calls[call].deliveredAt ?? at, at)
        }
        for name in CallFinder.names(of: attempt) {
            byName[attempt.session, default: [:]][name] = call
        }
        CallFinder.note(call, in: &byKey[numbers.keys[index]])
        CallFinder.note(call, in: &openByKey[numbers.keys[index]])
        if let words = numbers.words[index] { CallFinder.note(call, in: &openByWords[words]) }
    }

    private static func note(_ call: Int, in calls: inout [Int]) {
        if calls.last != call { calls.append(call) }
        // What came so long ago is over, whatever came of it.
        if calls.count > 256 { calls.removeFirst(128) }
    }

    /// Whether a whole answer or the client's word has ended a call before a moment.
    private func isOver(_ call: Int, at time: Int64) -> Bool {
        if let at = calls[call].deliveredAt, at <= time { return true }
        return calls[call].isDeclaredOver
    }

    /// Leaves out the calls that are over where an attempt is going to look.
    private mutating func prune(for index: Int) {
        let time = attempts[index].begin.scenario
        let key = numbers.keys[index]
        if !openByKey[key].isEmpty {
            openByKey[key] = openByKey[key].filter { !isOver($0, at: time) }
        }
        if let words = numbers.words[index], !openByWords[words].isEmpty {
            openByWords[words] = openByWords[words].filter { !isOver($0, at: time) }
        }
    }

    // MARK: Evidence

    /// A call that is not over, and how it stands, when an attempt begins.
    struct Candidate {
        var index: Int
        var last: Attempt
    }

    /// The call that an attempt is of, and others that it may as well be of.
    private struct Tie {
        var call: Int
        var isSure: Bool
        var rivals: [Int]

        init(_ call: Int, among all: [Candidate], isSure: Bool) {
            self.call = call
            self.isSure = isSure
            rivals = all.map(\.index).filter { $0 != call }
        }
    }

    /// The calls among some that neither a whole answer nor the client's word has ended before a
    /// moment.
    func open(_ calls: [Int], before attempt: Attempt) -> [Candidate] {
        if calls.isEmpty { return [] }
        return calls.compactMap { index in
            if isOver(index, at: attempt.begin.scenario) { return nil }
            let call = self.calls[index]
            return Candidate(index: index, last: attempts[call.attempts[call.attempts.count - 1]])
        }
    }

    /// The call that a count of retries goes on with.
    private func retried(by index: Int) -> Tie? {
        let attempt = attempts[index]
        let all = byKey[numbers.keys[index]].map { index in
            Candidate(index: index, last: attempts[calls[index].attempts.last ?? 0])
        }
        let fitting = all.filter { $0.last.retryCount == attempt.retryCount - 1 }
        guard let latest = fitting.max(by: { $0.last.end.scenario < $1.last.end.scenario }) else {
            return nil
        }
        // A later equal call has begun where one that was delivered fits too.
        let open = fitting.filter { calls[$0.index].deliveredAt == nil }
        if open.count == 1 { return Tie(open[0].index, among: [], isSure: true) }
        return Tie(latest.index, among: open, isSure: fitting.count == 1)
    }

    /// The call that an equal request is another attempt of: one that failed before.
    private func repeated(by index: Int) -> Tie? {
        let attempt = attempts[index]
        let open = open(openByKey[numbers.keys[index]], before: attempt)
        let over = open.filter { !$0.last.isInProgress(at: attempt.begin) && $0.last.hasFailed }
        guard let first = over.min(by: { $0.last.end.scenario < $1.last.end.scenario }) else {
            return nil
        }
        let promised = first.last.promise?.latest ?? 0
        let window = max(windows.retry, 2 * promised + 5 * Int64.second)
        let isInWindow = attempt.begin.scenario - first.last.end.scenario <= window
        let isSure =
            open.count == 1 && isInWindow && !contradicts(attempt, first.last)
            && !comesBeside(attempt, first.last) && !countsAnother(attempt, first.last)
        return Tie(first.index, among: over, isSure: isSure)
    }

    /// Whether an equal request comes on another connection than the attempt before, which may be
    /// somebody else's: earlier than promised while that connection is still open, or where both
    /// were there before and go on being used.
    private func comesBeside(_ attempt: Attempt, _ last: Attempt) -> Bool {
        guard let one = last.connection, let other = attempt.connection, one != other else {
            return false
        }
        let isUsedAgain = (uses[one]?.last ?? .min) > attempt.begin.scenario
        let wasThere = (uses[other]?.first ?? .max) < last.begin.scenario
        if isUsedAgain, wasThere { return true }
        guard let promise = last.promise, last.wait(until: attempt).longest < promise.earliest
        else { return false }
        return isOpen(one, at: attempt)
    }

    /// Whether a connection was open when an attempt began, as long as nobody has seen it closed.
    /// Whoever drops one and opens another may be heard in the other order, as long as the server has
    /// several loops: until the attempt has the first byte of its answer counts as before. Whoever
    /// keeps one open until its work is done has more of an answer by then.
    private func isOpen(_ connection: Int, at attempt: Attempt) -> Bool {
        closed[connection].map { $0 > attempt.begin.wall + (attempt.firstByte ?? 0) } ?? true
    }

    /// Whether two attempts count their retries and not one behind the other: the second may be
    /// another call. A client may repeat by itself what its SDK gave up, which begins to count anew;
    /// where the connection before goes on being used, that is somebody else.
    private func countsAnother(_ attempt: Attempt, _ last: Attempt) -> Bool {
        guard attempt.countsRetries, last.countsRetries,
            attempt.retryCount != last.retryCount + 1
        else { return false }
        guard attempt.retryCount == 0, let one = last.connection else { return true }
        return one != attempt.connection && (uses[one]?.last ?? .min) > attempt.begin.scenario
    }

    /// Names or traces that differ speak against evidence that is not the client's own word.
    private func contradicts(_ attempt: Attempt, _ last: Attempt) -> Bool {
        CallFinder.differ(attempt.traceID, last.traceID)
            || CallFinder.differ(attempt.idempotencyKey, last.idempotencyKey)
            || CallFinder.differ(attempt.invocation, last.invocation)
    }

    /// Whether both say something, and not the same.
    private static func differ<Value: Equatable>(_ one: Value?, _ other: Value?) -> Bool {
        if let one, let other { one != other } else { false }
    }

    /// The call whose failure sent the same words elsewhere.
    private func fallenBack(to index: Int) -> Tie? {
        guard let words = numbers.words[index] else { return nil }
        let attempt = attempts[index]
        let failed = open(openByWords[words], before: attempt).filter {
            let since = attempt.begin.scenario - $0.last.end.scenario
            return $0.last.key != attempt.key && $0.last.hasFailed
                && !$0.last.isInProgress(at: attempt.begin) && since <= windows.fallback
        }
        guard let latest = failed.max(by: { $0.last.end.scenario < $1.last.end.scenario }) else {
            return nil
        }
        let isElsewhere =
            attempt.provider != latest.last.provider || attempt.model != latest.last.model
            || attempt.endpoint != latest.last.endpoint
        let isOtherTrace = CallFinder.differ(attempt.traceID, latest.last.traceID)
        return Tie(latest.index, among: failed, isSure: isElsewhere && !isOtherTrace)
    }
}
