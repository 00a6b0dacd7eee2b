package import BrownoutDialects
import BrownoutJSON

extension Reply {
    /// The reply with arguments that are JSON and do not fit the schema of their tool
    /// (`arguments-break-schema`); nil where no call has a schema that could be broken.
    package func breakingSchemas(of tools: [ChatRequest.Tool]) -> Reply? {
        var reply = self
        var isBroken = false
        for choice in choices.indices {
            for call in choices[choice].toolCalls.indices {
                let made = choices[choice].toolCalls[call]
                guard let tool = tools.first(where: { $0.name == made.name }),
                    let arguments = SchemaBreaker.arguments(made.arguments.text, tool.schema)
                else { continue }
                reply.choices[choice].toolCalls[call].arguments = TokenText(arguments)
                isBroken = true
            }
        }
        return isBroken ? reply : nil
    }
}

/// Changes arguments until they no longer fit their schema, as little as will do.
enum SchemaBreaker {
    /// Members that are tried; a schema with more has others to be broken by.
    private static let mostMembers = 50

    /// A member of the wrong type, a member too few, no members at all, no object: the first of
    /// them that does not fit. Nil: all fit, as where a schema allows everything.
    static func arguments(_ text: String, _ schema: JSON) -> String? {
        guard case .object = schema else { return nil }
        var judge = SchemaJudge(root: schema)
        let members = parsed(text)
        let places = members.indices.prefix(mostMembers)
        func breaks(_ candidate: JSON) -> Bool {
            !judge.isExhausted && !judge.fits(candidate, schema)
        }
        let wrong = places.lazy.map { withAnotherType(at: $0, in: members) }
        let fewer = places.lazy.map { place in
            JSON.object(members.enumerated().filter { $0.offset != place }.map(\.element))
        }
        return
            (wrong.first(where: breaks) ?? fewer.first(where: breaks)
            ?? [JSON.object([]), .array([])].first(where: breaks))?.text
    }

    private static func parsed(_ text: String) -> [JSONMember] {
        do throws(JSONParseError) { return try JSON.parse(text).objectValue ?? [] } catch {
            return []
        }
    }

    private static func withAnotherType(at place: Int, in members: [JSONMember]) -> JSON {
        var members = members
        members[place].value = anotherType(than: members[place].value)
        return .object(members)
    }

    /// What a model that mixes types up would write.
    private static func anotherType(than value: JSON) -> JSON {
        switch value {
        case .string: .number(JSONNumber(42))
        case .number(let number): .string("about \(number.text)")
        case .bool(let bool): .string(bool ? "yes" : "no")
        case .null, .array, .object: .string("unknown")
        }
    }
}
