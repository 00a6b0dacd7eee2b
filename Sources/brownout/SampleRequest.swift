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
        let (path, standard): (String, String) =
            switch dialect {
            case .openai: ("chat/completions", "gpt-4o-mini")
            case .anthropic: ("messages", "claude-sonnet-4-5")
            }
        let body: JSON = [
            "model": .string(model ?? standard), "max_tokens": 1024, "stream": .bool(stream),
            "messages": [["role": "user", "content": "hello"]],
        ]
        return IncomingRequest(
            method: "POST", target: "/\(provider)/v1/\(path)",
            headers: [
                HeaderField("authorization", "Bearer \(key)"),
                HeaderField("anthropic-version", "2023-06-01"),
                HeaderField("x-brownout-call", call), HeaderField("x-brownout-session", session),
            ],
            body: .success(body), client: client)
    }
}
