import BrownoutDialects
import BrownoutEngine
import BrownoutYAML

// Faults that the rule they stand in makes impossible. A scenario that asks for one injects
// nothing, and nobody would notice.
extension ScenarioChecker {
    /// Checks an effect against its rule's conditions and against itself.
    mutating func checkSense(of effect: Effect, _ fields: Fields) {
        guard let fault = effect.fault else { return }
        let parts = fault.parts
        let spans = faultSpans(fields, count: parts.count)
        let setting = FaultSetting(
            when: ruleWhen, reply: effect.reply, usualReply: usualReply, providers: providers)
        for (part, span) in zip(parts, spans) {
            guard let reason = setting.obstacle(to: part) else { continue }
            error("\(part.called) can never happen here: \(reason)", at: span)
        }
        guard let silent = parts.first(where: \.saysNothing) else { return }
        if effect.reply != nil {
            error(
                "the reply is never said: \(silent.called) takes its place",
                at: fields.key("reply")?.span ?? fields.span)
        }
        if let plan = effect.latency, let node = fields["latency"] {
            for (wait, name) in [
                (plan.firstToken, "first-token"), (plan.betweenTokens, "between-tokens"),
            ] where wait != nil {
                let key = node.entries?.first { $0.key.text == name }?.key
                error(
                    "'\(name)' waits for nothing: \(silent.called) brings no token",
                    at: key?.span ?? node.span, note: "'before-headers' is waited for all the same")
            }
        }
    }

    /// Where each of the faults of an effect was written.
    private func faultSpans(_ fields: Fields, count: Int) -> [SourceSpan] {
        if let items = fields["fault"]?.items, items.count == count { return items.map(\.span) }
        let span =
            fields["fault"]?.span ?? fields.first(of: KeyTable.fault.needsOneOf)?.span
            ?? fields.span
        return Array(repeating: span, count: count)
    }
}

/// What is known about the requests and answers that an effect meets.
private struct FaultSetting {
    let when: Matcher
    /// The effect's own reply.
    let reply: ReplyScript?
    /// The scenario's, which holds where no rule has another.
    let usualReply: ReplyScript?
    /// Every provider there is.
    let providers: [VirtualProvider]

    /// Why a fault is impossible for every request; nil: for some it is not.
    func obstacle(to fault: Fault) -> String? {
        (fault.needsStream ? obstacleToStream : nil) ?? obstacleByForm(fault)
            ?? (fault.needsTools ? obstacleToTools(fault) : nil) ?? obstacleToText(fault)
            ?? obstacleToTokens(fault) ?? obstacleToEvents(fault)
    }

    private var obstacleToStream: String? {
        if when.stream == false { return "'stream: false' takes no request for a stream" }
        return onlyEndpoint { !$0.operation.writesTokens }.map { "\($0) is never a stream" }
    }

    /// What a fault is about may be in the streams of some dialects alone.
    private func obstacleByForm(_ fault: Fault) -> String? {
        guard case .streamWith(let trait) = fault.kind.need else { return nil }
        let dialects = DialectName.allCases.filter { Dialects.streams(of: $0, have: trait) }
        let owners = dialects.map { "\($0.rawValue)'s" }.joined(separator: " or ")
        let isTaken = providers.contains { provider in
            dialects.contains(provider.dialect)
                && (when.provider.isEmpty
                    || when.provider.contains { $0.matches(provider.name) })
        }
        if !isTaken, dialects != DialectName.allCases {
            return "it is \(owners), and 'provider' takes none that speaks it"
        }
        let foreign = onlyEndpoint { endpoint in
            !dialects.contains { Dialects.profile($0).serves(endpoint) }
        }
        if let foreign { return "\(foreign) is not \(owners)" }
        // A provider's paths may have forms of their own.
        return onlyEndpoint { endpoint in
            !dialects.contains { Dialects.streams(of: $0, at: endpoint, have: trait) }
        }.map { "the streams of \($0) have nothing of the kind" }
    }

    private func obstacleToTools(_ fault: Fault) -> String? {
        if let reply {
            if !reply.toolCalls.isEmpty { return nil }
            if reply.refusal != nil { return "the reply declines, and calls no tool" }
            if reply.text != nil, fault.position == .inToolArguments {
                return "the reply calls no tool"
            }
        }
        if when.tools == false, (reply ?? usualReply)?.toolCalls.isEmpty ?? true {
            return "'tools: false' takes no request with tools, and the reply calls none"
        }
        return onlyEndpoint { $0.operation != .chat }
            .map { "\($0) calls no tools" }
    }

    /// A position inside a character of several bytes needs one. What is not scripted is made up
    /// with some.
    private func obstacleToText(_ fault: Fault) -> String? {
        guard fault.position == .inUTF8, let reply else { return nil }
        let said = [reply.text, reply.refusal].compactMap { $0 }
        guard !said.isEmpty || !reply.toolCalls.isEmpty else { return nil }
        let texts =
            said + [reply.thinking ?? ""] + reply.toolCalls.flatMap { [$0.name, $0.arguments] }
        return texts.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
            ? "the reply has no character of several bytes" : nil
    }

    /// What a model says, and where in it.
    private func obstacleToTokens(_ fault: Fault) -> String? {
        var isAboutWords = fault.traits.contains(.aboutWords)
        if case .token(1...)? = fault.position { isAboutWords = true }
        return isAboutWords
            ? onlyEndpoint { !$0.operation.writesTokens }.map { "\($0) says nothing" } : nil
    }

    /// A plain answer is one event.
    private func obstacleToEvents(_ fault: Fault) -> String? {
        guard case .event(2...)? = fault.position else { return nil }
        return obstacleToStream.map { "\($0), and a plain answer is one event" }
    }

    /// The endpoints that `when` names, where each of them is such a one.
    private func onlyEndpoint(where isSo: (Endpoint) -> Bool) -> String? {
        guard !when.endpoint.isEmpty, when.endpoint.allSatisfy(isSo) else { return nil }
        return when.endpoint.map { "'\($0.name)'" }.joined(separator: " or ")
    }
}

extension Fault {
    /// The fault is in the arguments of a tool call, or stands there.
    fileprivate var needsTools: Bool { kind.need == .tools || position == .inToolArguments }
}
