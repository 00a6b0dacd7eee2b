import BrownoutEngine
import BrownoutJSON
import BrownoutWire

/// A text completion: what its plain body and its chunks have in common (wire facts, 3).
struct OpenAITextCompletion: Sendable {
    /// One answer that is sent.
    struct Choice: Sendable {
        /// The prompt it answers, where it is repeated before the answer.
        var echo: TokenText?
        var text: TokenText
        /// Where each token begins, in scalars from the prompt's beginning; empty where nobody asks for odds.
        var offsets: [Int]
        var finish: String
        /// Its place among all that were made up.
        var candidate: Int
    }

    let request: TextRequest
    let choices: [Choice]
    let id: String
    let created: Int
    let completionTokens: Int
    let logprobsSeed: UInt64

    init(_ request: TextRequest, _ reply: Reply, _ context: AnswerContext) {
        var words = WordStream(context.exchange, salt: .textCompletion)
        id = words.text("cmpl-", length: 29)
        created = OpenAICompletion.created(context)
        completionTokens = reply.completionTokens
        logprobsSeed = context.dice.roll(.logprobs, rule: 0, key: context.key)
        var choices: [Choice] = []
        for (number, prompt) in request.prompts.enumerated() {
            let first = number * request.candidates
            let all = Array(first..<min(first + request.candidates, reply.choices.count))
            for candidate in Self.best(request.choices, of: all, reply, logprobsSeed) {
                let said = reply.choices[candidate]
                let text = said.text ?? TokenText("")
                let length = prompt.text.unicodeScalars.count
                choices.append(
                    Choice(
                        echo: request.echoes ? TokenText(prompt.text) : nil, text: text,
                        offsets: request.logprobs == nil ? [] : Self.offsets(text, from: length),
                        finish: Self.finish(said.finish), candidate: candidate))
            }
        }
        self.choices = choices
        var asked = request
        asked.chat.userText = ""
        asked.prompts = []
        self.request = asked
    }

    /// The candidates with the greatest log probability per token, in the order they were made
    /// (OpenAI's API reference, `best_of`).
    private static func best(
        _ count: Int, of candidates: [Int], _ reply: Reply, _ seed: UInt64
    ) -> [Int] {
        guard count < candidates.count else { return candidates }
        let scored = candidates.map { candidate -> (score: Double, candidate: Int) in
            guard let text = reply.choices[candidate].text, !text.ends.isEmpty else {
                return (0, candidate)
            }
            let sum = text.ends.indices.reduce(0) {
                $0 + logprobs(text, $1, candidate, 0, seed).chosen.logprob
            }
            return (sum / Double(text.ends.count), candidate)
        }
        let order = scored.sorted { ($1.score, $0.candidate) < ($0.score, $1.candidate) }
        return order.prefix(count).map(\.candidate).sorted()
    }

    private static func finish(_ finish: Reply.Finish) -> String {
        switch finish {
        case .stop, .stopSequence, .refusal, .toolCalls: "stop"
        case .length: "length"
        case .verbatim(let word): word
        }
    }

    /// Where the tokens of a text begin, in scalars.
    private static func offsets(_ text: TokenText, from start: Int) -> [Int] {
        var offset = start
        return text.ends.indices.map { token in
            defer { offset += text.token(token).unicodeScalars.count }
            return offset
        }
    }

    private static func logprobs(
        _ text: TokenText, _ token: Int, _ candidate: Int, _ count: Int, _ seed: UInt64
    ) -> TokenLogprobs {
        TokenLogprobs(
            text.token(token), candidates: count, choice: candidate, place: token, seed: seed)
    }

    // MARK: - Form

    /// `{"id":…,"object":"text_completion","created":…,"model":…,"choices":[`
    func appendOpening(to bytes: inout [UInt8]) {
        bytes.append(text: "{\"id\":\"")
        bytes.append(text: id)
        bytes.append(text: "\",\"object\":\"text_completion\",\"created\":")
        bytes.append(decimal: created)
        bytes.append(text: ",\"model\":\"")
        bytes.appendJSON(escaping: request.chat.model)
        bytes.append(text: "\",\"choices\":[")
    }

    func appendUsage(to bytes: inout [UInt8]) {
        bytes.append(text: "{\"prompt_tokens\":")
        bytes.append(decimal: request.chat.promptTokens)
        bytes.append(text: ",\"completion_tokens\":")
        bytes.append(decimal: completionTokens)
        bytes.append(text: ",\"total_tokens\":")
        bytes.append(decimal: request.chat.promptTokens + completionTokens)
        bytes.append(UInt8(ascii: "}"))
    }

