package import BrownoutEngine
package import BrownoutRecords

/// One exchange as verdicts see it: a request for a model's answer, and what became of it.
/// Shared, not copied: it has many parts.
package final class Attempt: Sendable {
    /// What became of an exchange, as far as the provider knows.
    package enum Result: Equatable, Sendable {
        /// A whole answer went out.
        case delivered
        /// A part of a successful answer went out, and not its end.
        case broken
        /// An error, or nothing at all.
        case failed(isRetryable: Bool)
        /// A success that holds no answer: an error object, a page, nothing.
        case empty(isRetryable: Bool)
        /// The client left first.
        case left
        /// It is in progress.
        case pending
    }

    /// The exchange's id.
    package let exchange: UInt64
    /// The id that went out with the answer, where somebody else made it.
    package let foreignID: String?
    /// Whose API the request is in; nil: nobody's.
    private let dialect: DialectName?
    /// The session that the request names.
    package let session: String
    /// The provider that was asked.
    package let provider: String
    /// The model that the request names.
    package let model: String
    /// The provider's word for what was asked for.
    package let endpoint: String
    /// The key that all attempts of the call have in common, and what it was read from.
    package let key: String
    package let keySource: CallKey.Source?
    /// Which try of the call's key it is, by the server's count.
    package let number: Int
    /// The client's own count of its retries; 0 where it does not count.
    package let retryCount: Int
    /// Whether it counts them.
    let countsRetries: Bool
    /// A digest of `Idempotency-Key`.
    package let idempotencyKey: UInt64?
    /// A digest of what all attempts of a call of AWS's SDKs share.
    package let invocation: UInt64?
    /// The trace that the request is of.
    package let traceID: TraceID?
    /// A digest of what the request says to a model, whoever's form it is in.
    package let prompt: UInt64?
    /// A digest of the provider's key.
    package let credential: UInt64?
    /// The connection's place among all that the server has accepted.
    package let connection: Int?
    /// Whether a stream was asked for.
    package let isStream: Bool
    /// The rule that decided; nil: none did.
    package let rule: String?
    /// The phase that held; nil: none.
    package let phase: String?

    /// Which blocks of the scenario's expectations are about the request: the lowest bit is the
    /// first one's; nil: the journal does not say.
    package let expected: UInt64?
    /// The scenario's time is moved by hand: only it counts.
    let isClockManual: Bool
    /// When its head had been read.
    package let begin: Instant
    /// Microseconds from there to the end of the answer's head; nil: it did not go out.
    package let headSent: Int64?
    /// The same to the answer's first byte.
    package let firstByte: Int64?
    /// The same to the first token of its reply; nil: none went out, or nobody counted.
    package let firstToken: Int64?
    /// The same to its last byte.
    package let lastByte: Int64?
    /// The same to its last by the plan.
    package let plannedLastByte: Int64?
    /// The same until the client hung up.
    package let clientLeft: Int64?

    /// The status that went out; nil: none did.
    package let status: Int?
    /// The cause of the error that was planned.
    package let cause: Cause?
    /// What the client should take the failure for.
    package let category: ErrorCategory?
    /// What went wrong with the answer.
    package let faults: [FaultKind]
    /// The same as scenarios name them: an error answer by its cause.
    package let faultWords: [String]
    /// Whether that was met; nil: nothing was to go wrong.
    package let isInjected: Bool?
    /// How the exchange ended; nil: it has not.
    package let ending: ExchangeEnding?
    /// What the answer's head promises about when to ask again.
    package let promises: [PromisedWait]
    /// Whether bytes of its body went out.
    package let hasBody: Bool
    /// The size of the request's body, in bytes.
    package let requestBytes: Int
    /// A digest of what tells the user whose request it is; nil: the journal does not say.
    package let user: UInt64?
    /// The client's address; empty: not known.
    package let client: String
    /// The protocol that the request came by.
    package let version: HTTPVersion
    /// Tokens of the prompt; 0 where nobody counted them.
    package let promptTokens: Int
    /// Tokens of the answer; 0 where nobody counted them.
    package let completionTokens: Int
    /// Of the prompt's tokens, those that the provider's cache had.
    package let cachedTokens: Int
    /// Of the prompt's tokens, those that the cache has kept since.
    package let cacheWriteTokens: Int
    /// Whether anybody counted the tokens of its prompt.
    package let isCounted: Bool
    /// The bytes of the answer's body that went out.
    package let outputBytes: Int
    /// The calls of tools that the answer asks for.
    package let toolCalls: [OfferedCall]
    /// The results of tools that the request brings.
    package let toolResults: [ToolResult]
    /// What became of it.
    package let result: Result

    /// Nil for what asks no model for an answer, and for a connection without a request.
    package init?(
        _ record: ExchangeRecord, isClockManual: Bool = false, isOfScenario: Bool = true
    ) {
        guard record.asksModel else { return nil }
        self.isClockManual = isClockManual
        exchange = record.id
        foreignID = record.requestID
        dialect = record.dialect
        session = record.session
        provider = record.provider
        model = record.model
        endpoint = record.endpoint
        key = record.callKey
        keySource = record.callSource
        number = record.attempt
        retryCount = record.retryCount ?? 0
        countsRetries = record.retryCount != nil
        idempotencyKey = record.idempotencyKey
        invocation = record.invocation
        traceID = record.traceID
        prompt = record.promptDigest
        credential = record.keyDigest
        connection = record.connection
        isStream = record.stream
        rule = record.rule
        phase = record.phase
        begin = Instant(
            scenario: record.scenarioTime ?? record.startedAt, wall: record.startedAt)
        headSent = record.headSent
        firstByte = record.firstByte
        firstToken = record.firstToken
        expected = isOfScenario ? record.expected : nil
        lastByte = record.lastByte
        plannedLastByte = record.plannedLastByte
        clientLeft = record.clientLeft
        status = record.status
        cause = record.cause
        category = record.category
        faults = record.faults
        faultWords = record.faultWords
        isInjected = record.injected
        ending = record.ending
        promises = record.promises
        hasBody = record.responseBodyBytes > 0
        requestBytes = record.requestBodyBytes
        user = record.userDigest
        client = record.client
        version = record.httpProtocol == .http2 ? .http2 : .http1
        promptTokens = record.promptTokens ?? 0
        completionTokens = record.completionTokens ?? 0
        cachedTokens = record.cachedTokens ?? 0
        cacheWriteTokens = record.cacheWriteTokens ?? 0
        isCounted = record.promptTokens != nil
        outputBytes = record.responseBodyBytes
        toolCalls = record.toolCalls ?? []
        toolResults = record.toolResults
        result = Result(record)
    }

    /// The request id that its client saw; nil: no head went out, or the provider gives none.
    package var requestID: String? {
        if let foreignID { return foreignID }
        guard headSent != nil, let dialect else { return nil }
        return AnswerID.made(of: exchange, by: dialect)
    }

    /// When it was over, or when it was last heard of.
    package var end: Instant { begin + max(lastByte ?? 0, clientLeft ?? 0, firstByte ?? 0) }

    /// From when on the client may have had all of it, on the scenario's clock. A plain answer goes
    /// out with its first byte, and of a stream the end may be noted a little after the client has
    /// it: the next request comes on another thread.
    var mayBeOver: Int64 {
        if result == .left { return end.scenario }
        if !isStream, let firstByte { return begin.scenario + firstByte }
        return max(begin.scenario, end.scenario - 5_000)
    }

    /// The same on both clocks.
    var mayBeOverAt: Instant { begin + (mayBeOver - begin.scenario) }

    /// Whether it was still in progress at a moment.
    func isInProgress(at instant: Instant) -> Bool {
        result == .pending || mayBeOver > instant.scenario
    }

    /// Whether it brought no whole answer.
    var hasFailed: Bool {
        switch result {
        case .delivered, .pending: false
        case .broken, .failed, .empty, .left: true
        }
    }

    /// Whether its failure passes by itself; nil: it did not fail, or nothing is known of that.
    var isRetryable: Bool? {
        switch result {
        case .failed(let isRetryable), .empty(let isRetryable): isRetryable
        // An error event names its cause; whatever else breaks an answer off may pass.
        case .broken: cause?.isRetryable ?? true
        case .delivered, .left, .pending: nil
        }
    }

    /// Whether another attempt asks the same of the same account.
    func isSamePlace(as other: Attempt) -> Bool {
        provider == other.provider && model == other.model && credential == other.credential
    }
}

