import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutSynthesis
import BrownoutWire

/// The answer that a recording gives to a request: as it was recorded, byte for byte, where
/// nothing asks for something else.
struct ReplayedAnswer {
    /// Bytes of a body without its codings; a longer one is given as it was sent.
    static let longestBody = LoadedRecording.longestBody

    private let recording: Recording
    /// What the answer costs and calls; of what is made of the recording, what that says.
    private(set) var account: AnswerAccount
    let replay: ReplaySource
    let request: ParsedRequest
    let decision: Decision
    let moment: AnswerMoment
    private(set) var notes: [String] = []
    /// Where in the answer those of the faults are met that decide what it says. What finds nothing
    /// that it is about is not there.
    private(set) var places: [FaultPlace] = []

    /// The body and its pieces, with ids and times as they are to be.
    private var body: [UInt8]
    private var chunks: [RecordedChunk]
    private var head: RecordedHead
    private var isCoded: Bool
    /// How the recording ends.
    private var ending: RecordedEnding
    /// How an answer that is framed anew breaks off, as its recording did; nil: it is whole.
    private(set) var brokenEnding: RecordedEnding?

    init(
        _ loaded: LoadedRecording, _ replay: ReplaySource, _ planned: PlannedExchange
    ) {
        recording = loaded.recording
        account = loaded.account
        self.replay = replay
        request = planned.request
        moment = planned.moment
        decision = planned.decision.paced(by: replay.pace.ownPace ?? Pace())
        body = recording.response.body
        chunks = recording.response.chunks
        head =
            recording.response.head
            ?? RecordedHead(status: 200, reason: "", headers: [], at: 0)
        isCoded = head.header("content-encoding") != nil
        ending = recording.response.ending
        if head.hasNoBody {
            body = []
            chunks = []
        }
        if recording.response.wasLeft, isHeardOut { ending = .complete }
    }

    /// Whether all was there that the protocol has, though the recorder did not hear its end.
    private var isHeardOut: Bool {
        let coding = isCoded ? CodedBody(head.headers) : nil
        return RecordedAnswer.hasEnded(
            coding?.decoded(body, atMost: ReplayedAnswer.longestBody) ?? body,
            streamForm, of: dialect)
    }

    private var dialect: DialectName { request.facts.dialect }

    /// What the recorded stream has; nil: it is none.
    private var streamForm: StreamForm? { recording.form }

    private var isStream: Bool { streamForm != nil }

    private var parts: [Fault] { decision.fault?.parts ?? [] }

    /// Whether the request asks for a stream, or a fault has it answered plainly all the same.
    private var wantsStream: Bool {
        request.facts.stream && !parts.contains(.content(.plainJSON))
    }

    /// The answer, ready to be framed.
    mutating func answer(_ context: AnswerContext) -> Answer {
        let isConverted = head.status < 400 && isStream != wantsStream
        if isConverted || needsForm || replay.freshIDs || replay.createdNow { decode() }
        renew()
        let answer = given(isConverted, context)
        if request.facts.stream, !wantsStream, !answer.isStream, head.status < 400 {
            places.append(FaultPlace(.content(.plainJSON), at: .headers))
        }
        return answer
    }

    private mutating func given(_ isConverted: Bool, _ context: AnswerContext) -> Answer {
        if isConverted, let converted = converted() { return edited(converted) }
        if ending != .complete, recording.response.head != nil { brokenEnding = ending }
        if let said = said(context) { return short(said) }
        if needsForm { return edited(formed()) }
        brokenEnding = nil
        return passed()
    }

    /// A stream without its last event, where it breaks off.
    private func short(_ answer: Answer) -> Answer {
        guard brokenEnding != nil, case .events(var stream) = answer.body else { return answer }
        stream.count = max(stream.count - 1, 0)
        var answer = answer
        answer.body = .events(stream)
        return answer
    }

    /// When an exchange was over that brought no answer.
    var lateness: Duration { decision.beforeHeaders + paced(recording.response.endedAt) }

    /// How long the answer takes: rules' waits on top of the recording's.
    func waits(for answer: Answer) -> Waits {
        var waits = Waits(decision)
        waits.beforeHeaders += paced(head.at)
        if case .whole = answer.body, let last = chunks.last {
            waits.beforeHeaders += paced(last.at - head.at)
        }
        return waits
    }

