import BrownoutDialects
import BrownoutEngine
import BrownoutSynthesis
import BrownoutWire

/// An answer before faults on the wire: first what it says, then, once it is known what the head
/// has to tell, the answer in the provider's words. Faults that decide what an answer is or says
/// have a part in both.
struct PlannedAnswer {
    private let request: ParsedRequest
    private let faults: [Fault]
    /// The fault that puts another answer in place of the provider's, and the part it is of.
    private let substitute: (fault: Fault, part: Fault)?
    /// Nil for an error, and for what is not said in words.
    private(set) var reply: Reply?
    /// Whether the reply is what somebody else said, who has counted the prompt too.
    private let isRecorded: Bool
    /// The reply before a fault changed it; nil: none did.
    private var healthyReply: Reply?
    /// Where in the answer those of the faults are met that decide what it says. What finds nothing
    /// that it is about is not there. Known once the answer is rendered.
    private(set) var places: [FaultPlace] = []

    /// The provider's cache may know the prompt, and keeps it; `now` is the engine's clock.
    init(_ request: ParsedRequest, _ decision: Decision, cache: Engine, at now: Duration) {
        self.init(request, decision) { request, faults in
            PlannedAnswer.reply(to: request, decision, faults)
        }
        if case .chat(let chat) = request.intent, let prompt = chat.cacheable, reply != nil {
            let use = cache.cacheUse(of: prompt, request.facts, decision, at: now)
            reply?.cache = use
            healthyReply?.cache = use
        }
    }

    /// What was said to another request, or to this one before, is said again.
    init(_ request: ParsedRequest, _ decision: Decision, recorded: Reply) {
        self.init(request, decision, isRecorded: true) { _, _ in recorded }
    }

    private init(
        _ request: ParsedRequest, _ decision: Decision, isRecorded: Bool = false,
        makeReply: (ParsedRequest, [Fault]) -> Reply?
    ) {
        self.isRecorded = isRecorded
        faults = decision.fault?.parts ?? []
        substitute = PlannedAnswer.substitute(request, faults)
        self.request =
            substitute == nil && faults.contains(.content(.plainJSON))
            ? request.withoutStream : request
        let word = faults.lazy.compactMap(\.content).first
        reply = substitute == nil ? makeReply(request, faults) : nil
        if word == .plainJSON, request.isStream {
            places.append(FaultPlace(.content(.plainJSON), at: .headers))
        }
        if let word, word.traits.contains(.inReply) { say(word, decision.id) }
    }

    private static func reply(
        to request: ParsedRequest, _ decision: Decision, _ faults: [Fault]
    ) -> Reply? {
        let wishes = ReplyWishes(faults)
        return switch request.intent {
        case .chat(let chat):
            Synthesis.reply(
                to: chat, script: decision.reply, dice: decision.dice, key: decision.key,
                generation: decision.arrival.generation, wishes: wishes)
        case .complete(let text):
            Synthesis.reply(
                to: text.chat, script: decision.reply?.textAlone, dice: decision.dice,
                key: decision.key, wishes: wishes)
        case .embed, .moderate, .countTokens, .listModels, .model, .info, .refuse: nil
        }
    }

    /// Puts a fault into what is said.
    private mutating func say(_ fault: ContentFault, _ exchange: ExchangeID) {
        let changed: Reply?
        switch request.intent {
        case .chat(let chat) where fault == .argumentsBreakSchema:
            changed = reply?.breakingSchemas(of: chat.tools)
        case .chat(let chat):
            changed = reply?.with(fault, for: chat, request.facts.dialect, exchange)
        // The older completions call no tools.
        case .complete(let text) where !fault.traits.contains(.inCalls):
            changed = reply?.with(fault, for: text.chat, request.facts.dialect, exchange)
        case .complete, .embed, .moderate, .countTokens, .listModels, .model, .info, .refuse:
            changed = nil
        }
        guard let changed else { return }
        healthyReply = reply
        reply = changed
    }

    private static func substitute(
        _ request: ParsedRequest, _ faults: [Fault]
    ) -> (fault: Fault, part: Fault)? {
        for fault in faults {
            if fault.traits.contains(.replaces) { return (fault, fault) }
            // A plain answer has no events: the provider that fails has sent nothing yet.
            if case .errorEvent(let cause, _) = fault, !request.isStream {
                return (.error(cause), fault)
            }
        }
        return nil
    }

