/// A way tokens of some issuer begin, by their documentation or that of GitHub's scanner.
struct TokenPrefix {
    let text: [UInt8]
    /// Characters behind it at least.
    let least: Int
    /// Whether `-` and `_` occur in it.
    let hasDashes: Bool

    init(_ text: String, least: Int, hasDashes: Bool = false) {
        self.text = Array(text.utf8)
        self.least = least
        self.hasDashes = hasDashes
    }

    static let all = [
        TokenPrefix("sk-", least: 4, hasDashes: true),  // OpenAI, Anthropic, OpenRouter, …
        TokenPrefix("AIza", least: 7, hasDashes: true),  // Google
        TokenPrefix("AKIA", least: 16), TokenPrefix("ASIA", least: 16),  // AWS
        TokenPrefix("ghp_", least: 20), TokenPrefix("gho_", least: 20),  // GitHub
        TokenPrefix("ghu_", least: 20), TokenPrefix("ghs_", least: 20),
        TokenPrefix("ghr_", least: 20),
        TokenPrefix("github_pat_", least: 20, hasDashes: true),
        TokenPrefix("glpat-", least: 16, hasDashes: true),  // GitLab
        TokenPrefix("xoxa-", least: 10, hasDashes: true),  // Slack
        TokenPrefix("xoxb-", least: 10, hasDashes: true),
        TokenPrefix("xoxe-", least: 10, hasDashes: true),
        TokenPrefix("xoxp-", least: 10, hasDashes: true),
        TokenPrefix("xoxr-", least: 10, hasDashes: true),
        TokenPrefix("xoxs-", least: 10, hasDashes: true),
        TokenPrefix("xapp-", least: 10, hasDashes: true),
        TokenPrefix("sk_live_", least: 10), TokenPrefix("rk_live_", least: 10),  // Stripe
        TokenPrefix("sk_test_", least: 10), TokenPrefix("rk_test_", least: 10),
        TokenPrefix("hf_", least: 20), TokenPrefix("gsk_", least: 20),  // Hugging Face, Groq
        TokenPrefix("xai-", least: 20), TokenPrefix("pplx-", least: 20),  // xAI, Perplexity
        TokenPrefix("npm_", least: 30), TokenPrefix("eyJ", least: 4, hasDashes: true),
    ]

    /// Words that look like a token.
    static let words = ["sk-learn"].map { Array($0.utf8) }
}

extension UnsafeBufferPointer<UInt8> {
    /// The token of a known issuer, or the JSON web token, that begins at a place.
    func token(at place: Int) -> Range<Int>? {
        if place > 0, self[place - 1].isLetterOrDigit { return nil }
        guard let prefix = TokenPrefix.all.first(where: { holds($0.text, at: place) }) else {
            return nil
        }
        let body = place + prefix.text.count
        let isWebToken = prefix.text[0] == UInt8(ascii: "e")
        let room = isWebToken ? Swift.min(count, place + Self.longestTokenHead) : count
        let end = UnsafeBufferPointer(rebasing: self[..<room]).run(from: body) {
            $0.isLetterOrDigit
                || prefix.hasDashes && ($0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_"))
        }
        guard end - body >= prefix.least else { return nil }
        if isWebToken { return webToken(at: place, head: end) }
        let isWord = TokenPrefix.words.contains { $0.count == end - place && holds($0, at: place) }
        return isWord ? nil : place..<end
    }

    /// Bytes of a token's first part at most: all of it is looked at for each `eyJ` in it.
    private static var longestTokenHead: Int { 2_048 }

    /// Three parts in base64 with dots between them (RFC 7515, 3.1); the last may be empty.
    private func webToken(at place: Int, head: Int) -> Range<Int>? {
        func part(from start: Int) -> Int {
            run(from: start) {
                $0.isWord || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "=")
            }
        }
        guard head < count, self[head] == UInt8(ascii: ".") else { return nil }
        let claims = part(from: head + 1)
        guard claims - head > 4, claims < count, self[claims] == UInt8(ascii: ".") else {
            return nil
        }
        return place..<part(from: claims + 1)
    }

    /// The token behind `Bearer `. One of small letters alone is a word of prose.
    func bearerToken(at place: Int) -> Range<Int>? {
        guard holds(smallLetters: Array("bearer ".utf8), at: place) else { return nil }
        if place > 0, self[place - 1].isLetterOrDigit { return nil }
        let start = run(from: place + 7) { $0 == 0x20 }
        let end = run(from: start) { $0.isLetterOrDigit || "-._~+/=%".utf8.contains($0) }
        let isWord = self[start..<end].allSatisfy { $0 >= 0x61 && $0 <= 0x7A }
        return end - start >= 4 && !isWord ? start..<end : nil
    }

    /// The block of a private key in PEM (RFC 7468), as far as it goes.
    func privateKey(at place: Int) -> Range<Int>? {
        guard holds(Array("-----BEGIN ".utf8), at: place) else { return nil }
        let label = run(from: place + 11) { $0 == 0x20 || $0.isLetterOrDigit }
        let name = Array("PRIVATE KEY".utf8)
        guard label - place < 60, holds(name, at: label - name.count),
            holds(Array("-----".utf8), at: label)
        else { return nil }
        return place..<privateKeyEnd(from: label + 5)
    }

    /// Behind the line that ends it, or where the text ends that it is in.
    private func privateKeyEnd(from start: Int) -> Int {
        let dashes = Array("-----".utf8)
        var index = start
        while index < count, self[index] != UInt8(ascii: "\""), self[index] < SecretScan.mask {
            if holds(Array("-----END ".utf8), at: index) {
                let label = run(from: index + 9) { $0 == 0x20 || $0.isLetterOrDigit }
                return holds(dashes, at: label) ? label + dashes.count : label
            }
            index += 1
        }
        return index
    }
}
