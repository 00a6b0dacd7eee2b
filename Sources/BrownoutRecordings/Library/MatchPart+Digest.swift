import BrownoutDialects
import BrownoutEngine
import BrownoutJSON

extension MatchPart {
    /// The part as scenarios name it, and what it is about.
    var name: String {
        switch self {
        case .header(let name): "header \(name.lowercased())"
        case .queryItem(let name): "query \(name)"
        case .pointer(let pointer): "body \(pointer)"
        default: MatchPart.words.first { $0.part == self }?.word ?? ""
        }
    }

    /// Whether the part can tell a request from others; what cannot is no part of its key.
    func counts(in request: MatchRequest) -> Bool {
        self != .queryWithoutBody || (request.hasNoBody && !request.queryItems.isEmpty)
    }

    /// A word that is the same where the part is.
    func digest(of request: MatchRequest) -> UInt64 {
        switch self {
        case .provider: SipHash.word(request.address.provider)
        case .endpoint: Self.endpoint(of: request)
        case .method: SipHash.word(request.method)
        case .path: SipHash.word(request.address.path)
        case .query: Self.query(of: request)
        case .queryWithoutBody: counts(in: request) ? Self.query(of: request) : 0
        case .normalForm: Self.normalForm(of: request)
        case .model: SipHash.word(request.model)
        case .messages: Conversation.digest(of: request, withSystem: true)
        case .messagesWithoutSystem: Conversation.digest(of: request, withSystem: false)
        case .lastUserMessage: Self.word(Conversation.lastUserText(in: request))
        case .body: Self.body(of: request, without: request.requests.stream.members)
        case .header(let name): Self.words(request.header(name))
        case .queryItem(let name):
            Self.words(request.queryItems.filter { $0.name == name }.map(\.value))
        case .pointer(let pointer): Self.value(request.json?.value(at: pointer))
        }
    }

    /// What a path means counts, not how it is written: OpenAI's come with and without `/v1`.
    private static func endpoint(of request: MatchRequest) -> UInt64 {
        let address = request.address
        switch address.endpoint.operation {
        case .unknown: return CallDigest.request(request.method, address.path[...])
        case .model: return SipHash.word("\(request.method) model \(address.model)")
        default: return SipHash.word("\(request.method) \(address.endpoint.name)")
        }
    }

    /// Whatever the order of its items.
    private static func query(of request: MatchRequest) -> UInt64 {
        request.queryItems.reduce(0) { sum, item in
            var hash = SipHash()
            hash.combine(item.name)
            hash.combine(item.value)
            return sum &+ hash.finalize()
        }
    }

    private static func normalForm(of request: MatchRequest) -> UInt64 {
        let endpoint = request.address.endpoint
        guard case .json(.object(let members)) = request.body else {
            return body(of: request, without: [])
        }
        return switch endpoint.operation {
        case .chat: CallDigest.chat(members, request.profile)
        case .text, .embed, .moderate, .count:
            CallDigest.body(members, of: endpoint, request.profile)
        case .models, .model, .info, .unknown:
            body(of: request, without: request.requests.sending)
        }
    }

    /// All members of a body but some; what is no object counts as it is.
    private static func body(of request: MatchRequest, without names: [String]) -> UInt64 {
        switch request.body {
        case .json(.object(let members)):
            return value(.object(members.filter { !names.contains($0.key) }))
        case .json(let json): return value(json)
        case .bytes(let bytes):
            var hash = SipHash(key: 1, 0)
            bytes.withUnsafeBufferPointer { hash.combine($0) }
            return hash.finalize()
        }
    }

    /// What is absent is not the same as null.
    private static func value(_ json: JSON?) -> UInt64 {
        guard let json else { return 0 }
        var hash = SipHash()
        CallDigest.combine(json, into: &hash)
        return hash.finalize()
    }

    private static func word(_ text: String?) -> UInt64 { text.map(SipHash.word) ?? 0 }

    /// What is absent is not the same as empty.
    private static func words(_ values: [String]) -> UInt64 {
        var hash = SipHash()
        for value in values { hash.combine(value) }
        return hash.finalize()
    }
}
