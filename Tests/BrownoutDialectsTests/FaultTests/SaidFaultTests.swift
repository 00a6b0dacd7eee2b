import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

/// Faults in what is said: refusals, ends, and the calls of tools.
@Suite struct SaidFaultTests {
    /// What a whole answer says, put together from a body or from a stream.
    private struct Said: Equatable {
        var text = ""
        var refusal = ""
        var names: [String] = []
        var ids: [String] = []
        var arguments: [String] = []
        var finish: String?
    }

    private func said(_ answer: Answer, _ dialect: DialectName) throws -> Said {
        switch (DialectSample.of(dialect).form, answer.isStream) {
        case (.choices, false): try completion(answer.json())
        case (.choices, true): try chunks(answer.frames())
        case (.blocks, false): try message(answer.json())
        case (.blocks, true): try events(answer.frames())
        case (.lines, false): try lines([answer.json()])
        case (.lines, true): try lines(answer.frames())
        }
    }

    private func completion(_ json: JSON) throws -> Said {
        let message = try #require(json.value(at: "/choices/0/message"))
        var said = Said(
            text: message["content"]?.stringValue ?? "",
            refusal: message["refusal"]?.stringValue ?? "",
            finish: json.value(at: "/choices/0/finish_reason")?.stringValue)
        for call in message["tool_calls"]?.arrayValue ?? [] {
            said.names.append(call.value(at: "/function/name")?.stringValue ?? "")
            said.ids.append(call["id"]?.stringValue ?? "")
            said.arguments.append(call.value(at: "/function/arguments")?.stringValue ?? "")
        }
        return said
    }

    private func chunks(_ frames: [JSON]) throws -> Said {
        var said = Said()
        for frame in frames {
            let delta = try #require(frame.value(at: "/choices/0/delta"))
            said.text += delta["content"]?.stringValue ?? ""
            said.refusal += delta["refusal"]?.stringValue ?? ""
            if let call = delta.value(at: "/tool_calls/0") {
                if let name = call.value(at: "/function/name")?.stringValue {
                    said.names.append(name)
                    said.ids.append(call["id"]?.stringValue ?? "")
                    said.arguments.append("")
                }
                said.arguments[try #require(call["index"]?.intValue)] +=
                    call.value(at: "/function/arguments")?.stringValue ?? ""
            }
            said.finish = frame.value(at: "/choices/0/finish_reason")?.stringValue ?? said.finish
        }
        return said
    }

    private func message(_ json: JSON) throws -> Said {
        var said = Said(finish: json["stop_reason"]?.stringValue)
        for block in try #require(json["content"]?.arrayValue) {
            guard block["type"] == "tool_use" else {
                said.text += block["text"]?.stringValue ?? ""
                continue
            }
            said.names.append(block["name"]?.stringValue ?? "")
            said.ids.append(block["id"]?.stringValue ?? "")
            // What is no JSON stands in a string of its own.
            said.arguments.append(block["input"]?.stringValue ?? block["input"]?.text ?? "")
        }
        return said
    }

    private func events(_ frames: [JSON]) throws -> Said {
        var said = Said()
        for frame in frames {
            if let block = frame["content_block"], block["type"] == "tool_use" {
                said.names.append(block["name"]?.stringValue ?? "")
                said.ids.append(block["id"]?.stringValue ?? "")
                said.arguments.append("")
            }
            said.text += frame.value(at: "/delta/text")?.stringValue ?? ""
            if let piece = frame.value(at: "/delta/partial_json")?.stringValue {
                said.arguments[said.arguments.count - 1] += piece
            }
            said.finish = frame.value(at: "/delta/stop_reason")?.stringValue ?? said.finish
        }
        return said
    }

    private func lines(_ frames: [JSON]) throws -> Said {
        var said = Said()
        for frame in frames {
            let message = try #require(frame["message"])
            said.text += message["content"]?.stringValue ?? ""
            for call in message["tool_calls"]?.arrayValue ?? [] {
                let arguments = call.value(at: "/function/arguments")
                said.names.append(call.value(at: "/function/name")?.stringValue ?? "")
                said.ids.append(call["id"]?.stringValue ?? "")
                said.arguments.append(arguments?.stringValue ?? arguments?.text ?? "")
            }
            said.finish = frame["done_reason"]?.stringValue ?? said.finish
        }
        return said
    }

