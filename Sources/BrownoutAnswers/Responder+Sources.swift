import BrownoutDialects
package import BrownoutEngine
package import BrownoutRecords
import BrownoutWire

// Answers that come from elsewhere.
extension Responder {
    /// The answer that a recording gives, with the faults that were decided.
    package func replay(
        _ recording: LoadedRecording, as replay: ReplaySource, _ planned: PlannedExchange
    ) -> SuppliedAnswer {
        let context = context(
            planned.decision, at: planned.moment,
            outputTokens: tokens(of: recording.recording, planned),
            isStream: planned.request.facts.stream)
        let supplied = self.replay(recording, replay, planned, context)
        if planned.decision.fault == nil || supplied.script.meetsFault { return supplied }
        // A fault that finds nothing does not frame in another way what was recorded.
        var healthy = planned
        healthy.decision = planned.decision.with(fault: nil)
        return self.replay(recording, replay, healthy, context)
    }

    private func replay(
        _ loaded: LoadedRecording, _ replay: ReplaySource, _ planned: PlannedExchange,
        _ context: AnswerContext
    ) -> SuppliedAnswer {
        let recording = loaded.recording
        var replayed = ReplayedAnswer(loaded, replay, planned)
        let decision = replayed.decision
        let answer = replayed.answer(context)
        let isSilent = recording.response.head == nil
        var supplied = finished(
            RenderedAnswer(
                answer: answer, author: isSilent ? .nobody : .recording,
                waits: isSilent
                    ? Waits(beforeHeaders: replayed.lateness) : replayed.waits(for: answer),
                places: replayed.places, account: replayed.account,
                ending: isSilent ? recording.response.ending : replayed.brokenEnding),
            planned.request, decision, at: planned.moment, context)
        supplied.notes = replayed.notes
        return supplied
    }

    /// The answer of an upstream that has begun; its body is still to come, and with it what the
    /// answer costs and calls.
    package func pass(_ head: RecordedHead, _ planned: PlannedExchange) -> SuppliedAnswer {
        let decision = planned.decision.paced()
        let context = context(
            decision, at: planned.moment, outputTokens: 0, isStream: planned.request.facts.stream)
        let facts = planned.request.facts
        let events = Dialects.streamForm(facts.dialect, of: facts.endpoint).framing(
            ofType: head.header("content-type"), isArray: facts.stream)
        var body = PassedBody(framing: PassedBody.Framing(head), events: events)
        body.closes = head.closes
        body.tokens = { RecordedAnswer.tokens(ofEvent: $0, events ?? .sse, of: facts.dialect) }
        var fields = HeaderBlock()
        for field in head.headers { fields.append(field.name, field.value) }
        let answer = Answer(
            head: ResponseHead(status: head.status, reason: head.reason, fields: fields),
            body: .passed(body))
        var supplied = finished(
            RenderedAnswer(
                answer: answer, author: .upstream,
                waits: Waits(beforeHeaders: decision.beforeHeaders + decision.load)),
            planned.request, decision, at: planned.moment, context)
        supplied.reading = PassedReading(
            head: head, endpoint: facts.endpoint, dialect: facts.dialect)
        return supplied
    }

    /// Tokens that a limit is to know of; counted only where there is one.
    private func tokens(of recording: Recording, _ planned: PlannedExchange) -> Int {
        guard planned.decision.limits != nil else { return 0 }
        let dialect = planned.request.facts.dialect
        let response = recording.response
        let coding = response.head.flatMap { CodedBody($0.headers) }
        let body =
            coding?.decoded(response.body, atMost: ReplayedAnswer.longestBody) ?? response.body
        if let form = recording.form {
            let stream = RecordedAnswer.stream(body, form, of: dialect)
            return (0..<stream.count).reduce(0) { $0 + stream.tokens($1) }
        }
        return RecordedAnswer.whole(body, of: dialect).tokens
    }
}

extension PlannedExchange {
    /// Whether the answer has to be there whole before any of it can go out: a fault or a wait is
    /// about what only its end tells.
    package var needsWholeAnswer: Bool {
        let decision = decision.paced()
        return decision.waitsForTokens
            || (decision.fault?.parts ?? []).contains {
                $0.needsWholeAnswer(isStream: request.facts.stream)
            }
    }
}

extension Fault {
    fileprivate func needsWholeAnswer(isStream: Bool) -> Bool {
        if traits.contains(.readsAnswer) || kind == .errorEvent { return true }
        if case .cut(.clean, _) = self { return true }
        return position?.needsWholeAnswer(isStream: isStream) ?? false
    }
}

extension Position {
    /// A plain answer has no events that tell where its tokens are.
    fileprivate func needsWholeAnswer(isStream: Bool) -> Bool {
        switch self {
        case .start, .headers, .byte, .elapsed: false
        case .event, .token: !isStream
        case .percent, .terminal, .inToolArguments, .inUTF8: true
        }
    }
}
