import BrownoutJSON
import BrownoutYAML

/// JSON as YAML: a tree that people read, from which the same JSON is read again.
enum JSONTree {
    /// The tree of a text and how the text is set; nil where no tree gives the same bytes.
    static func read(_ bytes: [UInt8]) -> (tree: JSON, layout: JSONLayout)? {
        guard let first = bytes.first, first == 0x7B || first == 0x5B,
            let tree = try? JSON.parse(bytes, depthLimit: RecordingLimits.treeDepth)
        else { return nil }
        var room = RecordingLimits.treeNodes
        guard isWritable(tree, &room), let layout = JSONLayout.of(bytes, tree) else { return nil }
        return (tree, layout)
    }

    /// Whether YAML has room for it and names no key of a mapping twice.
    private static func isWritable(_ tree: JSON, _ room: inout Int) -> Bool {
        room -= 1
        guard room >= 0 else { return false }
        switch tree {
        case .array(let items):
            for item in items where !isWritable(item, &room) { return false }
        case .object(let members):
            var names: Set<String> = []
            for member in members {
                guard member.key.utf8.count <= RecordingLimits.keyBytes,
                    names.insert(member.key).inserted, isWritable(member.value, &room)
                else { return false }
            }
        default: break
        }
        return true
    }

    /// Writes a value after its key, with the space or line end before it; what takes lines of
    /// its own stands `indent` deep.
    static func append(_ value: JSON, indent: Int, to out: inout [UInt8]) {
        switch value {
        case .string(let text): out.appendYAML(text: text, indent: indent)
        case .array(let items) where !items.isEmpty && items.allSatisfy(\.isAtom):
            out.append(0x20)
            appendLine(items, indent: indent, to: &out)
        case .array(let items) where !items.isEmpty:
            out.append(0x0A)
            appendItems(items, indent: indent, to: &out)
        case .object(let members) where !members.isEmpty:
            out.append(0x0A)
            for member in members {
                out.indent(indent)
                appendMember(member, indent: indent, to: &out)
            }
        default:
            out.append(0x20)
            out.appendJSON(value)
            out.append(0x0A)
        }
    }

    private static func appendMember(
        _ member: JSONMember, indent: Int, to out: inout [UInt8]
    ) {
        out.appendYAML(word: member.key)
        out.append(UInt8(ascii: ":"))
        append(member.value, indent: indent + 2, to: &out)
    }

    private static func appendItems(_ items: [JSON], indent: Int, to out: inout [UInt8]) {
        for item in items {
            out.indent(indent)
            out.append(UInt8(ascii: "-"))
            if case .object(let members) = item, let first = members.first {
                out.append(0x20)
                appendMember(first, indent: indent + 2, to: &out)
                for member in members.dropFirst() {
                    out.indent(indent + 2)
                    appendMember(member, indent: indent + 2, to: &out)
                }
            } else {
                append(item, indent: indent + 2, to: &out)
            }
        }
    }

    /// Numbers and the like, as many in a line as a reader wants.
    private static func appendLine(_ items: [JSON], indent: Int, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "["))
        var start = out.count
        for (index, item) in items.enumerated() {
            if index > 0 {
                out.append(UInt8(ascii: ","))
                if out.count - start > 80 {
                    out.append(0x0A)
                    out.indent(indent)
                    start = out.count
                } else {
                    out.append(0x20)
                }
            }
            out.appendJSON(item)
        }
        out.append(UInt8(ascii: "]"))
        out.append(0x0A)
    }

    /// The JSON a node stands for: what is plain and looks like a number is one, and so are
    /// `true`, `false` and `null`; all else is text.
    static func json(_ node: YAMLNode) -> JSON {
        switch node.content {
        case .sequence(let items): .array(items.map(json))
        case .mapping(let entries):
            .object(entries.map { JSONMember($0.key.text ?? "", json($0.value)) })
        case .scalar(let text, .plain): plain(text)
        case .scalar(let text, _): .string(text)
        }
    }

    private static func plain(_ text: String) -> JSON {
        switch text {
        case "", "null", "~": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            guard let first = text.utf8.first, first == 0x2D || (0x30...0x39).contains(first),
                let number = try? JSON.parse(text), case .number = number
            else { return .string(text) }
            return number
        }
    }
}

extension JSON {
    /// Whether it is a number, a truth value or null.
    fileprivate var isAtom: Bool {
        switch self {
        case .null, .bool, .number: true
        case .string, .array, .object: false
        }
    }
}
