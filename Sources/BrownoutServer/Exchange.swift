import BrownoutDialects
import BrownoutEngine
import BrownoutJournal
import BrownoutWire
import NIOCore
import NIOHTTP1

/// One exchange while it is on a connection: its script and what has become of it so far.
final class Exchange {
    let planned: PlannedExchange
    var script: WireScript
    let intake: Intake
    let began: NIODeadline
    let wallBegan: Int64
    /// When the next step of the script is due: absolute, so that lateness does not add up.
    var due: NIODeadline
    /// The connection closes after the answer.
    let closes: Bool

    var bytesSent = 0
    var bytesAcknowledged: Int?
    var firstByte: NIODeadline?
    var lastByte: NIODeadline?
    var ending: String?
    var clientLeft: NIODeadline?
    var note: String?
    private var plannedFirstByte: Duration?
    private var captured: [UInt8] = []
    private let captureLimit: Int

    init(
        _ planned: PlannedExchange, intake: Intake, began: NIODeadline, wallBegan: Int64,
        closes: Bool, captureLimit: Int
    ) {
        self.planned = planned
        self.script = planned.script
        self.intake = intake
        self.began = began
        self.wallBegan = wallBegan
        self.due = began
        self.closes = closes
        self.captureLimit = captureLimit
    }

    /// Takes the script's next step; the bytes it appends are counted and, of the body, kept.
    func next(into bytes: inout [UInt8]) -> WireCue? {
        let before = bytes.count
        let hadHead = script.hasHead
        let cue = script.next(into: &bytes)
        if cue == .sent {
            if hadHead {
                keep(bytes[before...])
            } else {
                plannedFirstByte = script.elapsed
            }
        }
        return cue
    }

    private func keep(_ bytes: ArraySlice<UInt8>) {
        let room = captureLimit - captured.count
        if room > 0 { captured.append(contentsOf: bytes.prefix(room)) }
    }

    /// Whether the client got a whole, successful answer when the script has ended.
    var succeeded: Bool { script.isWhole && (200..<300).contains(script.status) }

    /// The journal's row. `client` is the peer's address.
    func record(client: String) -> ExchangeRecord {
        let facts = planned.request.facts
        let decision = planned.decision
        var record = ExchangeRecord(id: decision.id.word, startedAt: wallBegan)
        record.session = facts.session
        record.callKey = facts.call.text
        record.callSource = facts.call.source.rawValue
        record.attempt = decision.arrival.attempt
        record.ordinal = decision.arrival.ordinal
        record.retryCount = facts.retryCount
        record.provider = facts.provider
        record.dialect = facts.dialect.rawValue
        record.endpoint = facts.endpoint.rawValue
        record.model = facts.model
        record.stream = facts.stream
        record.method = intake.head.method.rawValue
        record.path = intake.head.uri
        record.client = client
        record.keyDigest = facts.credential.isEmpty ? nil : SipHash.word(facts.credential)
        record.userAgent = facts.header("user-agent") ?? ""
        fillDecision(&record, decision)
        fillOutcome(&record)
        record.promptTokens = planned.promptTokens
        record.completionTokens = planned.completionTokens
        record.requestBody = intake.bodyPrefix(captureLimit)
        record.requestBodyBytes = intake.bodyBytes
        record.responseBody = captured
        record.responseBodyBytes = script.bodyBytes
        return record
    }

    private func fillDecision(_ record: inout ExchangeRecord, _ decision: Decision) {
        record.rule = decision.rule
        record.plannedStatus = planned.script.status
        if !decision.trace.isEmpty { record.trace = DecisionText.trace(decision) }
        guard let fault = decision.fault else { return }
        record.plan = DecisionText.fault(fault)
        record.fault = fault.kind.rawValue
        record.cause = fault.cause?.rawValue
        record.category = fault.category?.rawValue
        record.retryable = fault.cause?.isRetryable
        record.injected = script.isInjected
        record.retryAfter = planned.retryAfter
    }

    private func fillOutcome(_ record: inout ExchangeRecord) {
        record.status = firstByte == nil || !script.hasHead ? nil : script.status
        record.plannedFirstByte = plannedFirstByte.map { Int64($0.inMicroseconds) }
        record.plannedLastByte = Int64(script.elapsed.inMicroseconds)
        record.firstByte = firstByte.map(microseconds)
        record.lastByte = lastByte.map(microseconds)
        record.clientLeft = clientLeft.map(microseconds)
        record.bytesSent = bytesSent
        record.bytesAcknowledged = bytesAcknowledged
        record.ending = ending ?? "stopped"
        record.note = note
    }

    private func microseconds(_ instant: NIODeadline) -> Int64 {
        (instant - began).nanoseconds / 1000
    }
}
