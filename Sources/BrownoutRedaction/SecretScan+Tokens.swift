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
        TokenPrefix("ek_", least: 16),  // OpenAI, for a client of a realtime session
        TokenPrefix("npm_", least: 30), TokenPrefix("eyJ", least: 4, hasDashes: true),
    ]

    /// Beginnings that are no chance where a word goes on before them: `-sk-` alone is in base64
    /// for URLs, and in names of pages.
    static let long = ["sk-proj-", "sk-ant-", "sk-or-v1-", "sk-svcacct-", "github_pat_"]
        .map { Array($0.utf8) }
    /// Characters of a token at least, where a word goes on before it.
    static let leastInWord = 28

    /// Words that look like a token.
    static let words = ["sk-learn"].map { Array($0.utf8) }
}

extension UnsafeBufferPointer<UInt8> {
    /// The token of a known issuer, or the JSON web token, that begins at a place.
    func token(at place: Int) -> Range<Int>? {
        if place > 0, self[place - 1].isLetterOrDigit { return nil }
        return tokenBeginning(at: place)
    }

    /// The same where it is known that no letter or digit belongs to a word before it.
    func tokenBeginning(at place: Int) -> Range<Int>? {
        guard let prefix = TokenPrefix.all.first(where: { holds($0.text, at: place) }) else {
            return nil
        }
        let body = place + prefix.text.count
        let isWebToken = prefix.text == Array("eyJ".utf8)
        let room = isWebToken ? Swift.min(count, place + Self.longestTokenHead) : count
        let end = UnsafeBufferPointer(rebasing: self[..<room]).run(from: body) {
            $0.isLetterOrDigit
                || prefix.hasDashes && ($0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_"))
        }
        guard end - body >= prefix.least else { return nil }
        if isWithinWord(place),
            end - place < TokenPrefix.leastInWord
                || !TokenPrefix.long.contains(where: { holds($0, at: place) })
        {
            return nil
        }
        if isWebToken { return webToken(at: place, head: end) }
        let isWord = TokenPrefix.words.contains { $0.count == end - place && holds($0, at: place) }
        return isWord ? nil : place..<end
    }

    /// Whether a `-` or `_` before a place joins it to a word.
    private func isWithinWord(_ place: Int) -> Bool {
        guard place > 1, self[place - 1] == UInt8(ascii: "-") || self[place - 1] == 0x5F else {
            return false
        }
        return self[place - 2].isWord || self[place - 2] == UInt8(ascii: "-")
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
        place > 0 && self[place - 1].isLetterOrDigit ? nil : bearerCredentials(at: place)
    }

    /// The same where it is known that no letter or digit belongs to a word before it.
    func bearerCredentials(at place: Int) -> Range<Int>? {
        guard holds(smallLetters: Array("bearer ".utf8), at: place) else { return nil }
        let start = run(from: place + 7) { $0 == 0x20 }
        let end = run(from: start) { $0.isLetterOrDigit || "-._~+/=%".utf8.contains($0) }
        guard end - start >= 4, !isWord(start..<end), !isParameter(start..<end) else { return nil }
        return start..<end
    }

    /// Whether it is a word as prose has it: small letters, perhaps a capital before them and a
    /// full stop behind them, or a few capitals alone.
    func isWord(_ range: Range<Int>) -> Bool {
        var word = self[range]
        while let last = word.last, ".,".utf8.contains(last) { word.removeLast() }
        if word.dropFirst().allSatisfy({ $0 >= 0x61 && $0 <= 0x7A }) {
            return word.first?.isLetter ?? true
        }
        return word.count <= 6 && word.allSatisfy { $0 >= 0x41 && $0 <= 0x5A }
    }

    /// Whether it is a parameter of a challenge (RFC 6750, 3): `Bearer realm="api"`.
    private func isParameter(_ range: Range<Int>) -> Bool {
        let sign = run(from: range.lowerBound) { $0 != UInt8(ascii: "=") }
        guard sign < range.upperBound else { return false }
        return Self.parameters.contains {
            $0.count == sign - range.lowerBound
                && holds(smallLetters: $0, at: range.lowerBound)
        }
    }

    private static var parameters: [[UInt8]] { ChallengeParameter.names }

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

/// Names of what a server says when it asks for a token (RFC 6750, 3; RFC 9728, 5.1).
private enum ChallengeParameter {
    static let names = [
        "realm", "scope", "error", "error_description", "error_uri", "resource_metadata",
        "authorization_uri", "resource", "client_id", "trusted_issuers", "charset",
    ].map { Array($0.utf8) }
}