    // MARK: As it was

    private func passed() -> Answer {
        let framing = framing
        var passed = PassedBody(
            framing: framing, events: streamForm?.framing, bytes: body, pieces: pieces,
            ending: ending,
            after: paced(recording.response.endedAt - (chunks.last?.at ?? head.at)))
        passed.closes = head.closes
        if decision.fault != nil, !isCoded { passed.form = form }
        return Answer(head: responseHead(framing), body: .passed(passed))
    }

    private var framing: PassedBody.Framing { PassedBody.Framing(head) }

    private var pieces: [(end: Int, wait: Duration)] {
        var last = head.at
        return chunks.map { chunk in
            defer { last = chunk.at }
            return (chunk.end, paced(chunk.at - last))
        }
    }

    /// The status line and the fields. Of those that frame the body there is one at most, and it is
    /// true; nil: none, as the body is to be framed anew.
    private func responseHead(_ framing: PassedBody.Framing?) -> ResponseHead {
        var fields = HeaderBlock()
        var isFramed = false
        let idField = Dialects.profile(dialect).requestIDField
        let freshID = replay.freshIDs ? Dialects.requestID(decision.id, dialect: dialect) : nil
        for field in head.headers {
            let name = field.name.lowercased()
            if name == "content-length" || name == "transfer-encoding" {
                guard !isFramed, let framing,
                    let value = value(of: name, field.value, framing)
                else { continue }
                isFramed = true
                fields.append(field.name, value)
                continue
            }
            let fresh = name == idField ? freshID : nil
            fields.append(oneLine(field.name), fresh ?? oneLine(field.value))
        }
        return ResponseHead(status: head.status, reason: oneLine(head.reason), fields: fields)
    }

    /// What a field that frames the body says; nil: it has to go.
    private func value(
        of name: String, _ given: String, _ framing: PassedBody.Framing
    ) -> String? {
        switch (framing, name) {
        case (.chunked, "transfer-encoding"):
            PassedBody.Framing.codings(given).last == "chunked" ? oneLine(given) : "chunked"
        case (.length, "content-length"): length(given).map(String.init)
        default: nil
        }
    }

    /// The length that a head is to tell: that of the body, which may have been edited since. What
    /// broke off has promised more than came; that promise stays.
    private func length(_ given: String) -> Int? {
        let promised = head.headers.lazy
            .filter { $0.isNamed("content-length") }
            .compactMap { Int($0.value) }.first { $0 >= 0 }
        if head.hasNoBody { return head.status == 304 || promised == 0 ? promised : nil }
        if recording.request.method == "HEAD" || !moment.hasBody { return promised ?? body.count }
        if ending == .complete { return body.count }
        return max(promised ?? 0, body.count + 1)
    }

    /// A file can say anything; a head must not.
    private func oneLine(_ text: String) -> String {
        text.utf8.contains(where: { $0 == 10 || $0 == 13 })
            ? String(text.map { $0.isNewline ? " " : $0 }) : text
    }

    // MARK: As its events

    /// Whether the body has to be looked into, or framed in another way.
    private var needsForm: Bool {
        decision.waitsForTokens || parts.contains { $0.needsForm(framing, isCoded: isCoded) }
    }

    private var form: PassedBody.Form {
        if let streamForm { return .events(stream(streamForm)) }
        return .whole(RecordedAnswer.whole(body, of: dialect))
    }

    /// The events, each as late as the chunk that brought its last byte.
    private func stream(_ form: StreamForm) -> EventStream {
        var stream = RecordedAnswer.stream(body, form, of: dialect)
        let ends = RecordedAnswer.events(body, form.framing)
        var pauses: [Duration] = []
        var chunk = 0
        var last = head.at
        for end in ends {
            while chunk + 1 < chunks.count, chunks[chunk].end < end { chunk += 1 }
            let at = chunk < chunks.count ? chunks[chunk].at : last
            pauses.append(paced(at - last))
            last = at
        }
        let waits = pauses
        stream.pause = { $0 < waits.count ? waits[$0] : .zero }
        return stream
    }

    private func formed() -> Answer {
        switch form {
        case .events(let stream):
            Answer(head: responseHead(nil), body: .events(stream))
        case .whole(let whole):
            Answer(head: responseHead(nil), body: .whole(whole))
        }
    }

