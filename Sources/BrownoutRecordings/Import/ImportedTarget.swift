import BrownoutEngine

/// Where a request of somebody else's file went: which provider that is, and what of its URL is
/// the provider's own path.
///
/// Upstream and path make up the whole URL, so nothing is lost where a provider's API lies below
/// a path of its host: a client whose base URL is Brownout's asks for the rest. At a provider's own
/// host nothing does: the path is all of the URL's.
struct ImportedTarget {
    var dialect: DialectName
    /// `https://api.openai.com`, or with the path that is the deployment's.
    var upstream: String
    var path: String
    var query: String?
    /// What the user should know of how this was found; nil where the host says it all.
    var note: String?

    /// What an API's URLs end with, the longer ones first.
    private static let endpoints: [(path: String, dialect: DialectName)] = [
        ("/v1/chat/completions", .openai), ("/v1/completions", .openai),
        ("/v1/embeddings", .openai), ("/v1/moderations", .openai),
        ("/v1/messages/count_tokens", .anthropic), ("/v1/messages", .anthropic),
        ("/chat/completions", .openai), ("/completions", .openai), ("/embeddings", .openai),
        ("/moderations", .openai), ("/v1/models", .openai),
    ]

    /// Nil for a URL of neither provider's.
    init?(_ url: String, headers: [HeaderField], _ options: ImportOptions) {
        let (origin, whole, query) = Self.split(url)
        self.query = query
        let host = Self.host(of: origin)
        let endpoint = Self.endpoints.first { whole.hasSuffix($0.path) }
        let isAnthropic = headers.contains { $0.name.lowercased() == "anthropic-version" }
        var isOwn = false
        if let given = options.hosts.first(where: { $0.host.matches(host) }) {
            dialect = given.dialect
        } else if let own = Self.dialect(ofOwn: host) {
            dialect = own
            isOwn = true
        } else if host.hasSuffix(".openai.azure.com")
            || host.hasSuffix(".cognitiveservices.azure.com")
        {
            dialect = .openai
            note = "host \(host) is Azure's: taken as openai, below a path of its own"
        } else if let endpoint {
            dialect = isAnthropic ? .anthropic : endpoint.dialect
            note = "host \(host) is not known: taken as \(dialect.rawValue) by its path"
        } else {
            return nil
        }
        let cut = isOwn ? nil : endpoint
        let prefix = cut.map { whole.utf8.count - $0.path.utf8.count } ?? 0
        let bytes = Array(whole.utf8)
        upstream = origin + String(decoding: bytes[..<prefix], as: UTF8.self)
        path = String(decoding: bytes[prefix...], as: UTF8.self)
    }

    /// Whose host it is, one of a region (`eu.api.openai.com`) too; nil for anybody else's.
    private static func dialect(ofOwn host: String) -> DialectName? {
        let own = [("api.openai.com", DialectName.openai), ("api.anthropic.com", .anthropic)]
        return own.first { host == $0.0 || host.hasSuffix("." + $0.0) }?.1
    }

    /// The host of a URL, in lower case, without its port.
    static func host(of url: String) -> String {
        let origin = split(url).origin
        let start = origin.range(after: "://") ?? origin.startIndex
        var host = origin[start...]
        if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") { host = host[..<colon] }
        return host.lowercased()
    }

    /// A URL's origin, path and query; its fragment was never sent.
    private static func split(_ url: String) -> (origin: String, path: String, query: String?) {
        let sent = url.prefix { $0 != "#" }
        let start = sent.range(after: "://") ?? sent.startIndex
        let path = sent[start...].firstIndex { $0 == "/" || $0 == "?" } ?? sent.endIndex
        let origin = String(sent[..<path])
        let rest = sent[path...]
        guard let mark = rest.firstIndex(of: "?") else {
            return (origin, rest.isEmpty ? "/" : String(rest), nil)
        }
        let before = rest[..<mark]
        return (
            origin, before.isEmpty ? "/" : String(before),
            String(rest[rest.index(after: mark)...])
        )
    }
}

extension StringProtocol {
    /// Where the text behind the first occurrence of a mark begins.
    fileprivate func range(after mark: String) -> Index? {
        var rest = self[...]
        while let first = mark.first, let place = rest.firstIndex(of: first) {
            if rest[place...].hasPrefix(mark) { return rest.index(place, offsetBy: mark.count) }
            rest = rest[rest.index(after: place)...]
        }
        return nil
    }
}
