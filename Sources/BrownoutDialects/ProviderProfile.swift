package import BrownoutEngine
package import BrownoutWire

/// What is to be known of a provider as data: names, addresses, credentials, models.
package final class ProviderProfile: Sendable {
    /// What scenarios, commands and paths call it: `openai`.
    package let name: DialectName
    /// As its owner writes it: `OpenAI`.
    package let title: String
    /// Its own hosts; the first is the one its clients ask unless they are told otherwise.
    package let hosts: [String]
    /// Ends of hosts where its API is served below a path of its own, and whose they are.
    package let guestHosts: [(suffix: String, owner: String)]
    /// The environment variable that its SDKs take a base URL from.
    package let variable: String
    /// What its SDKs want at the end of their base URL, behind the provider's name.
    package let basePath: String
    /// The first part of its paths: `v1`; empty where paths have nothing in common.
    package let version: String
    /// Its paths are served without their version too, as users leave it out.
    package let versionIsOptional: Bool
    /// Everything it serves, in the order it is told in.
    package let paths: [ServedPath]
    /// First parts of paths, behind the version, that are this provider's alone: a request
    /// without a provider's name that begins so is for it.
    package let ownParts: [String]
    /// A header field that all of its clients send and nobody else's; nil: there is none.
    package let marker: String?
    /// Where its clients send their key, the commonest first.
    package let credentials: [CredentialPlace]
    /// What its streams have.
    package let streams: StreamForm
    /// Where its answers say what they say.
    package let answers: AnswerReading
    /// What is to be known of its requests without its parser.
    package let requests: RequestReading
    /// The field of its answers that has the request's id; nil: none has.
    package let requestIDField: String?
    /// The form of those ids; nil where there are none.
    let requestIDs: RequestIDForm?
    /// A model that everybody may ask, and the path of a chat with it.
    package let sample: (path: String, model: String)
    /// What names of its models begin with, where nobody else's do.
    package let modelPrefixes: [String]
    /// Two models that answers name which were not asked for (`wrong-model`).
    let otherModels: (String, String)
    /// Why an answer ends that the provider's filter stops.
    let filterFinish: Reply.Finish
    /// Whether plain answers say what the model thought.
    package let showsThinking: Bool
    /// Paths of requests without one, by a member that their bodies have; an empty name: by any.
    package let pathsByMember: [(member: String, path: String)]
    /// A member that all of its plain answers have, and nobody else's.
    package let answerMark: (member: String, value: String)?

    init(
        _ name: DialectName, title: String, hosts: [String],
        guestHosts: [(suffix: String, owner: String)] = [], variable: String,
        basePath: String = "", version: String = "v1", versionIsOptional: Bool = false,
        paths: [ServedPath], ownParts: [String] = [], marker: String? = nil,
        credentials: [CredentialPlace], streams: StreamForm, answers: AnswerReading,
        requests: RequestReading = RequestReading(), requestIDField: String? = nil,
        requestIDs: RequestIDForm? = nil,
        sample: (path: String, model: String), modelPrefixes: [String] = [],
        otherModels: (String, String), filterFinish: Reply.Finish, showsThinking: Bool = false,
        pathsByMember: [(member: String, path: String)],
        answerMark: (member: String, value: String)? = nil
    ) {
        self.name = name
        self.title = title
        self.hosts = hosts
        self.guestHosts = guestHosts
        self.variable = variable
        self.basePath = basePath
        self.version = version
        self.versionIsOptional = versionIsOptional
        self.paths = paths
        self.ownParts = ownParts
        self.marker = marker
        self.credentials = credentials
        self.streams = streams
        self.answers = answers
        self.requests = requests
        self.requestIDField = requestIDField
        self.requestIDs = requestIDs
        self.sample = sample
        self.modelPrefixes = modelPrefixes
        self.otherModels = otherModels
        self.filterFinish = filterFinish
        self.showsThinking = showsThinking
        self.pathsByMember = pathsByMember
        self.answerMark = answerMark
    }
}

/// A path that a provider serves.
package struct ServedPath: Sendable {
    /// Behind the version, with its slash; where the name of a model follows, with one at its end.
    package let path: String
    /// What a request to the path asks for.
    package let endpoint: Endpoint
    /// Whether its answers are streams, where the path says it; nil: requests say it as all others.
    package let stream: StreamChoice?
    /// What its streams have; nil: what the provider's have.
    package let streams: StreamForm?

    /// Whether the name of a model follows, to the end.
    package var takesModel: Bool { !isRoot && path.utf8.last == UInt8(ascii: "/") }

    /// Whether it is the root, which every URL could end with.
    private var isRoot: Bool { path == "/" }

    /// Whether a URL that ends so may be one of the endpoint.
    package var isTelling: Bool { !isRoot && !takesModel }

    init(
        _ path: String, _ endpoint: Endpoint, stream: StreamChoice? = nil,
        streams: StreamForm? = nil
    ) {
        self.path = path
        self.endpoint = endpoint
        self.stream = stream
        self.streams = streams
    }
}

/// Where a client sends its key.
package enum CredentialPlace: Equatable, Sendable {
    /// `Authorization: Bearer …` (RFC 6750, 2.1).
    case bearer
    /// A field of its own, in lower case.
    case field(String)
}

extension ProviderProfile {
    /// The endpoints, each once.
    package var endpoints: [Endpoint] {
        paths.reduce(into: []) { all, served in
            if !all.contains(served.endpoint) { all.append(served.endpoint) }
        }
    }

    /// Whether the provider's API has such an endpoint. Every API has paths that nobody knows.
    package func serves(_ endpoint: Endpoint) -> Bool {
        endpoint == .unknown || paths.contains { $0.endpoint == endpoint }
    }

    /// What the streams of an endpoint have.
    package func streams(of endpoint: Endpoint) -> StreamForm {
        paths.first { $0.endpoint == endpoint }?.streams ?? streams
    }

    /// A path of the provider's with its version.
    package func fullPath(_ path: String) -> String {
        version.isEmpty ? path : "/\(version)\(path)"
    }

    /// The URL of its own host.
    package var origin: String { "https://\(hosts[0])" }

    /// Whether a host is the provider's own, one of a region (`eu.api.openai.com`) too.
    package func owns(host: String) -> Bool {
        hosts.contains { host == $0 || host.hasSuffix("." + $0) }
    }

    /// The key that a client presented, without `Bearer`; empty where it presented none.
    func credential(in headers: RequestHeaders) -> String {
        for place in credentials {
            switch place {
            case .bearer: if let token = headers.bearer { return token }
            case .field(let name): if let key = headers.value(of: name) { return key }
            }
        }
        return ""
    }

    /// Whether the client presented a key in a field where this provider's clients alone put it
    /// as a rule.
    func isKeyed(_ headers: RequestHeaders) -> Bool {
        guard case .field(let name)? = credentials.first else { return false }
        return headers.value(of: name) != nil
    }
}