    private mutating func edited(_ answer: Answer) -> Answer {
        PlannedAnswer.edited(answer, parts, dialect, &places)
    }

    // MARK: As the other kind

    /// The answer as the kind that was asked for; nil where it cannot be made.
    private mutating func converted() -> Answer? {
        let endpoint = request.facts.endpoint
        let own = Dialects.streamForm(dialect, of: endpoint)
        let made =
            wantsStream
            ? RecordedAnswer.stream(
                ofPlain: body, endpoint: endpoint, of: dialect,
                includesUsage: Dialects.profile(dialect).requests.wantsUsage(request.facts.body))
            : RecordedAnswer.plain(
                ofStream: body, streamForm ?? own, endpoint: endpoint,
                of: dialect,
                promptTokens: request.facts.inputTokens)
        guard let made else {
            notes.append(
                "recorded as a \(isStream ? "stream" : "plain answer") and "
                    + "given so: it cannot be made into the other kind")
            return nil
        }
        notes.append(
            wantsStream
                ? "recorded as a plain answer, given as a stream"
                : "recorded as a stream, given as a plain answer")
        notes += made.notes
        body = made.body
        // A plain answer says what it cost, also where its stream did not; an error calls nothing.
        if !wantsStream {
            account =
                made.status < 400
                ? RecordedAnswer.account(body, nil, endpoint: endpoint, of: dialect)
                : AnswerAccount()
        }
        chunks = body.isEmpty ? [] : [RecordedChunk(end: body.count, at: chunks.last?.at ?? 0)]
        head.status = made.status
        head.headers.removeAll { $0.isNamed("content-type") }
        let isMade = wantsStream && made.status < 400
        head.headers.append(
            HeaderField("content-type", isMade ? own.framing.contentType : "application/json"))
        if made.status < 400, let broken = broken(made) {
            brokenEnding = broken
            notes.append("what was recorded is not whole, and neither is what is made of it")
        }
        return short(
            Answer(
                head: responseHead(nil),
                body: isMade
                    ? .events(RecordedAnswer.stream(body, own, of: dialect))
                    : .whole(RecordedAnswer.whole(body, of: dialect))))
    }

    /// How an answer of the other kind breaks off; nil: what was recorded is whole. A stream whose
    /// chunks ended properly in the middle of what it said is not.
    private func broken(_ made: ConvertedAnswer) -> RecordedEnding? {
        if ending != .complete { return ending }
        return made.isFinished ? nil : .closedEarly
    }

    // MARK: As it is said

    /// The answer with a fault in what it says, in the dialect's words; nil where there is none.
    private mutating func said(_ context: AnswerContext) -> Answer? {
        let isSaid = parts.contains {
            $0.traits.contains(.inReply)
        }
        guard isSaid, head.status < 400 else { return nil }
        let plain: [UInt8]? =
            if let streamForm {
                RecordedAnswer.plain(
                    ofStream: body, streamForm, endpoint: request.facts.endpoint,
                    of: dialect,
                    promptTokens: request.facts.inputTokens)?.body
            } else { body }
        guard let plain, let reply = Reply(recorded: plain, dialect) else {
            return nil
        }
        var planned = PlannedAnswer(request, decision, recorded: reply)
        guard planned.isChanged else { return nil }
        let answer = planned.answer(context)
        places += planned.places
        account = planned.account
        notes.append("what was recorded is said again, as a fault changes it")
        return answer
    }

    // MARK: Changes

    /// Undoes the content codings; what cannot be decoded stays as it is.
    private mutating func decode() {
        guard isCoded else { return }
        guard let plain = CodedBody(head.headers)?.decoded(body, atMost: ReplayedAnswer.longestBody)
        else {
            notes.append("the recorded body cannot be decoded")
            return
        }
        isCoded = false
        body = plain
        chunks = plain.isEmpty ? [] : [RecordedChunk(end: plain.count, at: chunks.last?.at ?? 0)]
        head.headers.removeAll {
            ["content-encoding", "content-length"].contains($0.name.lowercased())
        }
        if framing == .close { head.headers.append(HeaderField("content-length", "\(body.count)")) }
    }

