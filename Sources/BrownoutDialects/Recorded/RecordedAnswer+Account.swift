package import BrownoutEngine
import BrownoutJSON
package import BrownoutWire

extension RecordedAnswer {
    /// What a body says that it cost, and which tools it calls. `form` is what its stream has; nil:
    /// it is none. Of a body that broke off, what had been said by then.
    ///
    /// The digest of a call's arguments is one of their text as the client gets it; where they are
    /// JSON in the body, of that without the spaces around its values.
    package static func account(
        _ body: [UInt8], _ form: StreamForm?, endpoint: Endpoint, of dialect: DialectName
    ) -> AnswerAccount {
        let answers = Dialects.profile(dialect).answers
        var count = AccountCount(answers)
        forEachJSON(in: body, form?.framing) { count.take($0) }
        var account = count.account
        guard endpoint.operation.writesTokens else { return account }
        guard count.hasCalls else {
            account.toolCalls = []
            return account
        }
        if let form {
            // An error behind what was said is the whole plain answer.
            guard let made = plain(ofStream: body, form, endpoint: endpoint, of: dialect),
                made.status < 400
            else { return account }
            account.toolCalls = calls(in: made.body, answers.calls)
        } else {
            account.toolCalls = calls(in: body, answers.calls)
        }
        return account
    }

    private static func calls(
        in body: [UInt8], _ reading: AnswerReading.Calls
    ) -> [OfferedCall] {
        var calls: [OfferedCall] = []
        forEachJSON(in: body, nil) { json in
            var walk = JSONWalk(json)
            while let value = walk.next() {
                guard !value.isString, walk.isAt(reading.items),
                    let call = try? JSON.parse(Array(json[value.range]))
                else { continue }
                if let offered = reading.offered(call) { calls.append(offered) }
            }
        }
        return calls
    }
}

extension AnswerReading.Calls {
    /// A call as the client has to answer it; nil where it has not, or where the call has no id.
    fileprivate func offered(_ call: JSON) -> OfferedCall? {
        guard let id = call["id"]?.stringValue, type == nil || call["type"]?.stringValue == type
        else {
            return nil
        }
        func first(_ paths: [JSONPath]) -> JSON? {
            paths.lazy.compactMap { call.values(at: $0).first }.first
        }
        let arguments = first(arguments)
        return OfferedCall(
            id: id, name: first(names)?.stringValue ?? "",
            digest: SipHash.word(arguments?.stringValue ?? arguments?.text ?? ""))
    }
}

/// Takes the counts of tokens out of the JSON of an answer, event by event.
private struct AccountCount {
    private let answers: AnswerReading
    private var counts = AnswerAccount()
    private var prompt: [Int?]
    /// Whether anything has the id of a call.
    private(set) var hasCalls = false

    init(_ answers: AnswerReading) {
        self.answers = answers
        prompt = answers.usage.kinds.prompt.map { _ in nil }
    }

    var account: AnswerAccount {
        var account = counts
        // What a provider says is not to end us: absurd counts are as if they were not there.
        let sum = prompt.compactMap(\.self).reduce(0 as Int?) { sum, part in
            guard let (sum, overflow) = sum?.addingReportingOverflow(part), !overflow else {
                return nil
            }
            return sum
        }
        account.promptTokens = prompt.first?.flatMap { _ in sum }
        return account
    }

    mutating func take(_ json: ArraySlice<UInt8>) {
        let kinds = answers.usage.kinds
        var walk = JSONWalk(json)
        while let value = walk.next() {
            if value.isString {
                hasCalls = hasCalls || walk.isAt(answers.callIDs)
                continue
            }
            // Containers come by here too.
            guard json[value.range.lowerBound] &- UInt8(ascii: "0") < 10,
                let count = Int(String(decoding: json[value.range], as: UTF8.self))
            else { continue }
            for index in prompt.indices where walk.isAt(kinds.prompt[index]) {
                prompt[index] = count
            }
            if walk.isAt(kinds.completion) { counts.completionTokens = count }
            if walk.isAt(kinds.cached) { counts.cachedTokens = count }
            if walk.isAt(kinds.written) { counts.cacheWriteTokens = count }
            if walk.isAt(kinds.thinking) { counts.thinkingTokens = count }
        }
    }
}
