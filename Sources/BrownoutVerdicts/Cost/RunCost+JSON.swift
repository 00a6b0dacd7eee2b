package import BrownoutJSON

extension RunCost {
    /// The cost as other programs read it.
    package var json: JSON {
        [
            "currency": "USD", "useful": useful.json, "wasted": wasted.json,
            "unknown-models": .array(unknownModels.map { .string($0) }),
            "wasted-at-least": leastWasted.json, "wasted-at-most": mostWasted.json,
            "prices": .string(date),
            "tokens": [
                "useful": .int(usefulTokens), "wasted": .int(wastedTokens),
                "unpriced": .int(unpricedTokens),
            ],
            "uncounted-answers": .int(uncountedAnswers),
            "by": [
                "provider": RunCost.json(providers, "provider"),
                "model": RunCost.json(models, "model"),
                "session": RunCost.json(sessions, "session"),
                "key": RunCost.json(keys, "key"),
            ],
        ]
    }

    private static func json(_ lines: [Line], _ kind: String) -> JSON {
        .array(
            lines.map { line in
                var members: [JSONMember] = []
                if let provider = line.provider {
                    members.append(JSONMember("provider", .string(provider)))
                }
                members += [
                    JSONMember(kind, line.name.isEmpty ? .null : .string(line.name)),
                    JSONMember("tokens", .int(line.tokens)),
                    JSONMember("unpriced", .int(line.unpricedTokens)),
                    JSONMember("useful", line.useful.json),
                    JSONMember("wasted", line.wasted.json),
                ]
                return .object(members)
            })
    }
}
