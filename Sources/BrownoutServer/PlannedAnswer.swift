import BrownoutDialects
import BrownoutEngine
import BrownoutSynthesis
import BrownoutWire

/// What an answer will say, before its head and before faults on the wire: how many tokens it has
/// is known before the head tells what a limit leaves.
struct PlannedAnswer {
    private let request: ParsedRequest
    /// The error that the whole answer is; nil: none, or one that comes later in it.
    private let error: CauseFault?
    private let reply: Reply?

    init(to request: ParsedRequest, _ decision: Decision) {
        self.request = request
        error = PlannedAnswer.error(request, decision)
        guard error == nil else {
            reply = nil
            return
        }
        switch request.intent {
        case .chat(let chat):
            reply = Synthesis.reply(
                to: chat, script: decision.reply, dice: decision.dice, key: decision.key)
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

    /// For the journal; nil where nothing was read or said.
    var promptTokens: Int? {
        if error != nil { return nil }
        return reply?.promptTokens ?? (request.hasPrompt ? request.promptTokens : nil)
    }

    var completionTokens: Int? { reply?.completionTokens }

    func answer(_ context: AnswerContext) -> Answer {
        if let error { return Dialects.error(error, for: request, context: context) }
        switch request.intent {
        case .embed(let embed):
            return Dialects.embeddings(embed, context: context) { index in
                Embedder.vector(embed.inputs[index], of: embed)
            }
        case .moderate(let moderate):
            let judgements = moderate.inputs.map(Moderator.judge)
            return Dialects.moderations(moderate, judgements, context: context)
        case .chat, .complete, .countTokens, .listModels, .model, .refuse:
            return Dialects.answer(request, reply: reply, context: context)
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

    /// Whether there is anything whose tokens could be counted.
    fileprivate var hasPrompt: Bool {
        switch intent {
        case .chat, .complete, .embed, .moderate, .countTokens: true
        case .listModels, .model, .refuse: false
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
