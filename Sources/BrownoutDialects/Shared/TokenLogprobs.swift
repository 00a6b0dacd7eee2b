import BrownoutEngine
import BrownoutJSON

/// How likely a token was, and what else might have stood there: made up, but as a distribution
/// would be. The token itself is the likeliest; all probabilities together are below 1.
struct TokenLogprobs {
    /// One of the tokens that might have stood there.
    struct Candidate {
        var token: Substring
        /// Natural logarithm of its probability.
        var logprob: Double
    }

    /// The token that was chosen.
    let chosen: Candidate
    /// The likeliest tokens, the likeliest first: the chosen one and others.
    let likeliest: [Candidate]

    /// Common tokens, with which made-up alternatives are made.
    private static let common: [Substring] = [
        " the", " a", " and", " of", " to", " in", " is", " that", " it", " for", " with", " as",
        " on", " this", " but", ".", ",", " an", " or", " are", " was", " by", " be", " from",
        " at", " which", " one", " so", " its", " not", "!", " more", " all", " can", " there",
    ]

    /// The odds of the token at a place of a choice, with so many candidates (up to 20). `seed`
    /// is a draw of the attempt's: a stream says what the plain answer says.
    init(_ token: Substring, candidates: Int, choice: Int, place: Int, seed: UInt64) {
        // Both numbers in the 32 bits that an index has.
        var words = WordStream(
            ExchangeID(word: seed), salt: .logprobs, index: choice << 21 | (place & (1 << 21 - 1)))
        // Between a half and almost certain, mostly near the latter.
        let doubt = Self.fraction(words.next())
        let rest = max(doubt * doubt * 0.5, 1e-7)
        chosen = Candidate(token: token, logprob: Portable.log(1 - rest))
        var likeliest: [Candidate] = []
        if candidates > 0 { likeliest.append(chosen) }
        var share = rest * 0.6
        var place = words.below(Self.common.count)
        while likeliest.count < candidates {
            place = (place + 1) % Self.common.count
            guard Self.common[place] != token else { continue }
            likeliest.append(Candidate(token: Self.common[place], logprob: Portable.log(share)))
            // The shares of all are 0.6 / (1 - 0.38) of the rest at most.
            share *= 0.3 + 0.08 * Self.fraction(words.next())
        }
        self.likeliest = likeliest
    }

    /// A number between 0 and 1, of 53 bits.
    private static func fraction(_ word: UInt64) -> Double {
        Double(word >> 11) / 9_007_199_254_740_992
    }
}

extension OpenAICompletion {
    /// What a plain answer says of the tokens of a choice: `{"content":[…],"refusal":null}`
    /// (wire facts, 1.2), or null.
    func appendLogprobs(of choice: Reply.Choice, _ index: Int, to bytes: inout [UInt8]) {
        guard request.wantsLogprobs, let text = choice.text else {
            return bytes.append(text: "null")
        }
        appendLogprobs(
            of: text, tokens: 0..<text.ends.count, isRefusal: choice.isRefusal, choice: index,
            to: &bytes)
    }

    /// What is said of some tokens of a text.
    func appendLogprobs(
        of text: TokenText, tokens: Range<Int>, isRefusal: Bool, choice: Int,
        to bytes: inout [UInt8]
    ) {
        bytes.append(text: isRefusal ? "{\"content\":null,\"refusal\":[" : "{\"content\":[")
        for token in tokens {
            if token > tokens.lowerBound { bytes.append(UInt8(ascii: ",")) }
            let logprobs = TokenLogprobs(
                text.token(token), candidates: request.alternatives, choice: choice, place: token,
                seed: logprobsSeed)
            append(logprobs.chosen, to: &bytes)
            bytes.append(text: ",\"top_logprobs\":[")
            for (place, candidate) in logprobs.likeliest.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                append(candidate, to: &bytes)
                bytes.append(UInt8(ascii: "}"))
            }
            bytes.append(text: "]}")
        }
        bytes.append(text: isRefusal ? "]}" : "],\"refusal\":null}")
    }

    /// `{"token":…,"logprob":…,"bytes":[…]`, left open.
    private func append(_ candidate: TokenLogprobs.Candidate, to bytes: inout [UInt8]) {
        bytes.append(text: "{\"token\":")
        bytes.appendJSON(string: String(candidate.token))
        bytes.append(text: ",\"logprob\":")
        bytes.append(text: "\(candidate.logprob)")
        bytes.append(text: ",\"bytes\":[")
        for (index, byte) in candidate.token.utf8.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(decimal: Int(byte))
        }
        bytes.append(UInt8(ascii: "]"))
    }
}
