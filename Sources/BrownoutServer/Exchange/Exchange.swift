import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutWire
import NIOCore
import NIOHTTP1

/// One exchange while it is on a connection: its script and what has become of it so far. Of the
/// request it keeps only what the journal will hold, because ten thousand may hang at a time.
final class Exchange {
    /// Nil once nothing more is played.
    private var playing: Playing?
    /// What a script came to that was given up; nil: it was not.
    private var given: PlayedPart?
    let decision: Decision
    /// When the next step of the script is due: absolute, so that lateness does not add up.
    var due: ScenarioInstant
    /// The connection closes after the answer.
    let closes: Bool
    /// Over TLS, the connection ends behind the answer without close_notify.
    let skipsCloseNotify: Bool

    var bytesSent = 0
    var bytesAcknowledged: Int?
    var firstByte: ScenarioInstant?
    /// When the last byte of the head went out.
    var headSent: ScenarioInstant?
    /// When the first token of the reply went out; nil: none did, or nobody counts them.
    var firstToken: ScenarioInstant?
    var lastByte: ScenarioInstant?
    var clientLeft: ScenarioInstant?
    var note: String?
    /// Bytes that count as held for the client: what the answer takes, and what was written and
    /// does not leave.
    var held = 0
    var unread = 0
    /// Where the answer comes from, while it comes.
    var supply: (any AnswerSupplier)?
    private var isReleased = false
    /// What the exchange counts as in metrics; a wait that a rule asks for is one too.
    let faultKind: FaultKind?
    /// Whether the client has met what the fault does. Known once the exchange is over.
    private(set) var isInjected = false
    let began: ScenarioInstant
    private var plannedFirstByte: Duration?
    /// Bytes of the script so far, framing counted, and whether that is all of it.
    private var bytesPlanned = 0
    private var isPlannedWhole = false
    /// Whether the answer is no stream and nobody else's.
    private var isPlain: Bool
    private var captured: [UInt8] = []
    private var played = PlayedScript()
    private let captureLimit: Int
    /// The journal's row, at first as far as it is known when the answer begins; nil when
    /// nobody wants it, and once it is given away.
    private var row: ExchangeRecord?
    private let isRecorded: Bool
    /// What finds out what an answer that is passed on costs and calls; nil once that is known.
    private var reading: PassedReading?
    /// Whose words the answer is in, where a model answers.
    private let spoken: DialectName?
    private let mark: LoopMetrics.Mark

    /// `opening` is the journal's row to be filled in; `captureLimit` the bytes of the answer's
    /// body that it is to hold.
    init(
        _ planned: consuming PlannedExchange, began: ScenarioInstant, closes: Bool,
        opening: consuming ExchangeRecord?,
        captureLimit: Int, mark: LoopMetrics.Mark
    ) {
        playing = Playing(planned.answer.script)
        isPlain = planned.answer.script.isPlain
        self.decision = planned.decision
        self.began = began
        self.due = began
        self.closes = closes
        if !planned.answer.notes.isEmpty {
            note = planned.answer.notes.joined(separator: "; ")
        }
        skipsCloseNotify =
            decision.fault?.parts.contains { $0.kind == .tls(.noCloseNotify) } ?? false
        faultKind = decision.fault?.kind ?? (decision.isDelayed ? .latency : nil)
        isRecorded = opening != nil
        let facts = planned.request.facts
        spoken = facts.endpoint.operation.writesTokens ? facts.dialect : nil
        row = consume opening
        self.captureLimit = captureLimit
        self.mark = mark
    }

    /// What is being played; without an answer once that was given up.
    var script: WireScript {
        _read {
            if let playing { yield playing.script } else { yield.pending(version: .http1) }
        }
        _modify {
            let place = playing ?? Playing(.pending(version: .http1))
            playing = place
            yield &place.script
        }
    }

    /// The answer is known now.
    func fill(_ supplied: SuppliedAnswer) {
        playing = Playing(supplied.script)
        isPlain = supplied.script.isPlain
        row?.plannedStatus = supplied.script.status
        row?.retryAfter = supplied.retryAfter
        row?.take(supplied)
        reading = supplied.reading
        for text in supplied.notes { add(note: text) }
    }

    /// The body of an answer that is passed on, as far as it came.
    func heard(_ body: @autoclosure () -> [UInt8]) {
        guard let reading, row != nil else { return }
        row?.take(reading.account(of: body()))
        self.reading = nil
    }