extension ExchangeRecord {
    /// What went wrong, as scenarios name it.
    package var faultWords: [String] {
        faults.map { $0 == .error ? cause?.rawValue ?? $0.name : $0.name }
    }

    /// Whether a model is asked for an answer: lists, counts, probes and unknown paths ask none.
    fileprivate var asksModel: Bool { ordinal > 0 && httpProtocol != nil }
}

extension Attempt.Result {
    fileprivate init(_ record: ExchangeRecord) {
        // What the server broke off by stopping would have gone on.
        guard let ending = record.ending, ending != .stopped else {
            self = .pending
            return
        }
        // A fault that was not met is no reason for anything.
        let isRetryable =
            record.shouldRetry ?? (record.injected == false ? nil : record.retryable)
        guard let status = record.status, status < 400 else {
            if ending == .clientLeft, record.status == nil {
                self = .left
                return
            }
            let byStatus = record.status.map { [408, 409, 429].contains($0) || $0 >= 500 } ?? true
            self = .failed(isRetryable: isRetryable ?? byStatus)
            return
        }
        let isApplied = record.injected != false
        if isApplied, record.faults.contains(where: \.leavesNoAnswer) {
            self = .empty(isRetryable: isRetryable ?? true)
        } else if record.stream
            ? record.hasFinishReason == true || ending == .complete && record.hasFinishReason == nil
            : ending == .complete && record.hasFinishReason != false
        {
            self = .delivered
        } else if ending == .clientLeft {
            self = .left
        } else if record.responseBodyBytes > 0 {
            self = .broken
        } else {
            self = .failed(isRetryable: isRetryable ?? true)
        }
    }
}

extension FaultKind {
    /// Whether what goes out in its place is no answer, though its status says so.
    fileprivate var leavesNoAnswer: Bool {
        family != .verbatim && !row.traits.isDisjoint(with: [.replaces, .wordless, .noJSON])
    }
}
