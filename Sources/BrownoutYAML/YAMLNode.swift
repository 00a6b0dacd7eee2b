/// What was typed: a YAML node and where it stands. What it means is its reader's affair.
package struct YAMLNode: Equatable, Sendable {
    /// How a scalar was written.
    package enum Style: Equatable, Sendable {
        case plain
        case quoted
        /// `|` or `>`.
        case block
    }

    /// A key and its value.
    package struct Entry: Equatable, Sendable {
        /// A scalar: other keys are refused by the composer.
        package var key: YAMLNode
        /// What stands behind the colon; where nothing does, a blank scalar.
        package var value: YAMLNode
    }

    /// What a node is.
    package enum Content: Equatable, Sendable {
        case scalar(String, Style)
        case sequence([YAMLNode])
        /// In the order of the file, every key a scalar and there once.
        case mapping([Entry])
    }

    /// What was typed.
    package var content: Content
    /// Where it stands, quotes included. Of a block mapping only the first key counts.
    package var span: SourceSpan
    /// Whether keys of this mapping were refused, so that something may seem to be missing.
    package var hasRefusedKeys = false
    /// The nodes of this tree, itself included, aliases counted as what they stand for.
    package var count: Int
    /// The bytes of all scalars of this tree.
    package var bytes: Int
    /// The lists and mappings inside one another; 0 for a scalar.
    package var height: Int

    /// Makes a node and counts what is in it.
    package init(_ content: Content, span: SourceSpan) {
        self.content = content
        self.span = span
        switch content {
        case .scalar(let text, _):
            count = 1
            bytes = text.utf8.count
            height = 0
        case .sequence(let items):
            count = items.reduce(1) { $0 + $1.count }
            bytes = items.reduce(0) { $0 + $1.bytes }
            height = 1 + (items.map(\.height).max() ?? 0)
        case .mapping(let entries):
            count = entries.reduce(1) { $0 + $1.key.count + $1.value.count }
            bytes = entries.reduce(0) { $0 + $1.key.bytes + $1.value.bytes }
            height = 1 + (entries.map(\.value.height).max() ?? 0)
        }
    }

    /// The text of a scalar.
    package var text: String? {
        guard case .scalar(let text, _) = content else { return nil }
        return text
    }

    /// Whether nothing was written where a value could stand.
    package var isBlank: Bool { content == .scalar("", .plain) }

    /// The items of a list; nil for anything else.
    package var items: [YAMLNode]? {
        guard case .sequence(let items) = content else { return nil }
        return items
    }

    /// The members of a mapping in the order of the file; nil for anything else.
    package var entries: [Entry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// How a message names what was found.
    package var description: String {
        switch content {
        case .scalar(_, _) where isBlank: "nothing"
        case .scalar(let text, _): quoted(text)
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }
}

/// Text between quotes in a message: one line, and not longer than a reader wants.
package func quoted(_ text: String) -> String {
    let shown = text.unicodeScalars.prefix(60).map { scalar in
        scalar.value < 0x20 || scalar.value == 0x7F ? " " : Character(scalar)
    }
    let more = text.unicodeScalars.prefix(61).count > 60 ? "…" : ""
    return "'\(String(shown))\(more)'"
}
