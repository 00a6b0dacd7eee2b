import BrownoutJSON

/// Says whether a value fits a schema, for the keywords that values cannot simply be built by:
/// `oneOf`, `not`, `if`, joined schemas. Formats are not judged.
struct SchemaJudge {
    let root: JSON
    /// Schemas looked into so far.
    private var steps = 0
    private var depth = 0

    /// A value whose judgement takes longer counts as one that does not fit.
    private static let mostSteps = 20_000
    /// Schemas within schemas; one may refer to itself.
    private static let deepest = 150

    init(root: JSON) {
        self.root = root
    }

    mutating func fits(_ value: JSON, _ schema: JSON) -> Bool {
        steps = 0
        return holds(value, schema)
    }

    private mutating func holds(_ value: JSON, _ schema: JSON) -> Bool {
        steps += 1
        depth += 1
        defer { depth -= 1 }
        guard steps < Self.mostSteps, depth < Self.deepest else { return false }
        guard case .object(let keywords) = schema else { return schema != false }
        for keyword in keywords {
            switch keyword.key {
            case "$ref":
                guard let target = SchemaReference.target(keyword.value, in: root) else {
                    continue
                }
                if !holds(value, target) { return false }
            case "const": if !equal(value, keyword.value) { return false }
            case "enum":
                let options = keyword.value.arrayValue ?? []
                if !options.contains(where: { equal($0, value) }) { return false }
            case "type": if !isType(value, keyword.value) { return false }
            case "allOf", "anyOf", "oneOf", "not", "if":
                if !combined(value, keyword, schema) { return false }
            default: if !fitsKind(value, keyword, schema) { return false }
            }
        }
        return true
    }

    private mutating func combined(
        _ value: JSON, _ keyword: JSONMember, _ schema: JSON
    ) -> Bool {
        let parts = keyword.value.arrayValue ?? []
        switch keyword.key {
        case "allOf":
            for part in parts where !holds(value, part) { return false }
            return true
        case "anyOf":
            for part in parts where holds(value, part) { return true }
            return parts.isEmpty
        case "oneOf":
            var count = 0
            for part in parts where holds(value, part) { count += 1 }
            return count == 1 || parts.isEmpty
        case "not": return !holds(value, keyword.value)
        default:
            let branch = holds(value, keyword.value) ? schema["then"] : schema["else"]
            return branch.map { holds(value, $0) } ?? true
        }
    }

    private func isType(_ value: JSON, _ type: JSON) -> Bool {
        let names =
            type.stringValue.map { [$0] } ?? (type.arrayValue ?? []).compactMap(\.stringValue)
        return names.contains(value.kind) || (value.kind == "integer" && names.contains("number"))
    }

    /// Numbers are equal by value, objects in any order of their members.
    private func equal(_ first: JSON, _ second: JSON) -> Bool {
        switch (first, second) {
        case (.number(let first), .number(let second)):
            return first == second || first.double == second.double
        case (.array(let first), .array(let second)):
            return first.count == second.count && zip(first, second).allSatisfy { equal($0, $1) }
        case (.object(let mine), .object(let theirs)):
            return mine.count == theirs.count
                && mine.allSatisfy { member in
                    second[member.key].map { equal($0, member.value) } ?? false
                }
        default: return first == second
        }
    }

    // MARK: - Keywords of one kind of value

    private mutating func fitsKind(
        _ value: JSON, _ keyword: JSONMember, _ schema: JSON
    ) -> Bool {
        switch value {
        case .string(let text): return fits(text, keyword)
        case .number(let number): return fits(number, keyword, schema)
        case .array(let items): return fits(items, keyword, schema)
        case .object(let members): return fits(members, value, keyword, schema)
        case .null, .bool: return true
        }
    }

    private func fits(_ text: String, _ keyword: JSONMember) -> Bool {
        switch keyword.key {
        case "minLength": text.unicodeScalars.count >= keyword.value.intValue ?? 0
        case "maxLength": text.unicodeScalars.count <= keyword.value.intValue ?? .max
        case "pattern":
            // A pattern that is not understood cannot be judged.
            Pattern(keyword.value.stringValue ?? "")?.isFound(in: text) ?? true
        default: true
        }
    }