    /// Where the answer comes from, for the journal.
    func note(source: AnswerSource, recording: String? = nil) {
        row?.source = source
        row?.recording = recording
    }

    /// Takes steps of the script up to one that is not bytes, or until `bytes` holds so many.
    func next(into bytes: inout [UInt8], gathering limit: Int) -> WireCue? {
        guard let playing else { return nil }
        while true {
            let before = bytes.count
            let hadHead = playing.script.hasHead
            let bodyBefore = playing.script.bodyBytes
            guard let cue = playing.script.next(into: &bytes) else { return nil }
            if isRecorded { played.add(cue, bytes: bytes.count - before) }
            bytesPlanned += bytes.count - before
            guard case .sent = cue else {
                isPlannedWhole = cue.endsScript
                return cue
            }
            if !hadHead {
                if plannedFirstByte == nil { plannedFirstByte = playing.script.elapsed }
            } else if !isPlain {
                keep(
                    bytes[before...], body: playing.script.bodyBytes - bodyBefore,
                    behind: playing.script.bytesBehindPayload)
            }
            if bytes.count >= limit { return .sent }
        }
    }

    /// Keeps the part of a stream that a step brought, without the framing around it.
    private func keep(_ bytes: ArraySlice<UInt8>, body count: Int, behind: Int) {
        let room = captureLimit - captured.count
        guard isRecorded, count > 0, room > 0 else { return }
        let payload = bytes.dropLast(behind).suffix(count)
        captured.append(contentsOf: payload.prefix(room))
    }

    /// What the journal keeps of a plain body: the array itself, where that is all of it.
    private func part(_ body: [UInt8], sent count: Int) -> [UInt8] {
        let end = min(count, captureLimit)
        return end < body.count ? Array(body[..<end]) : body
    }

    /// The script is over, and yet the exchange may last for hours: silence. What the script came
    /// to is noted, and the answer that nobody gets any more of is given up.
    func playNoMore() {
        guard supply == nil, let playing else { return }
        noteBody(playing.script)
        given = PlayedPart(playing.script)
        self.playing = nil
    }

    /// Notes in the row what went out of the body of a script that is over.
    private func noteBody(_ script: WireScript) {
        guard row != nil else { return }
        let isMadeHere = row?.source == nil
        row?.hasFinishReason = hasFinishReason(script, isMadeHere: isMadeHere)
        row?.responseBody = script.plainBody.map { part($0, sent: script.bodyBytes) } ?? captured
    }

    /// What the script has come to so far.
    private var part: PlayedPart { given ?? PlayedPart(script) }

    /// What becomes of the connection behind the answer; nil: it stays.
    var afterwards: Afterwards? {
        for fault in decision.fault?.parts ?? [] {
            guard case .connection(let word, let time) = fault else { continue }
            switch word {
            case .finAfterAnswer: return .finAfterAnswer
            case .finWhileIdle: return .finWhileIdle(time)
            case .resetNextRequest: return .resetNextRequest
            case .acceptFIN, .acceptReset: continue
            }
        }
        return nil
    }

    enum Afterwards {
        case finAfterAnswer
        case finWhileIdle(Duration)
        case resetNextRequest
    }

    /// Whether the answer is silence that ends with the connection.
    var isHanging: Bool {
        decision.fault?.parts.contains { if case .hang = $0 { true } else { false } } ?? false
    }

    /// The exchange is over: what its fault did is known, but for what comes behind the answer,
    /// which counts with the answer's end.
    func settle(ending: ExchangeEnding) {
        if given == nil { script.settle() }
        let part = self.part
        isInjected = part.isInjected
        if decision.fault == nil {
            isInjected = part.elapsed > .zero
        } else if ending == .complete || ending == .clean {
            if afterwards != nil, !closes { isInjected = true }
            if skipsCloseNotify { isInjected = true }
        }
        guard isInjected, let category = decision.fault?.category,
            [.networkError, .timeout].contains(category), !part.isWhole, part.bodyBytes > 0
        else { return }
        add(note: "a part of the answer had gone out: \(part.bodyBytes) bytes of its body")
    }

    /// Whether the client got a whole, successful answer when the script has ended.
    var succeeded: Bool { script.succeeded }

    /// Whether the engine has to be told that the answer is over: true once.
    func releases() -> Bool {
        guard !isReleased else { return false }
        isReleased = true
        return true
    }

