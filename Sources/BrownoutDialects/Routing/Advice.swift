import BrownoutEngine

/// What the user of Brownout should know of a request for what is not there. The client gets the
/// provider's own refusal, which takes every such request for a mistake of spelling.
package struct Advice: Equatable, Sendable {
    /// What it is about: of one of each kind one piece of advice is enough.
    package var subject: String
    /// A sentence or two, without a full stop at its end.
    package var text: String

    package init(subject: String, text: String) {
        self.subject = subject
        self.text = text
    }

    /// Nil: the refusal says it all.
    static func about(
        _ error: ProviderError, _ request: IncomingRequest, _ route: Route, _ model: String
    ) -> Advice? {
        guard error.status == 404 || error.status == 405 else { return nil }
        if !model.isEmpty, error == Dialects.of(route.dialect).refusal(.model(model)) {
            return Advice(
                subject: "\(route.provider) model \(model)",
                text: "the model '\(model.prefix(100))' is none that \(route.provider) has; "
                    + "`models: [\(quoted(model))]` in the scenario adds it")
        }
        let path = String(route.path.prefix(longestPath))
        guard route.endpoint == .unknown || foreignAPI(path) != nil else { return nil }
        return Advice(
            subject: "\(route.provider) path \(path)",
            text: "\(request.method) \(path) of \(route.provider) is not served: "
                + (spelling(path, route) ?? foreign(path) ?? served(Dialects.profile(route.dialect)))
        )
    }

    private static let longestPath = 200

    /// A name as a scenario takes it within brackets.
    private static func quoted(_ model: String) -> String {
        let name = model.prefix(100)
        let isPlain = name.utf8.enumerated().allSatisfy { index, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/"): index > 0
            default: false
            }
        }
        if isPlain { return String(name) }
        return "'" + name.replacing("'", with: "''") + "'"
    }

    private static func served(_ profile: ProviderProfile) -> String {
        var names: [String] = []
        for served in profile.paths where served.isTelling {
            names.append(String(served.path.dropFirst()))
        }
        let last = names.popLast() ?? ""
        return "of \(profile.title)'s API that are \(names.joined(separator: ", ")) and \(last), "
            + "under /\(profile.name.rawValue)"
            + (profile.version.isEmpty ? "" : "/\(profile.version)")
    }

    // MARK: Base URLs

    /// Ends of paths that are served, the longer ones first, and how an SDK has to be told where.
    private static let ends: [(end: String, dialect: DialectName)] = {
        var ends: [(end: String, dialect: DialectName)] = []
        var known: [String] = []
        for profile in Dialects.profiles {
            for served in profile.paths where served.isTelling {
                // A path that two have is the first one's, as a rule.
                let path = profile.fullPath(served.path)
                if known.contains(path) { continue }
                known.append(path)
                ends.append((served.path, profile.name))
            }
        }
        return ends.sorted { $0.end.utf8.count > $1.end.utf8.count }
    }()

    /// What base URL was probably meant, where only that is wrong.
    private static func spelling(_ path: String, _ route: Route) -> String? {
        let parts = path.split(separator: "/")
        let plain = "/" + parts.joined(separator: "/")
        if plain.contains("/deployments/") { return nil }
        var dialect = route.dialect
        if plain == path || Dialects.profile(dialect).endpoint(of: plain[...]).0 == .unknown {
            guard let found = ends.first(where: { plain.lowercased().hasSuffix($0.end) }) else {
                return nil
            }
            if found.end != "/models" { dialect = found.dialect }
        }
        let reason =
            if plain != path {
                "it has a slash too many; "
            } else if parts.count(where: { $0 == "v1" }) > 1 {
                "it has /v1 twice; "
            } else {
                ""
            }
        return reason + baseURL(dialect, route)
    }

    /// The SDKs of OpenAI want the version in their base URL, those of Anthropic add it.
    private static func baseURL(_ dialect: DialectName, _ route: Route) -> String {
        let provider = dialect == route.dialect ? route.provider : dialect.rawValue
        let basePath = Dialects.profile(dialect).basePath
        return "the base URL was probably meant to end with /\(provider)"
            + (basePath.isEmpty ? ", without /v1" : basePath) + " and no slash behind it"
    }

    // MARK: APIs that are not served

    /// The first parts of OpenAI's and Anthropic's own APIs, and what they are called.
    private static let apis: [(part: String, name: String)] = [
        ("responses", "OpenAI's Responses API"), ("conversations", "OpenAI's Conversations API"),
        ("batches", "the API of batches"), ("files", "the API of files"),
        ("uploads", "OpenAI's API of uploads"), ("images", "OpenAI's API of images"),
        ("audio", "OpenAI's API of audio"), ("videos", "OpenAI's API of videos"),
        ("realtime", "OpenAI's Realtime API"), ("assistants", "OpenAI's Assistants API"),
        ("threads", "OpenAI's Assistants API"), ("vector_stores", "OpenAI's API of vector stores"),
        ("fine_tuning", "OpenAI's API of fine-tuning"), ("fine-tunes", "OpenAI's fine-tuning"),
        ("evals", "OpenAI's API of evals"), ("containers", "OpenAI's API of containers"),
        ("organization", "the API of organizations"), ("organizations", "the Admin API"),
        ("complete", "Anthropic's API of text completions"), ("skills", "Anthropic's Skills API"),
        ("rerank", "an API of reranking"),
    ]

    private static func foreign(_ path: String) -> String? {
        foreignAPI(path).map { name in
            "Brownout does not make answers of \(name). `record`, and a scenario whose source is an "
                + "upstream or recordings, pass such requests on"
        }
    }

    /// What an API is called that others have.
    private static func foreignAPI(_ path: String) -> String? {
        let parts = path.split(separator: "/")
        if parts.contains("deployments") { return "Azure's deployments" }
        if let method = parts.last?.split(separator: ":").dropFirst().last,
            parts.contains(where: { $0 == "models" || $0 == "publishers" }),
            [
                "generateContent", "streamGenerateContent", "countTokens", "embedContent",
                "batchEmbedContents", "predict", "rawPredict", "streamRawPredict",
            ]
            .contains(String(method))
        {
            return method.hasSuffix("redict") ? "Vertex AI" : "Gemini"
        }
        if parts.first == "model", parts.count > 2 { return "Bedrock" }
        let own = parts.first == "v1" ? parts.dropFirst() : parts[...]
        if own.starts(with: ["messages", "batches"]) { return "the API of batches" }
        return apis.first { $0.part == own.first ?? "" }?.name
    }
}
