import BrownoutYAML

/// The values of a mapping whose keys were checked against their table.
struct Fields {
    let kind: MappingKind
    let span: SourceSpan
    /// Whether a key was refused. What seems to be missing may be the misspelt one.
    var hasUnknownKeys = false
    private var entries: [String: YAMLNode.Entry] = [:]
    /// In the order of the file.
    private(set) var names: [String] = []

    init(_ kind: MappingKind, _ span: SourceSpan) {
        self.kind = kind
        self.span = span
    }

    mutating func add(_ name: String, _ entry: YAMLNode.Entry) {
        entries[name] = entry
        names.append(name)
    }

    /// The value of a key; nil where the key is absent or has no value.
    subscript(_ name: String) -> YAMLNode? {
        precondition(kind.table.key(name) != nil, "\(name) is not a key of \(kind)")
        guard let value = entries[name]?.value, !value.isBlank else { return nil }
        return value
    }

    /// Whether the key was written, with a value or without.
    func has(_ name: String) -> Bool { entries[name] != nil }

    func key(_ name: String) -> YAMLNode? { entries[name]?.key }

    /// The first of these keys in the order of the file.
    func first(of wanted: [String]) -> YAMLNode? {
        names.first { wanted.contains($0) }.flatMap { entries[$0]?.key }
    }
}
