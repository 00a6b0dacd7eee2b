import BrownoutDialects
import BrownoutEngine
import BrownoutSynthesis
import BrownoutWire

/// An answer before faults on the wire: first what it says, then, once it is known what the head
/// has to tell, the answer in the provider's words.
struct PlannedAnswer {
    private let request: ParsedRequest
    /// The error that the whole answer is; nil: none, or one that comes later in it.
    private let fault: CauseFault?
    /// Nil for an error, and for what is not said in words.
    let reply: Reply?

    /// The provider's cache may know the prompt, and keeps it; `now` is the engine's clock.
    init(_ request: ParsedRequest, _ decision: Decision, cache: Engine, at now: Duration) {
        self.request = request
        fault = PlannedAnswer.error(request, decision)
        guard fault == nil else {
            reply = nil
            return
        }
        switch request.intent {
        case .chat(let chat):
            var said = Synthesis.reply(
                to: chat, script: decision.reply, dice: decision.dice, key: decision.key)
            if let prompt = chat.cacheable {
                said.cache = cache.cacheUse(of: prompt, request.facts, decision, at: now)
            }
            reply = said
        case .complete(let text):
            reply = Synthesis.reply(
                to: text.chat, script: decision.reply?.textAlone, dice: decision.dice,
                key: decision.key)
        case .embed, .moderate, .countTokens, .listModels, .model, .refuse: reply = nil
        }
    }

    private static func error(_ request: ParsedRequest, _ decision: Decision) -> CauseFault? {
        switch decision.fault {
        case .error(let fault): fault
        // A plain answer has no events: the provider that fails has sent nothing yet.
        case .errorEvent(let fault, _) where !request.isStream: fault
        default: nil
        }
    }

    /// Tokens of the prompt; nil where there is none, or where it was not read.
    var promptTokens: Int? {
        guard fault == nil else { return nil }
        return switch request.intent {
        case .chat, .complete, .embed, .moderate, .countTokens: request.promptTokens
        case .listModels, .model, .refuse: nil
        }
    }

    func answer(_ context: AnswerContext) -> Answer {
        if let fault { return Dialects.error(fault, for: request, context: context) }
        return switch request.intent {
        case .embed(let embed):
            Dialects.embeddings(embed, context: context) { index in
                Embedder.vector(embed.inputs[index], of: embed)
            }
        case .moderate(let moderate):
            Dialects.moderations(
                moderate, moderate.inputs.map(Moderator.judge), context: context)
        case .chat, .complete, .countTokens, .listModels, .model, .refuse:
            Dialects.answer(request, reply: reply, context: context)
        }
    }
}

extension ParsedRequest {
    /// Whether the healthy answer is a stream of events.
    package var isStream: Bool {
        switch intent {
        case .chat(let chat): chat.stream
        case .complete(let text): text.chat.stream
        case .embed, .moderate, .countTokens, .listModels, .model, .refuse: false
        }
    }
}

extension ReplyScript {
    /// What of a script an API without tools and thinking can say.
    fileprivate var textAlone: ReplyScript {
        var script = self
        script.thinking = nil
        script.toolCalls = []
        return script
    }
}
