import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutServer
import BrownoutWire
import Testing

/// When answers say that they were made.
@Suite struct CreatedTests {
    private static let second: Int64 = 1_800_000_000

    /// What an answer to a request says, at each place where it says it.
    private static func created(
        _ path: String, stream: Bool, _ yaml: String, at second: Int64
    ) throws -> [Int] {
        let scenario = try ScenarioLoader.load(name: "test.yaml", bytes: Array(yaml.utf8)).scenario
        var members = [JSONMember("stream", .bool(stream))]
        if path == "completions" {
            members.append(JSONMember("model", "gpt-3.5-turbo-instruct"))
            members.append(JSONMember("prompt", "hi"))
        } else {
            members.append(JSONMember("model", "gpt-4o-mini"))
            members.append(JSONMember("messages", [["role": "user", "content": "hi"]]))
        }
        let planned = Responder(engine: Engine(scenario: scenario)).plan(
            IncomingRequest(
                method: "POST", target: "/v1/\(path)",
                headers: [HeaderField("authorization", "Bearer k")],
                body: .success(.object(members))),
            at: AnswerMoment(
                elapsed: .seconds(5), wall: second * 1_000_000 + 999_999, date: "", closing: false))
        var script = planned.answer.script
        var bytes: [UInt8] = []
        while let cue = script.next(into: &bytes), !cue.endsScript {}
        return String(decoding: bytes, as: UTF8.self).components(after: "\"created\":")
    }

    @Test(arguments: ["chat/completions", "completions"], [false, true])
    func anAnswerIsOfTheSecondOfItsDate(_ path: String, _ stream: Bool) throws {
        for clock in ["real", "manual"] {
            let said = try Self.created(
                path, stream: stream, "scenario: x\nclock: \(clock)", at: Self.second)
            #expect(!said.isEmpty && Set(said) == [Int(Self.second)])
            #expect(said.count > 1 || !stream)
        }
    }

    @Test(arguments: ["chat/completions", "completions"], [false, true])
    func aSeededAnswerSaysTheSameOnAnyDay(_ path: String, _ stream: Bool) throws {
        let yaml = "scenario: x\ncreated: seeded"
        let first = try Self.created(path, stream: stream, yaml, at: Self.second)
        let later = try Self.created(path, stream: stream, yaml, at: Self.second + 86_400)
        #expect(first == later)
        #expect(Set(first).count == 1 && first[0] < Self.second)
    }
}

extension String {
    /// The numbers behind each place of a text.
    fileprivate func components(after mark: String) -> [Int] {
        var numbers: [Int] = []
        var rest = self[...]
        while let found = rest.firstRange(of: mark) {
            rest = rest[found.upperBound...]
            if let number = Int(rest.prefix { $0.isNumber }) { numbers.append(number) }
        }
        return numbers
    }
}
