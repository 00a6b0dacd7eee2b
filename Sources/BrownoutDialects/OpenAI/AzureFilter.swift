import BrownoutJSON

/// What Azure's filter adds to OpenAI's answers (wire facts, 5).
enum AzureFilter {
    /// What it says of harmless text.
    static let nothingFound: JSON = [
        "hate": ["filtered": false, "severity": "safe"],
        "self_harm": ["filtered": false, "severity": "safe"],
        "sexual": ["filtered": false, "severity": "safe"],
        "violence": ["filtered": false, "severity": "safe"],
    ]

    /// What a choice has in place of its delta in the asynchronous mode: what was found so far.
    static let soFar = [
        JSONMember("finish_reason", nil), JSONMember("logprobs", nil),
        JSONMember("content_filter_results", nothingFound),
        JSONMember(
            "content_filter_offsets", ["check_offset": 0, "start_offset": 0, "end_offset": 0]),
    ]
}