    /// The healthy answer and the one with the fault, as far as they say something.
    private func both(
        _ fault: ContentFault, _ dialect: DialectName, _ stream: Bool, _ reply: Reply
    ) throws -> (before: Said, after: Said) {
        let faulted = Faulted(dialect, stream: stream, reply)
        let answer = try #require(faulted.saying(fault))
        #expect(answer.head == faulted.healthy.head)
        return (try said(faulted.healthy, dialect), try said(answer, dialect))
    }

    private static let ways = DialectName.allCases.flatMap { [($0, false), ($0, true)] }

    // MARK: Ends

    @Test(arguments: ways)
    func aRefusalDeclinesInItsPlace(_ dialect: DialectName, _ stream: Bool) throws {
        for reply in [Samples.hello, Samples.calls] {
            let (_, after) = try both(.refusal, dialect, stream, reply)
            let words = "I'm sorry, but I can't help with that request."
            let said =
                switch DialectSample.of(dialect).form {
                case .choices where DialectSample.of(dialect).hasRefusals:
                    Said(refusal: words, finish: "stop")
                case .choices, .lines: Said(text: words, finish: "stop")
                case .blocks: Said(text: words, finish: "refusal")
                }
            #expect(after == said)
        }
    }

    /// What declines by itself is left alone, and no fault of ours.
    @Test func theScenariosOwnRefusalIsKept() throws {
        let reply = Reply(
            choices: [Reply.Choice(text: TokenText("Never."), finish: .refusal)], promptTokens: 1)
        let faulted = Faulted(.openai, stream: false, reply)
        #expect(faulted.saying(.refusal) == nil)
        #expect(try said(faulted.healthy, .openai).refusal == "Never.")
    }

    @Test(arguments: ways)
    func theFilterEndsHalfOfTheText(_ dialect: DialectName, _ stream: Bool) throws {
        let (_, after) = try both(.contentFilter, dialect, stream, Samples.hello)
        let finish = DialectSample.of(dialect).filter
        #expect(after == Said(text: "Hello! How", finish: finish))
        let silent = try both(.contentFilter, dialect, stream, Samples.calls).after
        #expect(silent == Said(finish: finish))
    }

    @Test(arguments: ways)
    func theLimitEndsHalfOfTheAnswer(_ dialect: DialectName, _ stream: Bool) throws {
        let finish = DialectSample.of(dialect).length
        let (_, after) = try both(.length, dialect, stream, Samples.hello)
        #expect(after == Said(text: "Hello! How", finish: finish))
        // A call that is cut: the arguments stop, or in Anthropic's plain answer, are not there.
        // Of Ollama's there is none.
        let (before, cut) = try both(.length, dialect, stream, Samples.call)
        #expect(cut.finish == finish)
        guard dialect != .ollama else {
            #expect(cut == Said(finish: finish))
            return
        }
        #expect(cut.names == before.names)
        let isDropped = DialectSample.of(dialect).form == .blocks && !stream
        #expect(cut.arguments == [isDropped ? "{}" : #"{"city":"Paris"#])
    }

    @Test func everyChoiceEndsEarly() throws {
        let reply = Reply(
            choices: [
                Reply.Choice(text: TokenText("one two three four"), finish: .stop),
                Reply.Choice(text: TokenText("five six"), finish: .stop),
            ], promptTokens: 1)
        let answer = try #require(Faulted(.openai, reply, [("n", 2)]).saying(.length))
        let json = try answer.json()
        #expect(json.value(at: "/choices/0/message/content") == "one two")
        #expect(json.value(at: "/choices/1/message/content") == "five")
        #expect(json.value(at: "/choices/1/finish_reason") == "length")
        #expect(json.value(at: "/usage/completion_tokens") == 3)
    }

    // MARK: Calls

    @Test(arguments: ways)
    func argumentsAreNotJSON(_ dialect: DialectName, _ stream: Bool) throws {
        let (before, after) = try both(.argumentsNotJSON, dialect, stream, Samples.calls)
        #expect(after.arguments[0] == "```json\n\(Samples.weatherCall.arguments.text)\n```")
        #expect(after.arguments[1] == "```json\n{}\n```")
        for arguments in after.arguments {
            #expect(throws: JSONParseError.self) { try JSON.parse(arguments) }
        }
        var rest = after
        rest.arguments = before.arguments
        #expect(rest == before)
    }

