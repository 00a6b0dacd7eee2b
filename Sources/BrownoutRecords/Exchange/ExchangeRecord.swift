package import BrownoutEngine

/// One exchange as the journal keeps it: who asked, what was decided and why, what was planned,
/// and what went out. Values only, so that every module can fill or read one; words are made of them where
/// a row, JSON or a report is written.
///
/// Instants are microseconds: ``startedAt`` since 1970 (UTC), all others since ``startedAt``.
/// `nil` says that something is unknown or did not happen, never zero.
package struct ExchangeRecord: Sendable, Equatable {
    /// The exchange id's word; its text is sixteen hexadecimal digits. Runs with the same
    /// scenario and seed give the same ids, so a journal may hold an id more than once.
    package var id: UInt64
    /// When the head of the request had been read, or the connection was accepted.
    package var startedAt: Int64
    /// The same moment on the scenario's clock, in microseconds since the server began.
    package var scenarioTime: Int64?

    // Who asked, and for what.
    /// The session that the request names.
    package var session = "default"
    /// The key that all attempts of the call have in common.
    package var callKey = ""
    /// Where the call key came from: a header, or the request's digest.
    package var callSource: CallKey.Source?
    /// Which try of its call it is, from 1.
    package var attempt = 1
    /// The call's place among the calls of its session, from 1; 0: it is none of them.
    package var ordinal = 1
    /// The client's own count of its retries, from 0.
    package var retryCount: Int?
    /// The provider as paths and metrics call it; empty: the path names none.
    package var provider = ""
    /// Whose API the request is in; nil: nobody's.
    package var dialect: DialectName?
    /// The provider's word for what the path does; empty: it is not known.
    package var endpoint = ""
    /// The model that the request names; empty: it names none.
    package var model = ""
    /// Whether a stream was asked for.
    package var stream = false
    /// The request's method as it came.
    package var method = ""
    /// The request's target up to its query.
    package var path = ""
    /// The peer's address.
    package var client = ""
    /// The connection's place among all that the server has accepted, from 1.
    package var connection: Int?
    /// The version of HTTP; nil: no request came.
    package var httpProtocol: HTTPProtocol?
    /// A digest of the provider key; the key itself is never kept.
    package var keyDigest: UInt64?
    /// The request's `User-Agent`; empty: it has none.
    package var userAgent = ""
    /// The trace of `traceparent`.
    package var traceID: TraceID?
    /// A digest of `Idempotency-Key`, also where ``callKey`` is from another header.
    package var idempotencyKey: UInt64?
    /// A digest of `amz-sdk-invocation-id`, which all attempts of a call of AWS's SDKs share.
    package var invocation: UInt64?
    /// A digest of the header that tells users apart, which `expect: sticky` names.
    package var userDigest: UInt64?

    /// A digest of what the request says to a model, whichever provider's form it is in.
    package var promptDigest: UInt64?
    /// The results of tool calls that the conversation ends with.
    package var toolResults: [ToolResult] = []

    // What was decided, and the truth a client's reaction is held against.
    /// The rule that decided; nil: none did.
    package var rule: String?
    /// The phase that held; nil: the scenario has none, or they were over.
    package var phase: String?
    /// Each of another part of the answer; a wait that a rule asks for counts as one.
    package var faults: [FaultKind] = []
    /// The cause of the error that was planned; nil: none was.
    package var cause: Cause?
    /// What the client should take the failure for; nil: nothing was to fail.
    package var category: ErrorCategory?
    /// Whether the same request was worth another try; nil: nothing was to fail.
    package var retryable: Bool?
    /// The header's value as promised.
    package var retryAfter: String?
    /// What the head of an error answer promises about when to ask again, in every form.
    package var promises: [PromisedWait] = []
    /// What the answer's `x-should-retry` says; nil: it has none.
    package var shouldRetry: Bool?
    /// Which of the scenario's expectations are about the request, by their `when`: the lowest bit is
    /// the first block's. Nil: none of them asks.
    package var expected: UInt64?
    /// How the decision came about.
    package var trace: [TraceEntry] = []
    /// The script as it was played; nil: there was none.
    package var plan: [PlayedLine]?

    // What was planned, and what went out.
    /// The status of the answer that was planned; nil: none was.
    package var plannedStatus: Int?
    /// The status that really went out; nil: no status line did.
    package var status: Int?
    /// Whether the planned fault was reached; nil without a fault.
    package var injected: Bool?
    /// When the first byte was due, by the plan.
    package var plannedFirstByte: Int64?
    /// When the first byte went out.
    package var firstByte: Int64?
    /// When the whole head had gone out; nil: it did not.
    package var headSent: Int64?
    /// When the first token of a reply went out; nil: none did, or nobody counts them, as in what
    /// is passed on.
    package var firstToken: Int64?
    /// When the last byte was due, by the plan.
    package var plannedLastByte: Int64?
    /// When the last byte went out.
    package var lastByte: Int64?
    /// The bytes of the whole answer with its head, by the plan.
    package var plannedBytes: Int?
    /// The bytes that were handed to the kernel, the head's included.
    package var bytesSent = 0
    /// What the peer's kernel has acknowledged; nil when nobody looked.
    package var bytesAcknowledged: Int?
    /// How it ended; nil: it has not, or in a word that is ``foreign``.
    package var ending: ExchangeEnding?
    /// When the client hung up.
    package var clientLeft: Int64?
    // What the answer costs and calls: of one that was made here, what was decided; of one that was
    // recorded or passed on, what its own body says, whether all of it went out or not. Of what was
    // passed on that is known where the body was kept: because it is recorded, because a fault
    // needs it whole, or because all of it is within what the journal keeps.
    /// The tokens of the prompt; nil: there is none, or nobody counted them.
    package var promptTokens: Int?
    /// The tokens of what is said; nil: nothing is, or nobody counted them, as in a stream without
    /// usage.
    package var completionTokens: Int?
    /// Of the prompt's tokens, those that the provider's cache had.
    package var cachedTokens: Int?
    /// Of the prompt's tokens, those that the cache has kept since.
    package var cacheWriteTokens: Int?
    /// Of the completion's tokens, those of thinking.
    package var thinkingTokens: Int?
    /// Whether the part that went out says why the answer ended; nil: no model answered, or nobody
    /// knows.
    package var hasFinishReason: Bool?
    /// The calls of tools in the answer, by the ids that the client is given; nil: no model answers,
    /// or nobody knows. Of an answer that broke off upstream, those that had begun.
    package var toolCalls: [OfferedCall]?
    /// Where the answer came from; nil: it was made here.
    package var source: AnswerSource?
    /// The recording that answered, or that was nearest: its file, `#`, its id.
    package var recording: String?
    /// The `x-request-id` or `request-id` that went out, where somebody else made it: an upstream,
    /// a recording, a scenario's own words. Nil: what went out was made of ``id``.
    package var requestID: String?
    /// The `cf-ray` that went out, the same.
    package var ray: String?
    /// Anything worth a sentence, such as the limit that was exceeded.
    package var note: String?
    /// What another version's journal says in words that are unknown here.
    package var foreign = ForeignWords()

    /// The request's body, up to the server's cap; ``requestBodyBytes`` is its full size.
    package var requestBody: [UInt8] = []
    /// The full size of the request's body as it came, in bytes.
    package var requestBodyBytes = 0
    /// The answer's body, up to the server's cap; ``responseBodyBytes`` is its full size.
    package var responseBody: [UInt8] = []
    /// The full size of the answer's body as it went out, in bytes.
    package var responseBodyBytes = 0

    package init(id: UInt64, startedAt: Int64) {
        self.id = id
        self.startedAt = startedAt
    }
}

