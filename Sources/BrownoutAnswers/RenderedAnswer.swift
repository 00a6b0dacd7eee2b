import BrownoutDialects
import BrownoutEngine
import BrownoutWire

/// An answer in its words, which only has to be framed, whoever the words are from.
struct RenderedAnswer {
    /// Who wrote the head.
    enum Author {
        /// A dialect, as the provider would.
        case dialect
        /// A scenario: nothing is added to its words.
        case scenario
        /// A provider whose answer was recorded.
        case recording
        /// An upstream that is still sending.
        case upstream
        /// Nobody: the provider that was recorded never answered.
        case nobody
    }

    var answer: Answer
    var author: Author
    var waits = Waits()
    /// Where in the answer those of the faults are met that decide what it says.
    var places: [FaultPlace] = []
    /// What it costs and calls, before it is changed in its words.
    var account = AnswerAccount()
    /// How it breaks off of its own accord; nil: it is whole.
    var ending: RecordedEnding?

    /// The same with the calls that are in the words: a fault may have taken them out, and not
    /// every API that goes on with a text has a place for what a fault wants called.
    fileprivate func account(in facts: RequestFacts) -> AnswerAccount {
        let isEdited = places.contains { $0.fault.traits.isSuperset(of: [.edits, .toolless]) }
        guard account.toolCalls?.isEmpty == false,
            isEdited || facts.endpoint.operation == .text, let said = answer.account(facts)
        else { return account }
        var account = account
        account.toolCalls = said.toolCalls
        return account
    }

    /// The answer; with a field that says so where the connection does not outlive it.
    fileprivate func answer(at moment: AnswerMoment) -> Answer {
        guard moment.closing else { return answer }
        switch author {
        case .scenario, .upstream: return answer
        case .recording, .nobody:
            if answer.head.fields.value(of: "connection") != nil { return answer }
        case .dialect: break
        }
        var answer = answer
        answer.head.fields.append("connection", "close")
        return answer
    }
}

extension Responder {
    /// Frames an answer and does to it what the fault does. Every answer ends here: what was made,
    /// what was recorded, and what an upstream sends.
    func finished(
        _ rendered: RenderedAnswer, _ request: ParsedRequest, _ decision: Decision,
        at moment: AnswerMoment, _ context: AnswerContext
    ) -> SuppliedAnswer {
        let answer = rendered.answer(at: moment)
        var script = WireScript(
            answer, waits: rendered.waits, hasBody: moment.hasBody, version: request.facts.version)
        if let ending = rendered.ending {
            script =
                rendered.author == .nobody ? script.unbegun(ending) : script.breakingOff(ending)
        }
        script.closesBehind = moment.closing
        if let fault = decision.fault {
            script = script.applying(fault, rendered.places) { error in
                Dialects.errorEvents(error, for: request, context: context)
            }
        }
        var supplied = SuppliedAnswer(script)
        supplied.account = rendered.account(in: request.facts)
        supplied.takePromises(of: answer.head)
        if decision.fault != nil { supplied.takeRetryAfter(of: answer.head) }
        switch rendered.author {
        case .dialect, .nobody: break
        case .scenario, .recording, .upstream: supplied.takeIDs(of: answer.head)
        }
        return supplied
    }
}

extension Answer {
    /// What the answer says in its words that it costs and calls; nil: its words were not touched.
    fileprivate func account(_ facts: RequestFacts) -> AnswerAccount? {
        let (endpoint, dialect) = (facts.endpoint, facts.dialect)
        switch body {
        case .whole(let body):
            return RecordedAnswer.account(body.bytes, nil, endpoint: endpoint, of: dialect)
        case .events(let stream):
            var bytes: [UInt8] = []
            for index in 0..<stream.count { stream.render(index, &bytes) }
            return RecordedAnswer.account(bytes, stream.form, endpoint: endpoint, of: dialect)
        case .passed: return nil
        }
    }
}
