import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutRecordings

/// A chat as random as its seed, that can be written in many ways.
struct RandomChat {
    private var dice: RandomRecording
    private var members: [JSONMember] = []
    private let isOpenAI: Bool

    private static let words = [
        "", "Hi", "a b", "naïve", "e\u{301}", "é", "👋🏽", "\u{0}", "\"", "\\n", "1", "null", "日本",
        "line\nline", "~/", "\u{2028}",
    ]

    init(seed: UInt64) {
        dice = RandomRecording(seed: seed)
        isOpenAI = dice.chance(50)
        members.append(JSONMember("model", .string(dice.pick(["gpt-4o", "o3", "claude-x"]))))
        if dice.chance(30) { members.append(JSONMember("temperature", 0)) }
        if dice.chance(30) { members.append(JSONMember("max_tokens", 64)) }
        if dice.chance(20) { members.append(JSONMember("stop", [text()])) }
        if dice.chance(30) {
            let tool: JSON = ["type": "function", "name": text()]
            members.append(JSONMember("tools", [tool]))
        }
        if !isOpenAI { members.append(JSONMember("system", text())) }
        let messages = (0..<(1 + dice.below(5))).map { _ in message() }
        members.append(JSONMember("messages", .array(messages)))
    }

    private mutating func text() -> JSON { .string(dice.pick(Self.words) + dice.pick(Self.words)) }

    private mutating func message() -> JSON {
        switch dice.below(3) {
        case 0: return ["role": "user", "content": text()]
        case 1: return ["role": "user", "content": [["type": "text", "text": text()], image()]]
        default:
            let function: JSON = ["name": "f", "arguments": text()]
            return ["role": "assistant", "tool_calls": [["id": text(), "function": function]]]
        }
    }

    private mutating func image() -> JSON { ["type": "image", "source": ["data": text()]] }

    mutating func flag() -> Bool { dice.chance(50) }

    /// The same request, written another way.
    mutating func rewritten() -> MatchRequest {
        var members = members.map { JSONMember($0.key, rewritten($0.value)) }
        if flag() { members.append(JSONMember("stream", .bool(flag()))) }
        if flag() { members.append(JSONMember("user", text())) }
        if flag() { members.append(JSONMember("metadata", ["a": text()])) }
        if flag() { members.append(JSONMember("seed", nil)) }
        return request(.object(members))
    }

    private mutating func rewritten(_ value: JSON) -> JSON {
        switch value {
        case .number(let number):
            return .number(JSONNumber(text: flag() ? number.text : number.text + ".0"))
        case .array(let items): return .array(items.map { rewritten($0) })
        case .object(let members):
            let isMessage = value["role"] != nil
            let isCall = value["function"] != nil
            return .object(
                shuffled(
                    members.map { member in
                        if isCall, member.key == "id" { return JSONMember("id", text()) }
                        guard isMessage, member.key == "content", flag(),
                            case .string = member.value
                        else { return JSONMember(member.key, rewritten(member.value)) }
                        let part: JSON = ["text": member.value, "type": "text"]
                        return JSONMember("content", [part])
                    }))
        default: return value
        }
    }

    private mutating func shuffled(_ members: [JSONMember]) -> [JSONMember] {
        var members = members
        for index in members.indices.reversed() { members.swapAt(index, dice.below(index + 1)) }
        return members
    }

    private func request(_ body: JSON) -> MatchRequest {
        isOpenAI ? Requests.openAI(body.text) : Requests.anthropic(body.text)
    }

    /// A request that differs, and the pointer to where.
    mutating func changed() -> (MatchRequest, pointer: String) {
        let index = dice.below(members.count)
        var other = members
        let (value, pointer) = changed(other[index].value, "/\(other[index].key)")
        other[index].value = value
        return (request(.object(shuffled(other))), pointer)
    }

    private mutating func changed(_ value: JSON, _ pointer: String) -> (JSON, String) {
        switch value {
        case .string(let text): return (.string(text + "x"), pointer)
        case .array(var items) where !items.isEmpty:
            let index = dice.below(items.count)
            let (item, place) = changed(items[index], "\(pointer)/\(index)")
            items[index] = item
            return (.array(items), place)
        case .object(var members):
            let counted = members.indices.filter { members[$0].key != "id" }
            let index = counted[dice.below(counted.count)]
            // Another type of a part makes it another part.
            let isType = members[index].key == "type"
            let (item, place) = changed(
                members[index].value, isType ? pointer : "\(pointer)/\(members[index].key)")
            members[index].value = item
            return (.object(members), place)
        default: return (17, pointer)
        }
    }

    mutating func plain() -> MatchRequest { request(.object(members)) }
}

@Suite struct MatchPropertyTests {
    @Test(arguments: 0..<20)
    func aRequestWrittenAnotherWayHasTheSameKeyAndNoDifference(hundred: UInt64) {
        let matcher = RequestMatcher([])
        for seed in (hundred * 50)..<(hundred * 50 + 50) {
            var chat = RandomChat(seed: seed)
            let (plain, other) = (chat.plain(), chat.rewritten())
            #expect(matcher.key(of: plain) == matcher.key(of: other), "RandomChat(seed: \(seed))")
            let trees = [plain, other].map { NormalForm.json(of: $0, for: .normalForm) }
            let found = JSONDifference.first(trees[0], trees[1])
            #expect(found?.pointer == nil, "RandomChat(seed: \(seed))")
            let isSame = matcher.diff(plain, other).allSatisfy(\.isSame)
            #expect(isSame, "RandomChat(seed: \(seed))")
        }
    }

    @Test(arguments: 0..<20)
    func aRequestThatDiffersHasAnotherKeyAndTheDifferenceIsFound(hundred: UInt64) {
        let matcher = RequestMatcher([])
        for seed in (hundred * 50)..<(hundred * 50 + 50) {
            var chat = RandomChat(seed: seed)
            let plain = chat.plain()
            let (other, pointer) = chat.changed()
            #expect(matcher.key(of: plain) != matcher.key(of: other), "RandomChat(seed: \(seed))")
            let found = matcher.firstDifference(plain, other)
            #expect(
                found?.place.hasPrefix(pointer) ?? false,
                "RandomChat(seed: \(seed)): \(found?.place ?? "nothing") for \(pointer)")
            let isShown = matcher.diff(plain, other).contains { !$0.isSame }
            #expect(isShown, "RandomChat(seed: \(seed))")
        }
    }
}