    @Test(arguments: ways)
    func argumentsBreakOff(_ dialect: DialectName, _ stream: Bool) throws {
        let (before, after) = try both(.argumentsCut, dialect, stream, Samples.calls)
        #expect(after.arguments == [#"{"city":"Par"#, "{"])
        for arguments in after.arguments {
            #expect(throws: JSONParseError.self) { try JSON.parse(arguments) }
        }
        var rest = after
        rest.arguments = before.arguments
        #expect(rest == before)
    }

    @Test(arguments: ways)
    func callsGoToToolsThatNobodyOffered(_ dialect: DialectName, _ stream: Bool) throws {
        var request = try #require(Samples.request(dialect, [("stream", .bool(stream))]).chat)
        request.tools = ["get_weather", "get_time", "get_weather_v2"].map {
            ChatRequest.Tool(name: $0, schema: .null)
        }
        let reply = try #require(
            Samples.calls.with(.unknownTool, for: request, dialect, Samples.context.exchange))
        #expect(reply.choices[0].toolCalls.map(\.name) == ["get_weather_v3", "get_time_v2"])
        #expect(reply.choices[0].toolCalls.map(\.id) == [11, 12])
        #expect(
            reply.choices[0].toolCalls.map(\.arguments)
                == Samples.calls.choices[0].toolCalls.map(\.arguments))
    }

    @Test(arguments: ways)
    func whereNoToolIsOfferedOneIsCalled(_ dialect: DialectName, _ stream: Bool) throws {
        let (before, after) = try both(.unknownTool, dialect, stream, Samples.hello)
        #expect(after.text == before.text)
        #expect(after.names == ["search_documents"])
        #expect(after.finish == DialectSample.of(dialect).toolCalls)
        let arguments = try JSON.parse(after.arguments[0])
        #expect(arguments["query"] != nil)
    }

    @Test func aLongNameStaysAName() throws {
        let name = String(repeating: "a", count: 64)
        var request = try #require(Samples.request(.openai).chat)
        request.tools = [ChatRequest.Tool(name: name, schema: .null)]
        let call = Reply.ToolCall(id: 1, name: name, arguments: TokenText("{}"))
        let reply = Reply(
            choices: [Reply.Choice(toolCalls: [call], finish: .toolCalls)], promptTokens: 1)
        let faulted = try #require(
            reply.with(.unknownTool, for: request, .openai, Samples.context.exchange))
        let made = faulted.choices[0].toolCalls[0].name
        #expect(made != name)
        #expect(made.utf8.count <= 64)
    }

    @Test(arguments: ways)
    func twoCallsHaveOneID(_ dialect: DialectName, _ stream: Bool) throws {
        let (before, after) = try both(.duplicateToolID, dialect, stream, Samples.calls)
        #expect(after.ids == [before.ids[0], before.ids[0]])
        var rest = after
        rest.ids = before.ids
        #expect(rest == before)
    }

    @Test func whatIsNotCalledCannotBeWrong() {
        for dialect in DialectName.allCases {
            for fault in [ContentFault.argumentsNotJSON, .argumentsCut, .duplicateToolID] {
                #expect(Faulted(dialect, Samples.hello).saying(fault) == nil)
            }
            #expect(Faulted(dialect, Samples.call).saying(.duplicateToolID) == nil)
        }
    }

    @Test func faultsOfOtherPartsLeaveWhatIsSaid() throws {
        let chat = try #require(Samples.request(.openai).chat)
        for fault in ContentFault.allCases where !fault.traits.contains(.inReply) {
            #expect(
                Samples.calls.with(fault, for: chat, .openai, Samples.context.exchange)
                    == Samples.calls)
        }
    }

    // MARK: Where arguments are

    @Test(arguments: ways)
    func anAnswerTellsWhereItsArgumentsAre(_ dialect: DialectName, _ stream: Bool) throws {
        let answer = Faulted(dialect, stream: stream, Samples.calls).healthy
        let mark: StaticString?
        switch answer.body {
        case .events(let stream): mark = stream.toolMark
        case .whole(let body): mark = body.toolMark
        case .passed: mark = nil
        }
        let found = try #require(mark)
        #expect(String(decoding: answer.bytes, as: UTF8.self).contains("\(found)"))
        switch Faulted(dialect, stream: stream).healthy.body {
        case .events(let stream): #expect(stream.toolMark == nil)
        case .whole(let body): #expect(body.toolMark == nil)
        case .passed: Issue.record("a dialect passes nothing on")
        }
    }
}