extension ExchangeRecord {
    /// About what a queued record occupies, in bytes. The short texts are not worth counting.
    package var weight: Int {
        MemoryLayout<ExchangeRecord>.stride + requestBody.count + responseBody.count
            + trace.count * MemoryLayout<TraceEntry>.stride
            + (plan?.count ?? 0) * MemoryLayout<PlayedLine>.stride + path.utf8.count
    }

    /// Whether the attempt may be one of another call: the request says the same as an earlier one,
    /// and neither names its call nor counts its retries.
    package var isAttemptUncertain: Bool {
        attempt > 1 && callSource == .digest && retryCount == nil
    }

    /// When the last thing known of this exchange happened, µs after its start.
    package var ended: Int64? { lastByte ?? clientLeft ?? firstByte }
}

/// A record as it was read back: with the place the database gave it.
package struct StoredExchange: Sendable, Equatable {
    /// Counts up from 1 in order of writing.
    package var sequence: Int64
    /// The start of a server that wrote it, from 1; nil in a journal from before they were told
    /// apart.
    package var run: Int64?
    /// What the row says.
    package var record: ExchangeRecord

    package init(sequence: Int64, run: Int64? = nil, record: ExchangeRecord) {
        self.sequence = sequence
        self.run = run
        self.record = record
    }
}
