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
    /// How it breaks off of its own accord; nil: it is whole.
    var ending: RecordedEnding?

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
        supplied.takePromises(of: answer.head)
        if decision.fault != nil { supplied.takeRetryAfter(of: answer.head) }
        switch rendered.author {
        case .dialect, .nobody: break
        case .scenario, .recording, .upstream: supplied.takeIDs(of: answer.head)
        }
        return supplied
    }
}
