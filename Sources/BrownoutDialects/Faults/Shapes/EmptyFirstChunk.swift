import BrownoutEngine
import BrownoutJSON
import BrownoutWire

extension Answer {
    /// `empty-first-chunk`: before the first event comes one that brings nothing.
    ///
    /// - OpenAI: the chunk that Azure begins with: no choices, no id, no model, and what its
    ///   filter found in the prompt (wire facts, 5).
    /// - Anthropic, whose streams have no choices: a ping, before the message has begun.
    func withEmptyFirstChunk(_ dialect: DialectName) -> Answer? {
        changingStream { stream in
            switch dialect {
            case .openai: stream.inserting(Self.azureOpening, at: 0)
            case .anthropic:
                stream.form.ping.map { stream.inserting($0.event, at: 0) }
            }
        }
    }

    private static let azureOpening = StreamEvent(
        nil,
        [
            "choices": [], "created": 0, "id": "", "model": "", "object": "",
            "prompt_filter_results": [
                ["prompt_index": 0, "content_filter_results": AzureFilter.nothingFound]
            ],
        ])
}

/// What Azure's filter says of harmless text.
enum AzureFilter {
    static let nothingFound: JSON = [
        "hate": ["filtered": false, "severity": "safe"],
        "self_harm": ["filtered": false, "severity": "safe"],
        "sexual": ["filtered": false, "severity": "safe"],
        "violence": ["filtered": false, "severity": "safe"],
    ]
}
