import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutWire

/// The answer that a fixture of aimock's stands for, in the words of a dialect.
struct AimockAnswer {
    private let response: JSON
    private let dialect: DialectName
    private let index: Int

    init(_ response: JSON, _ dialect: DialectName, _ index: Int) {
        self.response = response
        self.dialect = dialect
        self.index = index
    }

    func recorded(
        _ asked: JSON, _ path: String, _ notes: inout ImportNotes, _ place: String
    ) -> RecordedResponse {
        if let error = response["error"] { return failure(error) }
        if let json = response["json"] { return whole(200, json) }
        if let vector = response["embedding"] { return embedding(vector, asked) }
        let request = Router.parse(
            SessionRequest(
                IncomingRequest(
                    method: "POST", target: path,
                    headers: [
                        HeaderField("authorization", "Bearer none"),
                        HeaderField("anthropic-version", "2023-06-01"),
                    ], body: .success(asked))),
            in: .healthy)
        if case .refuse(let error) = request.intent {
            notes.add(place, "a provider would refuse its request: \(error.message)")
        }
        // What is imported twice is the same: 'created' is drawn, as ids are.
        let context = AnswerContext(
            exchange: ExchangeID(word: SipHash.word("aimock \(index)")), dice: Dice(seed: 0),
            key: RollKey(session: 0, call: UInt64(index), attempt: 1), now: 0,
            date: WireTime.httpDate(0), drawsCreated: true)
        let answer = Dialects.answer(request, reply: reply(request), context: context)
        guard case .whole(let body) = answer.body else { return whole(200, .null) }
        do throws(JSONParseError) {
            return whole(answer.head.status, overridden(try JSON.parse(body.bytes)))
        } catch {
            return whole(answer.head.status, .null)
        }
    }

    private func whole(
        _ status: Int, _ json: JSON, _ more: [HeaderField] = []
    ) -> RecordedResponse {
        let status = response["status"]?.intValue ?? status
        let body = Array(json.text.utf8)
        let headers = [
            HeaderField("content-type", "application/json"),
            HeaderField("content-length", String(body.count)),
        ]
        return RecordedResponse(
            head: RecordedHead(
                status: (100...599).contains(status) ? status : 500, reason: "",
                headers: headers + more),
            body: body)
    }

    /// An error in its provider's envelope (aimock: 500 where it says no status).
    private func failure(_ error: JSON) -> RecordedResponse {
        let message = error["message"] ?? "Internal error"
        let type = error["type"] ?? "server_error"
        let body: JSON =
            Dialects.errorBody(
                message: message, type: type, param: error["param"] ?? nil,
                code: error["code"] ?? nil, of: dialect)
        let status = response["status"]?.intValue ?? 500
        let given = response["retryAfter"]?.doubleValue
        let after = given.map { Int(min(max($0, 0), 1e9).rounded(.up)) }
        let wait = after ?? (status == 429 ? 1 : nil)
        return whole(500, body, wait.map { [HeaderField("retry-after", String($0))] } ?? [])
    }

    private func embedding(_ vector: JSON, _ asked: JSON) -> RecordedResponse {
        let tokens = JSON.number(
            JSONNumber(TokenEstimate.count(asked["input"]?.stringValue ?? "")))
        return whole(
            200,
            [
                "object": "list",
                "data": [["object": "embedding", "index": 0, "embedding": vector]],
                "model": asked["model"] ?? "",
                "usage": ["prompt_tokens": tokens, "total_tokens": tokens],
            ])
    }

    private func reply(_ request: ParsedRequest) -> Reply {
        var text = Self.text(response["content"])
        var calls = response["toolCalls"]?.arrayValue ?? []
        // Blocks say the same in an order of their own, which plain answers do not have.
        if let blocks = response["blocks"]?.arrayValue, text == nil, calls.isEmpty {
            let said = blocks.compactMap { $0["text"]?.stringValue }
            if !said.isEmpty { text = said.joined() }
            calls = blocks.filter { $0["type"] == "toolCall" }
        }
        let thinking =
            Dialects.profile(dialect).showsThinking ? response["reasoning"]?.stringValue : nil
        let finish: Reply.Finish
        switch response["finishReason"]?.stringValue {
        case nil: finish = calls.isEmpty ? .stop : .toolCalls
        case "stop"?: finish = .stop
        case "length"?: finish = .length
        case "tool_calls"?: finish = .toolCalls
        case let word?: finish = .verbatim(word)
        }
        return Reply(
            choices: [
                Reply.Choice(
                    thinking: thinking.map { TokenText($0) }, text: text.map { TokenText($0) },
                    toolCalls: calls.enumerated().map(call), finish: finish)
            ], promptTokens: request.promptTokens)
    }

    private func call(_ place: Int, _ call: JSON) -> Reply.ToolCall {
        Reply.ToolCall(
            id: SipHash.word("aimock \(index) \(place)"), name: call["name"]?.stringValue ?? "",
            arguments: TokenText(Self.text(call["arguments"]) ?? "{}"))
    }

    /// Text, or JSON in its place, which aimock writes out.
    private static func text(_ value: JSON?) -> String? {
        guard let value, !value.isNull else { return nil }
        return value.stringValue ?? value.text
    }

    /// The answer with what the fixture says of its envelope, the ids of its tool calls, and a total
    /// that adds up unless the fixture gives that too.
    private func overridden(_ answer: JSON) -> JSON {
        let reading = Dialects.profile(dialect).answers
        let places: [(theirs: String, ours: [JSONPath])] = [
            ("id", reading.ids), ("created", reading.created.map(\.path)),
            ("model", reading.models), ("systemFingerprint", ["system_fingerprint"]),
        ]
        var answer = answer
        for (theirs, ours) in places {
            guard let value = response[theirs] else { continue }
            answer = answer.changing(ours) { _ in value } ?? answer
        }
        answer = answer.changing(reading.usage.places, usage) ?? answer
        if let total = reading.usage.total, response["usage"]?[total.last] == nil {
            answer = reading.usage.summed(answer) ?? answer
        }
        let blocks = (response["blocks"]?.arrayValue ?? []).filter { $0["type"] == "toolCall" }
        var ids = (response["toolCalls"]?.arrayValue ?? blocks).map { $0["id"] }[...]
        return answer.changing(reading.callIDs) { _ in ids.popFirst() ?? Optional.none } ?? answer
    }

    /// The counts that the fixture gives, beside the others.
    private func usage(_ usage: JSON) -> JSON {
        guard case .object(var members) = usage else { return usage }
        for given in response["usage"]?.objectValue ?? [] {
            if let place = members.firstIndex(where: { $0.key == given.key }) {
                members[place] = given
            } else {
                members.append(given)
            }
        }
        return .object(members)
    }
}
