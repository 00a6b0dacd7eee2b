import BrownoutEngine
import BrownoutJSON
import BrownoutYAML

extension ScenarioChecker {
    mutating func reply(_ node: YAMLNode) -> ReplyScript? {
        if let text = node.text, !node.isBlank {
            error(
                "a reply is a mapping, not \(node.description)", at: node.span,
                note: text.utf8.count < 40 ? "to say it, write {text: \(text)}" : nil)
            return nil
        }
        guard let fields = fields(node, .reply) else { return nil }
        if node.entries?.isEmpty == true {
            error("the reply says nothing", at: node.span, allowed: KeyTable.reply.names)
        }
        var reply = ReplyScript()
        if let node = fields["thinking"] { reply.thinking = scalar(node, as: "text") }
        if let node = fields["text"] { reply.text = scalar(node, as: "text") }
        if let node = fields["refusal"] {
            reply.refusal = scalar(node, as: "text")
            for name in ["text", "tool-calls", "tokens"] {
                guard let key = fields.key(name) else { continue }
                error("'refusal' and '\(name)' exclude each other", at: key.span)
            }
        }
        if let node = fields["tool-calls"], let items = list(node, of: "tool-calls") {
            for item in items {
                if let call = toolCall(item) { reply.toolCalls.append(call) }
            }
        }
        if let node = fields["finish"] { reply.finish = name(node, as: "a finish reason") }
        if let node = fields["tokens"] {
            reply.tokens = count(node)
            if fields.has("text"), let key = fields.key("tokens") {
                warning(
                    "'tokens' has no effect: it is the length of synthesised text, "
                        + "and 'text' is given", at: key.span)
            }
        }
        return reply
    }

    private mutating func toolCall(_ node: YAMLNode) -> ScriptedToolCall? {
        guard let fields = fields(node, .toolCall) else { return nil }
        let name = fields["name"].flatMap { self.name($0, as: "a tool's name") }
        if fields.has("arguments"), let raw = fields.key("raw-arguments") {
            error("'arguments' and 'raw-arguments' exclude each other", at: raw.span)
            return nil
        }
        var arguments = "{}"
        if let node = fields["raw-arguments"] {
            arguments = scalar(node, as: "text") ?? ""
        } else if let node = fields["arguments"] {
            if node.entries == nil {
                error(
                    "'arguments' is a mapping, not \(node.description)", at: node.span,
                    note: "text that is to be sent as it stands goes to 'raw-arguments'")
            } else {
                arguments = json(node).text
            }
        }
        return name.map { ScriptedToolCall(name: $0, arguments: arguments) }
    }

    /// A node as JSON: plain scalars as YAML's core schema types them, quoted ones as strings.
    mutating func json(_ node: YAMLNode) -> JSON {
        switch node.content {
        case .sequence(let items):
            var values: [JSON] = []
            for item in items { values.append(json(item)) }
            return .array(values)
        case .mapping(let entries):
            var members: [JSONMember] = []
            for entry in entries {
                members.append(JSONMember(entry.key.text ?? "", json(entry.value)))
            }
            return .object(members)
        case .scalar(let text, .plain):
            guard let value = CoreSchema.value(text) else {
                error(
                    "\(quoted(text)) has no form in JSON", at: node.span,
                    note: "in quotes, it is a text")
                return .null
            }
            return value
        case .scalar(let text, _):
            return .string(text)
        }
    }
}

/// The core schema of YAML 1.2.2 (10.3.2), as JSON.
enum CoreSchema {
    /// Nil for infinities and NaN, which JSON does not have, and for integers of another base
    /// beyond 64 bits.
    static func value(_ text: String) -> JSON? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        case ".nan", ".NaN", ".NAN": return nil
        default: break
        }
        let unsigned = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        if [".inf", ".Inf", ".INF"].contains(unsigned) { return nil }
        for (prefix, radix) in [("0x", 16), ("0o", 8)] where text.hasPrefix(prefix) {
            let digits = text.dropFirst(2)
            guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
                radix == 16 || digits.allSatisfy({ "01234567".contains($0) })
            else { return .string(text) }
            return UInt64(digits, radix: radix).map { .number(JSONNumber(text: String($0))) }
        }
        return number(unsigned, isNegative: text.hasPrefix("-")).map {
            .number(JSONNumber(text: $0))
        } ?? .string(text)
    }

    /// `[0-9]+`, or `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, written as JSON does.
    private static func number(_ text: Substring, isNegative: Bool) -> String? {
        var rest = text
        let whole = digits(&rest)
        var fraction: String?
        if rest.first == "." {
            rest.removeFirst()
            fraction = digits(&rest)
        }
        guard !whole.isEmpty || fraction?.isEmpty == false else { return nil }
        var exponent = ""
        if rest.first == "e" || rest.first == "E" {
            exponent = String(rest.removeFirst())
            if rest.first == "-" || rest.first == "+" { exponent.append(rest.removeFirst()) }
            let power = digits(&rest)
            guard !power.isEmpty else { return nil }
            exponent += power
        }
        guard rest.isEmpty else { return nil }
        let stripped = whole.drop { $0 == "0" }
        let integer = stripped.isEmpty ? "0" : String(stripped)
        let decimals = fraction.map { $0.isEmpty ? ".0" : "." + $0 } ?? ""
        return (isNegative ? "-" : "") + integer + decimals + exponent
    }

    private static func digits(_ text: inout Substring) -> String {
        let run = text.prefix { $0.utf8.allSatisfy(isDigit) }
        text = text.dropFirst(run.count)
        return String(run)
    }
}
