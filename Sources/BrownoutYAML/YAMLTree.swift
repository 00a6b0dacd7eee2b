package import BrownoutJSON

/// A YAML document of somebody else's, as YAML 1.1 has it and PyYAML writes it: tags are heeded,
/// plain scalars have the types that PyYAML's resolver gives them, aliases are expanded.
package struct YAMLTree: Sendable {
    /// What a node is, by its tag or, where it is plain, by PyYAML's resolver.
    package enum Content: Sendable {
        case null
        case bool(Bool)
        case number(JSONNumber)
        case text(String)
        /// `!!binary`, decoded by whoever knows base64.
        case binary(base64: String)
        case list([YAMLTree])
        case map([Member])
    }

    /// A member of a mapping; a key that is no text is its text.
    package struct Member: Sendable {
        /// The key's text; where it is no scalar, its JSON; where ``isBinaryKey``, its base64.
        package let key: String
        /// Whether the key is bytes, and its text their base64.
        package let isBinaryKey: Bool
        /// What the key stands for.
        package let value: YAMLTree

        package init(_ key: String, isBinaryKey: Bool = false, _ value: YAMLTree) {
            self.key = key
            self.isBinaryKey = isBinaryKey
            self.value = value
        }
    }

    /// What ends the reading: the first thing that is wrong.
    package struct Failure: Error, Equatable, Sendable {
        /// The line where it is wrong, from 1.
        package let line: Int
        /// The column where it is wrong, from 1, in Unicode scalars.
        package let column: Int
        /// What is wrong there, without the place; a sentence without its full stop.
        package let message: String
    }

    /// What reading may cost.
    package struct Limits: Sendable {
        /// Lists and mappings inside one another.
        package var depth: Int
        /// Scalars, lists and mappings, every alias counted as what it stands for.
        package var nodes: Int

        package init(depth: Int, nodes: Int) {
            self.depth = depth
            self.nodes = nodes
        }
    }

    /// What the node is and says.
    package let content: Content
    /// A tag that says more than the content does: `!!python/…`, or one of the writer's own.
    package let tag: String?
    /// From 1; 0 for what comes from no file.
    package let line: Int
    /// What is in it, itself included.
    let count: Int
    let height: Int

    /// Makes a node and counts what is in it. A `line` of 0 is no line of a file.
    package init(_ content: Content, tag: String? = nil, line: Int = 0) {
        self.content = content
        self.tag = tag
        self.line = line
        switch content {
        case .list(let items):
            count = 1 + items.reduce(0) { $0 + $1.count }
            height = 1 + (items.map(\.height).max() ?? 0)
        case .map(let members):
            count = 1 + members.reduce(0) { $0 + 1 + $1.value.count }
            height = 1 + (members.map(\.value.height).max() ?? 0)
        default: (count, height) = (1, 1)
        }
    }

    /// The same of JSON, which has no lines here.
    package init(json: JSON) {
        switch json {
        case .null: self.init(.null)
        case .bool(let value): self.init(.bool(value))
        case .number(let value): self.init(.number(value))
        case .string(let value): self.init(.text(value))
        case .array(let items): self.init(.list(items.map { YAMLTree(json: $0) }))
        case .object(let members):
            self.init(.map(members.map { Member($0.key, YAMLTree(json: $0.value)) }))
        }
    }

    /// Reads the first document of a text.
    package static func read(
        _ bytes: [UInt8], limits: Limits
    ) throws(Failure) -> YAMLTree {
        let source = SourceText(bytes)
        if let offset = source.firstInvalidByte {
            let place = source.place(offset: offset)
            throw Failure(line: place.line, column: place.column, message: "is not UTF-8")
        }
        var builder = YAMLTreeBuilder(source, limits)
        return try builder.build()
    }

    /// What an object of Python's that was made of one scalar says: that scalar, with the object's
    /// tag (`!!python/object/apply:multidict._multidict.istr [Content-Type]`, an enumeration's
    /// value). Anything else is itself.
    package var unwrapped: YAMLTree {
        guard let tag, Self.callTags.contains(where: tag.hasPrefix) else { return self }
        var arguments = items
        if arguments == nil, self["state"]?.items == nil { arguments = self["args"]?.items }
        guard let arguments, arguments.count == 1 else { return self }
        switch arguments[0].content {
        case .list, .map: return self
        default: return YAMLTree(arguments[0].content, tag: tag, line: line)
        }
    }

    private static let callTags = ["!!python/object/apply:", "!!python/object/new:"]

    // MARK: - Reading

    /// The value of a member; nil for an absent key and for anything that is no mapping.
    package subscript(key: String) -> YAMLTree? {
        guard case .map(let members) = content else { return nil }
        return members.last { $0.key == key }?.value
    }

    /// The members of a mapping in the order of the file; nil for anything else.
    package var members: [Member]? {
        if case .map(let members) = content { return members }
        return nil
    }

    /// The items of a list; nil for anything else.
    package var items: [YAMLTree]? {
        if case .list(let items) = content { return items }
        return nil
    }

    /// The text of a scalar, whatever its type.
    package var text: String? {
        switch content {
        case .text(let text): text
        case .number(let number): number.text
        case .bool(let value): value ? "true" : "false"
        case .null, .binary, .list, .map: nil
        }
    }

    /// A number without a fraction, or a text that spells one; nil for anything else.
    package var int: Int? {
        if case .number(let number) = content { return number.int }
        return text.flatMap { Int($0) }
    }

    /// Whether it is `null`, `~`, or nothing where a value could stand.
    package var isNull: Bool {
        if case .null = content { return true }
        return false
    }

    /// The tree as JSON; binary values stay base64.
    package var json: JSON {
        switch content {
        case .null: .null
        case .bool(let value): .bool(value)
        case .number(let value): .number(value)
        case .text(let value), .binary(let value): .string(value)
        case .list(let items): .array(items.map(\.json))
        case .map(let members): .object(members.map { JSONMember($0.key, $0.value.json) })
        }
    }
}
