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
    package var startedAt: Int64
    /// The same moment on the scenario's clock, in microseconds since the server began.
    package var scenarioTime: Int64?

    // Who asked, and for what.
    package var session = "default"
    package var callKey = ""
    /// Where the call key came from: a header, or the request's digest.
    package var callSource: CallKey.Source?
    package var attempt = 1
    package var ordinal = 1
    /// The client's own count of its retries, from 0.
    package var retryCount: Int?
    package var provider = ""
    package var dialect: DialectName?
    package var endpoint = ""
    package var model = ""
    package var stream = false
    package var method = ""
    package var path = ""
    /// The peer's address.
    package var client = ""
    /// The connection's place among all that the server has accepted, from 1.
    package var connection: Int?
    package var httpProtocol: HTTPProtocol?
    /// A digest of the provider key; the key itself is never kept.
    package var keyDigest: UInt64?
    package var userAgent = ""
    /// The trace of `traceparent`.
    package var traceID: TraceID?
    /// A digest of `Idempotency-Key`, also where ``callKey`` is from another header.
    package var idempotencyKey: UInt64?
    /// A digest of `amz-sdk-invocation-id`, which all attempts of a call of AWS's SDKs share.
    package var invocation: UInt64?

    /// A digest of what the request says to a model, whichever provider's form it is in.
    package var promptDigest: UInt64?
    /// The results of tool calls that the conversation ends with.
    package var toolResults: [ToolResult] = []

    // What was decided, and the truth a client's reaction is held against.
    package var rule: String?
    /// The phase that held; nil: the scenario has none, or they were over.
    package var phase: String?
    /// Each of another part of the answer; a wait that a rule asks for counts as one.
    package var faults: [FaultKind] = []
    package var cause: Cause?
    package var category: ErrorCategory?
    package var retryable: Bool?
    /// The header's value as promised.
    package var retryAfter: String?
    /// What the head of an error answer promises about when to ask again, in every form.
    package var promises: [PromisedWait] = []
    /// What the answer's `x-should-retry` says; nil: it has none.
    package var shouldRetry: Bool?
    /// How the decision came about.
    package var trace: [TraceEntry] = []
    /// The script as it was played; nil: there was none.
    package var plan: [PlayedLine]?

    // What was planned, and what went out.
    package var plannedStatus: Int?
    /// The status that really went out; nil: no status line did.
    package var status: Int?
    /// Whether the planned fault was reached; nil without a fault.
    package var injected: Bool?
    package var plannedFirstByte: Int64?
    package var firstByte: Int64?
    /// When the whole head had gone out; nil: it did not.
    package var headSent: Int64?
    package var plannedLastByte: Int64?
    package var lastByte: Int64?
    package var plannedBytes: Int?
    package var bytesSent = 0
    /// What the peer's kernel has acknowledged; nil when nobody looked.
    package var bytesAcknowledged: Int?
    /// How it ended; nil: it has not, or in a word that is ``foreign``.
    package var ending: ExchangeEnding?
    /// When the client hung up.
    package var clientLeft: Int64?
    package var promptTokens: Int?
    package var completionTokens: Int?
    /// Of the prompt's tokens, those the provider's cache had, and those it has kept since.
    package var cachedTokens: Int?
    package var cacheWriteTokens: Int?
    /// Of the completion's tokens, those of thinking.
    package var thinkingTokens: Int?
    /// Whether the part that went out says why the answer ended; nil: no model answered, or nobody
    /// knows.
    package var hasFinishReason: Bool?
    /// The calls of tools in the answer; of answers that were made here.
    package var toolCalls: [OfferedCall] = []
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
    package var requestBodyBytes = 0
    /// The answer's body, up to the server's cap; ``responseBodyBytes`` is its full size.
    package var responseBody: [UInt8] = []
    package var responseBodyBytes = 0

    package init(id: UInt64, startedAt: Int64) {
        self.id = id
        self.startedAt = startedAt
    }
}

extension ExchangeRecord {
    /// About what a queued record occupies, in bytes. The short texts are not worth counting.
    var weight: Int {
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
    package var record: ExchangeRecord

    package init(sequence: Int64, run: Int64? = nil, record: ExchangeRecord) {
        self.sequence = sequence
        self.run = run
        self.record = record
    }
}