    /// Whether a fault has changed what is said.
    var isChanged: Bool { healthyReply != nil }

    /// Whether the answer is a scenario's own words, to which nothing is added.
    var isVerbatim: Bool {
        substitute?.fault.kind.family == .verbatim
    }

    /// What is said of its cost, and which tools are called.
    var account: AnswerAccount {
        var account = reply.map { AnswerAccount($0, of: request.facts.dialect) } ?? AnswerAccount()
        if !isRecorded { account.promptTokens = promptTokens }
        return account
    }

    /// Tokens of the prompt; nil where there is none, or where it was not read.
    private var promptTokens: Int? {
        guard substitute == nil else { return nil }
        return switch request.intent {
        case .chat, .complete, .embed, .moderate, .countTokens: request.promptTokens
        case .listModels, .model, .info, .refuse: nil
        }
    }

    mutating func answer(_ context: AnswerContext) -> Answer {
        let answer = said(context)
        return PlannedAnswer.edited(answer, faults, request.facts.dialect, &places)
    }

    /// The answer before what is changed in its words.
    private mutating func said(_ context: AnswerContext) -> Answer {
        if let (fault, part) = substitute,
            let made = Dialects.substitute(fault, for: request, context: context)
        {
            // What the provider refuses anyway may be refused in the same words.
            var position: Position? = .headers
            if case .refuse = request.intent {
                position = made.difference(from: healthy(nil, context))
            }
            if let position { places.append(FaultPlace(part, at: position)) }
            return made
        }
        let answer = healthy(reply, context)
        if let healthyReply, let said = faults.first(where: { $0.content != nil }),
            let position = answer.difference(from: healthy(healthyReply, context))
        {
            places.append(FaultPlace(said, at: position))
        }
        return answer
    }

    /// The answer with the faults that change what is written already; `places` gains where.
    static func edited(
        _ answer: Answer, _ faults: [Fault], _ dialect: DialectName, _ places: inout [FaultPlace]
    ) -> Answer {
        var answer = answer
        for fault in inOrder(faults) where fault.traits.contains(.edits) {
            guard let changed = answer.with(fault, dialect),
                let position = changed.difference(from: answer)
            else { continue }
            places.append(FaultPlace(fault, at: position))
            answer = changed
        }
        return answer
    }

    /// What is said before what is left out before the form of the events, whatever the order in
    /// the scenario: an event that is added loses its name with the others.
    static func inOrder(_ faults: [Fault]) -> [Fault] {
        guard faults.count > 1 else { return faults }
        let isForm: (Fault) -> Bool = { if case .shape = $0 { true } else { false } }
        let isLast: (Fault) -> Bool = { $0 == .shape(.noEventNames) }
        return faults.filter { !isForm($0) } + faults.filter { isForm($0) && !isLast($0) }
            + faults.filter(isLast)
    }

    private func healthy(_ reply: Reply?, _ context: AnswerContext) -> Answer {
        switch request.intent {
        case .embed(let embed):
            Dialects.embeddings(embed, of: request.facts.dialect, context: context) { index in
                Embedder.vector(embed.inputs[index], of: embed)
            }
        case .moderate(let moderate):
            Dialects.moderations(
                moderate, moderate.inputs.map(Moderator.judge), of: request.facts.dialect,
                context: context)
        case .chat, .complete, .countTokens, .listModels, .model, .info, .refuse:
            Dialects.answer(request, reply: reply, context: context)
        }
    }
}

extension ParsedRequest {
    /// Whether the answer is a plain one of hundreds of kilobytes, as far as the request tells.
    var isLarge: Bool {
        switch intent {
        case .chat(let chat) where !chat.stream:
            chat.choices * (chat.wantsLogprobs ? 1 + chat.alternatives : 1) >= 256
        case .embed(let embed): embed.inputs.count >= 16
        case .chat, .complete, .moderate, .countTokens, .listModels, .model, .info, .refuse: false
        }
    }

    /// Whether the healthy answer is a stream of events.
    package var isStream: Bool {
        switch intent {
        case .chat(let chat): chat.stream
        case .complete(let text): text.chat.stream
        case .embed, .moderate, .countTokens, .listModels, .model, .info, .refuse: false
        }
    }
}

extension Fault {
    fileprivate var content: ContentFault? {
        if case .content(let word) = self { word } else { nil }
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
