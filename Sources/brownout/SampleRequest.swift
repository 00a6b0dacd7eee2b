import BrownoutDialects
import BrownoutEngine
import BrownoutJSON

/// The plain chat request that commands ask when nobody is there to ask.
enum SampleRequest {
    /// `provider` is the first part of the path; `model` nil: one that the dialect has.
    static func request(
        _ call: String, to provider: String, _ dialect: DialectName, model: String? = nil,
        stream: Bool = false, key: String, session: String = SessionName.standard,
        client: NetworkAddress? = nil
    ) -> IncomingRequest {
        let profile = Dialects.profile(dialect)
        let sample = profile.sample
        let body: JSON = [
            "model": .string(model ?? sample.model), "max_tokens": 1024, "stream": .bool(stream),
            "messages": [["role": "user", "content": "hello"]],
        ]
        return IncomingRequest(
            method: "POST", target: "/\(provider)\(profile.fullPath(sample.path))",
            headers: [
                HeaderField("authorization", "Bearer \(key)"),
                HeaderField("anthropic-version", "2023-06-01"),
                HeaderField("x-brownout-call", call), HeaderField("x-brownout-session", session),
            ],
            body: .success(body), client: client)
    }
}
