import BrownoutJSON

/// References within a schema's own document.
enum SchemaReference {
    /// The target of `#` or `#/$defs/city`; nil for any other reference.
    static func target(_ reference: JSON, in root: JSON) -> JSON? {
        guard let text = reference.stringValue, text.hasPrefix("#") else { return nil }
        return root.value(at: String(text.dropFirst()))
    }

    /// Names that may be passed over on the way to a target.
    static func cost(in root: JSON) -> Int {
        (root.objectValue ?? []).reduce(1) { cost, member in
            cost + 1 + (member.value.objectValue?.count ?? 0)
        }
    }
}
