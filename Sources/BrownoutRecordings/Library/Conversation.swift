import BrownoutDialects
import BrownoutEngine
import BrownoutJSON

/// What is said in a request, wherever its API puts it.
enum Conversation {
    /// A word for all that is said, with or without what the system says.
    static func digest(of request: MatchRequest, withSystem: Bool) -> UInt64 {
        guard case .json(.object(let members)) = request.body else { return 0 }
        let profile = request.profile
        let (turns, systems) = (profile.requests.turns, profile.requests.systems)
        var sum: UInt64 = 0
        for member in members where !member.value.isNull {
            var hash = SipHash()
            if turns.contains(member.key) {
                hash.combine(1)
                let said = withSystem ? member.value : withoutSystem(member.value)
                CallDigest.combine(messages: said, profile, into: &hash)
            } else if withSystem, systems.contains(member.key) {
                hash.combine(2)
                CallDigest.combine(content: member.value, profile, into: &hash)
            } else {
                continue
            }
            sum &+= hash.finalize()
        }
        return sum
    }

    /// The turns without those of the system (`developer` in OpenAI's newer models).
    static func withoutSystem(_ turns: JSON) -> JSON {
        guard case .array(let messages) = turns else { return turns }
        return .array(
            messages.filter { message in
                let role = message["role"]?.stringValue
                return role != "system" && role != "developer"
            })
    }

    /// The text of the last turn of the user that has some, its parts joined by newlines; nil
    /// where there is none.
    static func lastUserText(in request: MatchRequest) -> String? {
        guard let json = request.json else { return nil }
        for key in request.requests.turns {
            switch json[key] {
            case .string(let text)?: return text
            case .array(let turns)?: return lastUserText(of: turns)
            default: continue
            }
        }
        return nil
    }

    private static func lastUserText(of turns: [JSON]) -> String? {
        // Inputs of embeddings and prompts of completions are texts alone.
        let texts = turns.compactMap(\.stringValue)
        if !texts.isEmpty, texts.count == turns.count { return texts.joined(separator: "\n") }
        for turn in turns.reversed() {
            // Gemini's contents may do without a role.
            guard turn["role"]?.stringValue ?? "user" == "user" else { continue }
            switch turn["content"] ?? turn["parts"] {
            case .string(let text)?: return text
            case .array(let parts)?:
                let texts = parts.compactMap { $0.stringValue ?? $0["text"]?.stringValue }
                if !texts.isEmpty { return texts.joined(separator: "\n") }
            default: continue
            }
        }
        return nil
    }
}
