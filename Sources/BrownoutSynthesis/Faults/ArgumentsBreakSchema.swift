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

    /// nil: nothing that was tried breaks the schema, as with one that allows everything.
    static func arguments(_ text: String, _ schema: JSON) -> String? {
        guard case .object = schema else { return nil }
        var judge = SchemaJudge(root: schema)
        for candidate in candidates(parsed(text)) where !judge.fits(candidate, schema) {
            return candidate.text
        }
        return nil
    }

    private static func parsed(_ text: String) -> [JSONMember] {
        do throws(JSONParseError) { return try JSON.parse(text).objectValue ?? [] } catch {
            return []
        }
    }

    /// A member of the wrong type, a member too few, no members at all, no object.
    private static func candidates(_ members: [JSONMember]) -> [JSON] {
        let places = members.indices.prefix(mostMembers)
        let wrong = places.map { place in
            var members = members
            members[place].value = anotherType(than: members[place].value)
            return JSON.object(members)
        }
        let fewer = places.map { place in
            var members = members
            members.remove(at: place)
            return JSON.object(members)
        }
        return wrong + fewer + [.object([]), .array([])]
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