    /// The plain answer's body.
    func body() -> WholeBody {
        var bytes: [UInt8] = []
        var spans: [TokenSpan] = []
        appendOpening(to: &bytes)
        for (index, choice) in choices.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(text: "{\"text\":\"")
            if let echo = choice.echo { bytes.appendJSON(escaping: echo.text) }
            bytes.appendJSON(escaping: choice.text, noting: &spans)
            bytes.append(text: "\",\"index\":")
            bytes.append(decimal: index)
            bytes.append(text: ",\"logprobs\":")
            appendLogprobs(
                of: choice, echo: true, tokens: choice.text.ends.indices, to: &bytes)
            bytes.append(text: ",\"finish_reason\":")
            bytes.appendJSON(string: choice.finish)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(text: "],\"usage\":")
        appendUsage(to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        let tokens = spans.reduce(0) { $0 + $1.text.ends.count }
        return WholeBody(bytes, tokens: tokens) { [spans] in TokenSpan.ends(spans) }
    }

    /// `{"tokens":[…],"token_logprobs":[…],"top_logprobs":[…],"text_offset":[…]}`, or null. The
    /// first token of a repeated prompt has nothing before it, and so no odds.
    func appendLogprobs(
        of choice: Choice, echo: Bool, tokens: Range<Int>, to bytes: inout [UInt8]
    ) {
        guard let count = request.logprobs else { return bytes.append(text: "null") }
        var lists = OddsLists()
        if echo, let prompt = choice.echo {
            for (token, offset) in Self.offsets(prompt, from: 0).enumerated() {
                // The prompt's odds do not depend on the answer to it.
                let logprobs = TokenLogprobs(
                    prompt.token(token), candidates: count, choice: 0, place: token,
                    seed: ~logprobsSeed)
                lists.add(logprobs, at: offset, isFirst: token == 0)
            }
        }
        for token in tokens {
            let logprobs = Self.logprobs(choice.text, token, choice.candidate, count, logprobsSeed)
            lists.add(logprobs, at: choice.offsets[token], isFirst: false)
        }
        lists.append(withAlternatives: count > 0, to: &bytes)
    }
}

/// The four lists of the older form, filled side by side.
private struct OddsLists {
    private var tokens: [UInt8] = []
    private var logprobs: [UInt8] = []
    private var alternatives: [UInt8] = []
    private var offsets: [UInt8] = []

    mutating func add(_ token: TokenLogprobs, at offset: Int, isFirst: Bool) {
        if !tokens.isEmpty {
            tokens.append(UInt8(ascii: ","))
            logprobs.append(UInt8(ascii: ","))
            alternatives.append(UInt8(ascii: ","))
            offsets.append(UInt8(ascii: ","))
        }
        tokens.appendJSON(string: String(token.chosen.token))
        offsets.append(decimal: offset)
        guard !isFirst else {
            logprobs.append(text: "null")
            alternatives.append(text: "null")
            return
        }
        logprobs.append(text: "\(token.chosen.logprob)")
        alternatives.append(UInt8(ascii: "{"))
        for (place, candidate) in token.likeliest.enumerated() {
            if place > 0 { alternatives.append(UInt8(ascii: ",")) }
            alternatives.appendJSON(string: String(candidate.token))
            alternatives.append(UInt8(ascii: ":"))
            alternatives.append(text: "\(candidate.logprob)")
        }
        alternatives.append(UInt8(ascii: "}"))
    }

    func append(withAlternatives: Bool, to bytes: inout [UInt8]) {
        bytes.append(text: "{\"tokens\":[")
        bytes.append(contentsOf: tokens)
        bytes.append(text: "],\"token_logprobs\":[")
        bytes.append(contentsOf: logprobs)
        bytes.append(text: "],\"top_logprobs\":")
        if withAlternatives {
            bytes.append(UInt8(ascii: "["))
            bytes.append(contentsOf: alternatives)
            bytes.append(UInt8(ascii: "]"))
        } else {
            bytes.append(text: "null")
        }
        bytes.append(text: ",\"text_offset\":[")
        bytes.append(contentsOf: offsets)
        bytes.append(text: "]}")
    }
}