    /// Other ids and times, where they are asked for.
    private mutating func renew() {
        guard replay.freshIDs || replay.createdNow, !isCoded else { return }
        var changes: [RecordedAnswer.Change] = []
        if replay.freshIDs {
            changes += RecordedAnswer.changes(
                freshIDs: WordStream(state: decision.id.word), in: body,
                streamForm?.framing, of: dialect)
            renewCalls(changes)
        }
        if replay.createdNow {
            changes += RecordedAnswer.changes(
                created: moment.wall / 1_000_000, in: body, streamForm?.framing, of: dialect)
        }
        changes = RecordedAnswer.inOrder(changes)
        let ends = RecordedAnswer.moved(chunks.map(\.end), by: changes)
        let length = body.count
        body = RecordedAnswer.changed(body, changes)
        for index in chunks.indices { chunks[index].end = ends[index] }
        guard body.count != length else { return }
        for index in head.headers.indices
        where head.headers[index].isNamed("content-length") {
            let promised = Int(head.headers[index].value) ?? length
            head.headers[index].value = String(promised + body.count - length)
        }
    }

    /// Calls of tools go by the ids that the body is about to have.
    private mutating func renewCalls(_ changes: [RecordedAnswer.Change]) {
        for index in (account.toolCalls ?? []).indices {
            guard let old = account.toolCalls?[index].id.utf8 else { continue }
            let change = changes.first {
                $0.range.count == old.count && body[$0.range].elementsEqual(old)
            }
            guard let change else { continue }
            account.toolCalls?[index].id = String(decoding: change.bytes, as: UTF8.self)
        }
    }

    /// A time of the recording as it is replayed.
    private func paced(_ microseconds: Int64) -> Duration {
        switch replay.pace {
        case .recorded: .microseconds(max(microseconds, 0))
        case .none, .retimed: .zero
        case .scaled(let factor):
            .microseconds(Int64((Double(max(microseconds, 0)) / factor).rounded()))
        }
    }
}

extension Fault {
    /// Whether it takes knowing what a recorded body says, or framing it in another way.
    fileprivate func needsForm(_ framing: PassedBody.Framing, isCoded: Bool) -> Bool {
        if traits.contains(.readsAnswer) { return true }
        guard let position else { return false }
        if kind == .errorEvent { return framing != .chunked || isCoded || position.isMoment }
        return endsCleanly && framing != .chunked || isCoded && position.isInEvents
    }

    /// Whether what is left of the body looks whole to whoever only reads its frame.
    private var endsCleanly: Bool {
        if case .cut(.clean, _) = self { true } else { kind == .http2(.earlyEndStream) }
    }
}

extension Position {
    /// Whether it takes reading the body to find it.
    fileprivate var isInEvents: Bool {
        switch self {
        case .start, .headers, .byte, .elapsed: false
        case .event, .token, .percent, .terminal, .inToolArguments, .inUTF8: true
        }
    }
}

extension Position {
    /// Whether it can fall amid a piece of the body as it was recorded.
    fileprivate var isMoment: Bool { if case .elapsed = self { true } else { false } }
}

extension ReplayPace {
    /// The pace that stands in for the recording's.
    fileprivate var ownPace: Pace? { if case .retimed(let pace) = self { pace } else { nil } }
}

extension RecordedHead {
    /// Whether the connection ends with the answer (RFC 9112, 9.6).
    var closes: Bool { header("connection")?.lowercased() == "close" }

    /// Whether nothing can follow it (RFC 9110, 6.4.1).
    var hasNoBody: Bool { status == 204 || status == 304 || (100..<200).contains(status) }
}

extension RecordedResponse {
    /// Whether it was not the upstream that ended it.
    fileprivate var wasLeft: Bool { ending == .clientLeft || ending == .stopped }
}

extension PassedBody.Framing {
    /// What a head says of its body (RFC 9112, 6.3).
    init(_ head: RecordedHead) {
        let codings = head.headers.filter { $0.isNamed("transfer-encoding") }
            .flatMap { Self.codings($0.value) }
        if head.hasNoBody {
            self = .length
        } else if codings.last == "chunked" {
            self = .chunked
        } else if head.header("content-length") != nil {
            self = .length
        } else {
            self = .close
        }
    }

    /// The transfer codings that a field names, in lower case.
    fileprivate static func codings(_ value: String) -> [String] {
        value.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
    }
}
