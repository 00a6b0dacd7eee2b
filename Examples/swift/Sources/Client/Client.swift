import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A small client of a provider that speaks as OpenAI does: it tries again what may pass.
public struct Client: Sendable {
    /// What the provider answered when nothing more could be tried.
    public struct Refused: Error, Equatable {
        public let status: Int
    }

    private let base: String
    private let key: String
    /// How often a question is sent at most.
    private let attempts: Int

    public init(base: String, key: String, attempts: Int = 3) {
        self.base = base
        self.key = key
        self.attempts = attempts
    }

    /// What the model answers to a question.
    public func ask(_ question: String) async throws -> String {
        var request = URLRequest(url: URL(string: base + "/chat/completions")!)
        request.httpMethod = "POST"
        request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = try JSONSerialization.data(withJSONObject: [
            "model": "gpt-4o-mini", "messages": [["role": "user", "content": question]],
        ])
        for attempt in 1... {
            let (body, response) = try await URLSession.shared.data(for: request)
            let answer = response as! HTTPURLResponse
            if answer.statusCode == 200 { return try text(of: body) }
            guard attempt < attempts, answer.statusCode == 429 || answer.statusCode >= 500 else {
                throw Refused(status: answer.statusCode)
            }
            let wait = answer.value(forHTTPHeaderField: "retry-after").flatMap(Double.init) ?? 0.1
            try await Task.sleep(for: .seconds(wait))
        }
        fatalError("the loop above ends by itself")
    }

    private func text(of body: Data) throws -> String {
        struct Answer: Decodable {
            struct Choice: Decodable {
                struct Message: Decodable { let content: String }
                let message: Message
            }
            let choices: [Choice]
        }
        return try JSONDecoder().decode(Answer.self, from: body).choices[0].message.content
    }
}