    private func fits(_ number: JSONNumber, _ keyword: JSONMember, _ schema: JSON) -> Bool {
        guard let value = number.double, let bound = keyword.value.doubleValue else { return true }
        switch keyword.key {
        case "minimum": return schema["exclusiveMinimum"] == true ? value > bound : value >= bound
        case "maximum": return schema["exclusiveMaximum"] == true ? value < bound : value <= bound
        case "exclusiveMinimum": return value > bound
        case "exclusiveMaximum": return value < bound
        case "multipleOf":
            let quotient = value / bound
            return abs(quotient - quotient.rounded()) < 1e-9
        default: return true
        }
    }

    private mutating func fits(
        _ items: [JSON], _ keyword: JSONMember, _ schema: JSON
    ) -> Bool {
        switch keyword.key {
        case "minItems": return items.count >= keyword.value.intValue ?? 0
        case "maxItems": return items.count <= keyword.value.intValue ?? .max
        case "uniqueItems":
            guard keyword.value == true else { return true }
            return items.indices.allSatisfy { index in
                !items[..<index].contains { equal($0, items[index]) }
            }
        case "prefixItems":
            for (item, part) in zip(items, keyword.value.arrayValue ?? [])
            where !holds(item, part) { return false }
            return true
        case "items":
            let fixed = schema["prefixItems"]?.arrayValue?.count ?? 0
            for item in items.dropFirst(fixed) where !holds(item, keyword.value) { return false }
            return true
        case "contains":
            var count = 0
            for item in items where holds(item, keyword.value) { count += 1 }
            return count >= schema["minContains"]?.intValue ?? 1
                && count <= schema["maxContains"]?.intValue ?? .max
        default: return true
        }
    }

    private mutating func fits(
        _ members: [JSONMember], _ value: JSON, _ keyword: JSONMember, _ schema: JSON
    ) -> Bool {
        switch keyword.key {
        case "minProperties": return members.count >= keyword.value.intValue ?? 0
        case "maxProperties": return members.count <= keyword.value.intValue ?? .max
        case "required":
            for case .string(let name) in keyword.value.arrayValue ?? [] where value[name] == nil {
                return false
            }
            return true
        case "properties", "patternProperties", "additionalProperties":
            return membersFit(members, keyword, schema)
        case "propertyNames":
            for member in members where !holds(.string(member.key), keyword.value) { return false }
            return true
        case "dependentRequired":
            for rule in keyword.value.objectValue ?? [] where value[rule.key] != nil {
                for case .string(let name) in rule.value.arrayValue ?? [] where value[name] == nil {
                    return false
                }
            }
            return true
        case "dependentSchemas":
            for rule in keyword.value.objectValue ?? []
            where value[rule.key] != nil && !holds(value, rule.value) { return false }
            return true
        default: return true
        }
    }

    private mutating func membersFit(
        _ members: [JSONMember], _ keyword: JSONMember, _ schema: JSON
    ) -> Bool {
        for member in members {
            let own = schema["properties"]?[member.key]
            let patterns = (schema["patternProperties"]?.objectValue ?? []).filter {
                Pattern($0.key)?.isFound(in: member.key) ?? false
            }
            switch keyword.key {
            case "properties":
                if let own, !holds(member.value, own) { return false }
            case "patternProperties":
                for pattern in patterns where !holds(member.value, pattern.value) { return false }
            default:
                guard own == nil, patterns.isEmpty else { continue }
                if !holds(member.value, keyword.value) { return false }
            }
        }
        return true
    }
}

/// References within a schema's own document.
enum SchemaReference {
    /// The target of `#` or `#/$defs/city`; nil for any other reference.
    static func target(_ reference: JSON, in root: JSON) -> JSON? {
        guard let text = reference.stringValue, text.hasPrefix("#") else { return nil }
        return root.value(at: String(text.dropFirst()))
    }
}
