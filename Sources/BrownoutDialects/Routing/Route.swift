import BrownoutEngine

/// Where a request goes: a provider and the provider's own path.
struct Route {
    var provider: String
    var dialect: DialectName
    var endpoint: Endpoint
    /// The model a path names (`/v1/models/{id}`), percent-decoded.
    var model: Substring = ""
    /// The path as the provider sees it, for its error messages.
    var path: Substring

    init(_ request: SessionRequest, _ providers: [VirtualProvider]) {
        (provider, dialect, path) = Self.provider(request.path, request.headers, providers)
        (endpoint, model) = Self.endpoint(of: path, dialect)
    }

    /// What a provider's own path stands for, and the model that it names.
    static func endpoint(of path: Substring, _ dialect: DialectName) -> (Endpoint, Substring) {
        switch dialect {
        case .openai: openAI(path)
        case .anthropic: anthropic(path)
        }
    }

    /// The path of a request target (RFC 9112, 3.2): origin form or absolute form, without the
    /// query.
    static func path(of target: String) -> Substring {
        var path = target[...]
        if let end = target.utf8.firstIndex(where: { $0 == 0x3F || $0 == 0x23 }) {
            path = path[..<end]
        }
        if path.utf8.first == UInt8(ascii: "/") { return path }
        for scheme in ["http://", "https://"] where path.utf8.starts(with: scheme.utf8) {
            let authority = path.dropFirst(scheme.utf8.count)
            guard let start = authority.utf8.firstIndex(of: UInt8(ascii: "/")) else { return "/" }
            return authority[start...]
        }
        return path
    }

    /// The session that `/s/<name>/…` names, and what follows it.
    static func session(in path: Substring) -> (name: Substring?, rest: Substring) {
        guard path.utf8.starts(with: "/s/".utf8) else { return (nil, path) }
        let rest = path.dropFirst(3)
        let end = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        return (rest[..<end], rest[end...])
    }

    private static func provider(
        _ path: Substring, _ headers: RequestHeaders, _ providers: [VirtualProvider]
    ) -> (String, DialectName, Substring) {
        for provider in providers {
            if let rest = rest(of: path, after: provider.name) {
                return (provider.name, provider.dialect, rest)
            }
        }
        for dialect in DialectName.allCases {
            if let rest = rest(of: path, after: dialect.rawValue) {
                return (dialect.rawValue, dialect, rest)
            }
        }
        let isAnthropic =
            rest(of: path, after: "v1/messages") != nil || headers.anthropicVersion != nil
            || (headers.apiKey != nil && rest(of: path, after: "v1/models") != nil)
        let dialect = isAnthropic && !isOpenAI(path) ? DialectName.anthropic : .openai
        return (dialect.rawValue, dialect, path)
    }

    /// Whether a path is OpenAI's alone, whatever the headers say.
    private static func isOpenAI(_ path: Substring) -> Bool {
        let bare = rest(of: path, after: "v1") ?? path
        return ["chat", "completions", "embeddings", "moderations"].contains {
            rest(of: bare, after: $0) != nil
        }
    }

    /// What follows `/<prefix>` in a path, with its slash; nil when the path does not start so.
    private static func rest(of path: Substring, after prefix: String) -> Substring? {
        let utf8 = path.utf8
        guard utf8.first == UInt8(ascii: "/") else { return nil }
        var end = utf8.index(after: utf8.startIndex)
        for byte in prefix.utf8 {
            guard end < utf8.endIndex, utf8[end] == byte else { return nil }
            end = utf8.index(after: end)
        }
        guard end == utf8.endIndex || utf8[end] == UInt8(ascii: "/") else { return nil }
        return path[end...]
    }

    /// OpenAI's paths, with and without `/v1`: users set base URLs without it (wire facts, 13).
    private static func openAI(_ path: Substring) -> (Endpoint, Substring) {
        let bare = rest(of: path, after: "v1") ?? path
        switch bare {
        case "/chat/completions": return (.chatCompletions, "")
        case "/completions": return (.completions, "")
        case "/embeddings": return (.embeddings, "")
        case "/moderations": return (.moderations, "")
        default: return models(bare)
        }
    }

    private static func anthropic(_ path: Substring) -> (Endpoint, Substring) {
        guard let bare = rest(of: path, after: "v1") else { return (.unknown, "") }
        if bare == "/messages" { return (.messages, "") }
        if bare == "/messages/count_tokens" { return (.countTokens, "") }
        return models(bare)
    }

    private static func models(_ path: Substring) -> (Endpoint, Substring) {
        guard let rest = rest(of: path, after: "models") else { return (.unknown, "") }
        if rest.isEmpty { return (.models, "") }
        let model = decoded(rest.dropFirst())
        return model.isEmpty ? (.unknown, "") : (.model, model)
    }

    /// Percent-decoding (RFC 3986, 2.1): ids such as `ft:gpt-4o:org` come as `ft%3Agpt-4o%3Aorg`.
    static func decoded(_ text: Substring) -> Substring {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var iterator = text.utf8.makeIterator()
        while let byte = iterator.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(hexValue),
                let low = iterator.next().flatMap(hexValue)
            else { return text }
            bytes.append(high << 4 | low)
        }
        return Substring(decoding: bytes, as: UTF8.self)
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        let lower = (0x41...0x46).contains(digit) ? digit | 0x20 : digit
        return Alphabet.hexValue(of: lower).map { UInt8(truncatingIfNeeded: $0) }
    }
}
