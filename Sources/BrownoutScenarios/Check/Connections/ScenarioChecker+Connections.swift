import BrownoutEngine
import BrownoutYAML

// Rules about connections: they are decided before any request is read.
extension ScenarioChecker {
    /// The keys of a rule that are about requests.
    private static let requestKeys = ["attempts", "also", "reply", "latency"]

    /// Refuses what a rule about connections cannot have.
    mutating func checkAtAccept(_ rule: Rule, _ fields: Fields) {
        guard let fault = rule.faults.first(where: \.isAtAccept) else { return }
        let reason =
            "\(fault.kind.name) is decided when a connection is accepted, before its request is read"
        if let key = fields.first(of: ["one-of", "sequence"]) {
            error(
                "\(reason): it cannot be a part of '\(key.text ?? "")'", at: key.span,
                note: "give it to a rule of its own, with 'chance', 'every' or 'calls'")
            return
        }
        for key in ScenarioChecker.requestKeys where fields.has(key) {
            error(
                "\(reason): '\(key)' says nothing here", at: fields.key(key)?.span ?? fields.span)
        }
        for entry in fields["when"]?.entries ?? [] where entry.key.text != "client" {
            error(
                "\(reason): 'when' may only say 'client'", at: entry.key.span,
                note: "'calls' counts connections here, 'every' takes every n-th of them")
        }
        if isOfSession {
            error(
                "\(reason): nobody knows its session yet", at: fields["name"]?.span ?? fields.span,
                note: "give the rule to the server's scenario: PUT /scenario, or POST /rules "
                    + "without 'session'")
        } else if fields.kind == .temporaryRule, let key = fields.key("session") {
            error("\(reason): nobody knows its session yet", at: key.span)
        }
    }

    /// Refuses a fault that the protocols of its rule, or those of the data port, do not have.
    mutating func checkProtocol(_ rule: Rule, _ fields: Fields) {
        let span = fields["fault"]?.span ?? fields["name"]?.span ?? fields.span
        let name = rule.name.isEmpty ? "the rule" : "rule \(quoted(rule.name))"
        var told: [FaultKind] = []
        for fault in rule.faults where !told.contains(fault.kind) {
            told.append(fault.kind)
            let need = fault.kind.need
            if let reason = need.excludes(rule.when.version) {
                error("can never be: \(fault.kind.name) \(reason)", at: span)
            } else if let transport, let lack = need.lack(over: transport, rule.when.version) {
                error("\(name): \(fault.kind.name) \(lack.reason)", at: span, note: lack.note)
            }
        }
        if rule.when.version == .http2, let transport, !transport.http2,
            let when = fields["when"]
        {
            error(
                "\(name) can never fire: the data port speaks no HTTP/2", at: when.span,
                note: "serve with --h2")
        }
    }

}

extension FaultNeed {
    /// Why requests of a protocol cannot have the fault; nil when they can.
    fileprivate func excludes(_ version: HTTPVersion?) -> String? {
        switch (self, version) {
        case (.http2, .http1?): "is a fault of HTTP/2, and the rule is about HTTP/1.1"
        case (.http1, .http2?):
            "is a fault of HTTP/1.1's framing, and the rule is about HTTP/2"
        default: nil
        }
    }

    /// What a data port lacks for the fault, and what helps; nil when it lacks nothing.
    fileprivate func lack(
        over transport: Transport, _ version: HTTPVersion?
    ) -> (reason: String, note: String)? {
        switch self {
        case .tls where !transport.tls:
            ("needs TLS, and the data port is plain", "serve with --tls")
        case .http2 where !transport.http2:
            ("needs HTTP/2, and the data port speaks none", "serve with --h2")
        case .http1 where transport.http2 && version != .http1:
            (
                "breaks the framing of HTTP/1.1, which HTTP/2 does not have",
                "add when: {protocol: http/1.1}, or serve without --h2"
            )
        default: nil
        }
    }

    /// What a server has to be started with, for reports; nil: any will do.
    var option: String? {
        switch self {
        case .tls: "--tls"
        case .http2: "--h2"
        case .nothing, .stream, .tools, .streamWith, .http1: nil
        }
    }
}

extension Rule {
    /// All faults the rule may bring, one by one.
    var faults: [Fault] {
        let effects: [Effect] =
            switch action {
            case .effect(let effect): [effect]
            case .oneOf(let branches): branches.map(\.effect)
            case .sequence(let sequence):
                sequence.steps + (sequence.then.map { [$0] } ?? [])
            }
        return effects.compactMap(\.fault).flatMap(\.parts)
    }
}
