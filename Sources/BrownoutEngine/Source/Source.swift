/// Where healthy answers come from.
package enum Source: Equatable, Sendable {
    case synthesise
    case replay(ReplaySource)
    case upstream([Upstream])
}

/// A provider that answers itself.
package struct Upstream: Equatable, Sendable {
    /// The provider whose requests go there: a built-in one or a virtual one.
    package var provider: String
    /// Without a slash at its end: `https://api.openai.com/v1`.
    package var url: String

    package init(provider: String, url: String) {
        self.provider = provider
        self.url = url
    }

    /// Nil for what is no base URL: `http` or `https`, a host, perhaps a port and a path; neither
    /// a user, whose password would be written down, nor a query.
    package init?(provider: String, checking text: String) {
        let schemes = ["http://", "https://"]
        guard let scheme = schemes.first(where: text.lowercased().hasPrefix) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty, host.first != ":",
            !rest.contains(where: { "?#@ \\\"".contains($0) || !$0.isASCII || $0 < " " })
        else { return nil }
        var url = text
        while url.hasSuffix("/") { url.removeLast() }
        self.init(provider: provider, url: url)
    }

    /// The URL that a request for a path and a query goes to below a base URL, which may end with
    /// the version that the path begins with.
    package static func url(_ base: String, path: String, query: String?) -> String {
        var base = base[...]
        while base.hasSuffix("/") { base.removeLast() }
        var path = path[...]
        for version in ["/v1", "/v1beta"]
        where base.hasSuffix(version) && (path == version || path.hasPrefix(version + "/")) {
            path = path.dropFirst(version.count)
            break
        }
        return String(base) + String(path) + (query.map { "?" + $0 } ?? "")
    }
}

/// Recordings, and how they are given back.
package struct ReplaySource: Equatable, Sendable {
    /// A file, a folder or a store.
    package var path: String
    /// The first whose model matches says what makes two requests the same; none: the standard.
    package var match: [MatchRule] = []
    /// What becomes of a request that no recording answers.
    package var onMiss = OnMiss.fail
    /// Where a request goes that no recording answers, with ``OnMiss/upstream``.
    package var upstreams: [Upstream] = []
    /// How fast the recorded answers come.
    package var pace = ReplayPace.recorded
    /// Which of several recordings of one request comes next.
    package var order = ReplayOrder.repeatLast
    /// Ids of answers, and of requests in their heads, are made anew; else they are as recorded.
    package var freshIDs = false
    /// `created` is the time of the answer; else it is as recorded.
    package var createdNow = false
    /// The first that is about a recording says how long it is good; none: for ever.
    package var timesToLive: [RecordingLife] = []

    package init(path: String) {
        self.path = path
    }
}

/// What becomes of a request that no recording answers.
package enum OnMiss: String, CaseIterable, Sendable {
    /// The provider's own 404, and the run has failed.
    case fail
    case synthesise
    case upstream
}

/// How fast a recorded answer comes.
package enum ReplayPace: Equatable, Sendable {
    /// With the waits that were recorded.
    case recorded
    /// At once.
    case none
    /// So many times as fast.
    case scaled(Double)
    /// With other waits.
    case retimed(Pace)
}

/// Which of several recordings of one request comes next.
package enum ReplayOrder: String, CaseIterable, Sendable {
    /// One after the other; behind the last there is none.
    case sequence
    /// One after the other; the last answers whatever comes behind it.
    case repeatLast = "repeat-last"
    /// One after the other, and from the first again.
    case cycle
}

/// How long recordings are good.
package struct RecordingLife: Equatable, Sendable {
    /// Models it is about; nil: all.
    package var model: Glob?
    /// Endpoints it is about; empty: all.
    package var endpoints: [Endpoint]
    /// How old such a recording may be, by the machine's clock, from when it was made.
    package var time: Duration

    package init(model: Glob? = nil, endpoints: [Endpoint] = [], time: Duration) {
        self.model = model
        self.endpoints = endpoints
        self.time = time
    }
}

/// What makes two requests the same, for some models.
package struct MatchRule: Equatable, Sendable {
    /// Models it is about; nil: all.
    package var model: Glob?
    /// Everything that has to be the same.
    package var parts: [MatchPart]
    /// JSON pointers into the body to what does not count, whatever the parts say.
    package var ignored: [String]

    package init(
        model: Glob? = nil, parts: [MatchPart] = MatchPart.standard, ignored: [String] = []
    ) {
        self.model = model
        self.parts = parts
        self.ignored = ignored
    }
}

/// A part of a request that recordings are told apart by.
package enum MatchPart: Equatable, Sendable {
    case provider
    /// What the request asks for; of an API that is not known, its method and path.
    case endpoint
    case method
    case path
    case query
    /// The query of a request that has no body, which is then what it says: the page of a list.
    case queryWithoutBody
    /// What the provider reads: model, messages, tools, parameters of sampling; not `stream`,
    /// ids or the order of keys. Where that is not known, all of the body but `stream`.
    case normalForm
    case model
    case messages
    case messagesWithoutSystem
    case lastUserMessage
    /// All of the body, as JSON where it is some.
    case body
    case header(String)
    case queryItem(String)
    /// What a JSON pointer leads to.
    case pointer(String)

    /// What has to be the same where a scenario says nothing else.
    package static let standard: [MatchPart] = [
        .provider, .endpoint, .normalForm, .queryWithoutBody,
    ]

    /// The parts that have no name of their own, and what a scenario calls them.
    package static let words: [(word: String, part: MatchPart)] = [
        ("provider", .provider), ("endpoint", .endpoint), ("method", .method), ("path", .path),
        ("query", .query), ("query-without-body", .queryWithoutBody),
        ("normal-form", .normalForm), ("model", .model),
        ("messages", .messages), ("messages-without-system", .messagesWithoutSystem),
        ("last-user-message", .lastUserMessage), ("body", .body),
    ]
}