    /// The journal's row of an exchange that is over, which this gives away; nil when
    /// nobody wants it. A row has so many texts that a copy costs as much as parsing the request.
    func takeRow(ending: ExchangeEnding) -> ExchangeRecord? {
        let part = self.part
        // What nobody else has kept may be all here.
        if !captured.isEmpty, captured.count == part.bodyBytes { heard(captured) }
        if let playing { noteBody(playing.script) }
        guard var record = row.take() else { return nil }
        record.status = sentStatus(part)
        if faultKind != nil { record.injected = isInjected }
        record.plan = played.lines(fault: decision.fault)
        record.plannedFirstByte = plannedFirstByte.map { Int64($0.inMicroseconds) }
        record.plannedLastByte = Int64(part.elapsed.inMicroseconds)
        record.firstByte = firstByte.map(microseconds)
        record.headSent = headSent.map(microseconds)
        record.firstToken = firstToken.map(microseconds)
        record.lastByte = lastByte.map(microseconds)
        record.clientLeft = clientLeft.map(microseconds)
        record.plannedBytes = isPlannedWhole ? bytesPlanned : nil
        record.bytesSent = bytesSent
        record.bytesAcknowledged = bytesAcknowledged
        record.ending = ending
        record.note = note
        record.responseBodyBytes = part.bodyBytes
        return record
    }

    /// The row as far as the exchange has got; nil: nobody wants it, or it is given away.
    var rowInProgress: ExchangeRecord? {
        guard var record = row else { return nil }
        let part = self.part
        record.status = sentStatus(part)
        record.firstByte = firstByte.map(microseconds)
        record.headSent = headSent.map(microseconds)
        record.firstToken = firstToken.map(microseconds)
        record.bytesSent = bytesSent
        record.responseBodyBytes = part.bodyBytes
        record.requestBody = []
        return record
    }

    /// Whether what went out says why the answer ended; nil: no model answered, or nobody knows.
    /// What is made here and goes out whole does, unless a fault is against it.
    private func hasFinishReason(_ script: WireScript, isMadeHere: Bool) -> Bool? {
        guard let spoken, firstByte != nil, script.hasHead, (200..<300).contains(script.status)
        else { return nil }
        if isMadeHere, decision.fault == nil, script.isComplete { return true }
        return script.lastWords?.contains { Dialects.isFinished($0, of: spoken) }
    }

    /// Counts the exchange, which is over. To be called before its row is taken.
    func count(in metrics: inout LoopMetrics, ending: ExchangeEnding) {
        let part = self.part
        metrics.end(
            mark, status: sentStatus(part), cause: decision.fault?.cause, fault: faultKind,
            isInjected: isInjected, ending: ending, bytes: bytesSent, phase: decision.phase)
        if let firstByte, let plannedFirstByte {
            metrics.time(
                mark, firstByte: (firstByte - began).inNanoseconds,
                planned: plannedFirstByte.inNanoseconds)
        }
        if isPlannedWhole, let lastByte {
            metrics.time(
                mark, lastByte: (lastByte - began).inNanoseconds,
                planned: part.elapsed.inNanoseconds)
        }
    }

    /// Nil: no status line went out.
    private func sentStatus(_ part: PlayedPart) -> Int? {
        firstByte == nil || !part.hasHead ? nil : part.status
    }

    /// Says one more thing in the journal's note.
    func add(note text: String) {
        note = note.map { "\($0); \(text)" } ?? text
    }

    private func microseconds(_ instant: ScenarioInstant) -> Int64 {
        (instant.nanoseconds - began.nanoseconds) / 1000
    }
}

extension PlannedExchange {
    /// The client for whom a trusted proxy asks; nil where the peer is the client.
    func client(behind peer: NetworkAddress?) -> String? {
        let client = request.facts.client
        return client == peer ? nil : client?.text
    }

    /// The row as ``record`` has it, with what only the connection knows. At most `limit` bytes of
    /// the request's body are kept.
    func opening(
        _ intake: ReceivedRequest, client: String, connection: Int, limit: Int
    ) -> ExchangeRecord {
        var record = record
        record.connection = connection
        record.httpProtocol = intake.head.httpProtocol
        record.method = intake.head.method
        record.path = intake.head.target
        record.client = client
        record.requestBody = intake.bodyPrefix(limit)
        record.requestBodyBytes = intake.bodyBytes
        return record
    }
}
