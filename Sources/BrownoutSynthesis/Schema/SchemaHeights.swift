import BrownoutJSON

/// How many levels the least value of a schema has: by that a schema which refers to itself is
/// brought to an end.
struct SchemaHeights {
    let root: JSON
    /// References that were looked up, few in any document; one that is being looked up is
    /// endless by that way.
    private var known: [(reference: String, height: Int)] = []
    private var steps = 0

    private static let endless = 1_000
    private static let mostSteps = 20_000
    private static let deepest = 60
    /// Names passed over in looking for one that cost as much as a step.
    private static let namesPerStep = 16

    init(root: JSON) {
        self.root = root
    }

    mutating func height(_ schema: JSON) -> Int { height(schema, depth: 0) }

    private mutating func height(_ schema: JSON, depth: Int) -> Int {
        steps += 1
        guard steps < Self.mostSteps, depth < Self.deepest else { return Self.endless }
        if schema["const"] != nil || schema["enum"] != nil || schema["type"] == "null" { return 0 }
        var height = own(schema, depth)
        if let reference = schema["$ref"] {
            height = max(height, self.height(of: reference, depth))
        }
        for part in schema["allOf"]?.arrayValue ?? [] {
            height = max(height, self.height(part, depth: depth + 1))
        }
        for keyword in ["anyOf", "oneOf"] {
            var least: Int?
            for option in schema[keyword]?.arrayValue ?? [] {
                let other = self.height(option, depth: depth + 1)
                least = min(least ?? other, other)
            }
            height = max(height, least ?? 0)
        }
        return min(height, Self.endless)
    }

    /// What the schema's own properties and items ask for.
    private mutating func own(_ schema: JSON, _ depth: Int) -> Int {
        var height = 1
        let properties = schema["properties"]?.objectValue?.count ?? 0
        for case .string(let name) in schema["required"]?.arrayValue ?? [] {
            steps += properties / Self.namesPerStep
            guard steps < Self.mostSteps else { return Self.endless }
            guard let property = schema["properties"]?[name] else { continue }
            height = max(height, 1 + self.height(property, depth: depth + 1))
        }
        if let least = schema["minItems"]?.intValue, least > 0, let items = schema["items"] {
            height = max(height, 1 + self.height(items, depth: depth + 1))
        }
        return height
    }

    private mutating func height(of reference: JSON, _ depth: Int) -> Int {
        steps += (known.count + SchemaReference.cost(in: root)) / Self.namesPerStep
        guard let name = reference.stringValue, steps < Self.mostSteps,
            let target = SchemaReference.target(reference, in: root)
        else { return steps < Self.mostSteps ? 0 : Self.endless }
        if let found = known.first(where: { $0.reference == name }) { return found.height }
        known.append((name, Self.endless))
        let height = self.height(target, depth: depth + 1)
        if let place = known.firstIndex(where: { $0.reference == name }) {
            known[place].height = height
        }
        return height
    }
}
