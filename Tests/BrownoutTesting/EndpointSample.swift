package import BrownoutDialects
package import BrownoutEngine
package import BrownoutJSON
package import BrownoutWire

/// An endpoint of a provider, and requests that it answers: what tests run over that are about all
/// dialects.
package struct EndpointSample: Sendable, CustomStringConvertible {
    package let dialect: DialectName
    package let served: ServedPath

    /// Every path that any of them serves.
    package static let all = DialectName.allCases.flatMap { dialect in
        Dialects.profile(dialect).paths.map { EndpointSample(dialect: dialect, served: $0) }
    }

    /// Those where a model writes, in plain answers and in streams.
    package static let written = all.filter { $0.endpoint.operation.writesTokens }

    /// Those that are asked with a body.
    package static let posted = all.filter(\.hasBody)

    package var endpoint: Endpoint { served.endpoint }
    package var description: String { "\(dialect) \(endpoint.name)" }
    package var profile: ProviderProfile { Dialects.profile(dialect) }
    package var sample: DialectSample { DialectSample.of(dialect) }
    package var streams: StreamForm { Dialects.streamForm(dialect, of: endpoint) }
    package var hasBody: Bool { endpoint.method == "POST" }

    /// The kinds of answer that requests can ask for: whether they are streams.
    package var kinds: [Bool] { endpoint.operation.writesTokens ? [false, true] : [false] }

    /// The path without the provider's name before it.
    package var path: String {
        profile.fullPath(served.path) + (served.takesModel ? profile.sample.model : "")
    }

    /// What is asked, of which members can be others; null where requests have no body.
    package func body(stream: Bool = false, _ changes: [(String, JSON)] = []) -> JSON {
        guard hasBody else { return .null }
        let isChat = served.path == profile.sample.path
        let own = isChat ? .object(sample.body) : sample.bodies[endpoint.name] ?? .object([])
        var members = own.objectValue ?? []
        func set(_ key: String, _ value: JSON) {
            members.removeAll { $0.key == key }
            members.append(JSONMember(key, value))
        }
        if endpoint.operation.writesTokens {
            let choice = served.stream ?? profile.requests.stream
            for name in choice.members { set(name, .bool(stream)) }
            if stream { for option in sample.streamOptions { set(option.key, option.value) } }
        }
        for (key, value) in changes { set(key, value) }
        return .object(members)
    }

    /// A request as it comes in; `body` in place of the sample's own.
    package func incoming(
        stream: Bool = false, _ changes: [(String, JSON)] = [], body: JSON? = nil
    ) -> IncomingRequest {
        IncomingRequest(
            method: endpoint.method, target: "/\(dialect)\(path)",
            headers: HeaderFields(sample.headers),
            body: .success(body ?? self.body(stream: stream, changes)))
    }

    /// The request as its provider understands it.
    package func request(
        stream: Bool = false, _ changes: [(String, JSON)] = []
    ) -> ParsedRequest {
        Router.parse(in: .healthy, incoming(stream: stream, changes))
    }
}
