import BrownoutJSON

/// Says whether a value fits a schema, for the keywords that values cannot simply be built by:
/// `oneOf`, `not`, `if`, joined schemas. Formats are not judged.
struct SchemaJudge {
    let root: JSON
    /// Schemas looked into so far.
    private var steps = 0
    /// The same, of all values so far.
    private var total = 0
    private var depth = 0

    /// A value whose judgement takes longer counts as one that does not fit.
    private static let mostSteps = 20_000
    private static let mostInAll = 500_000
    /// Names or values passed over in looking for one that cost as much as a step.
    private static let looksPerStep = 16
    /// Schemas within schemas; one may refer to itself.
    private static let deepest = 150

    init(root: JSON) {
        self.root = root
    }

    mutating func fits(_ value: JSON, _ schema: JSON) -> Bool {
        steps = 0
        defer { total += steps }
        return holds(value, schema) && !isCut
    }

    /// Whether so much was judged that nothing more should be.
    var isExhausted: Bool { total >= Self.mostInAll }

    private var isCut: Bool { steps >= Self.mostSteps }

    /// Counts what is looked through.
    private mutating func look(through count: Int) { steps += count / Self.looksPerStep }

    private mutating func holds(_ value: JSON, _ schema: JSON) -> Bool {
        steps += 1
        depth += 1
        defer { depth -= 1 }
        guard !isCut, depth < Self.deepest else { return false }
        guard case .object(let keywords) = schema else { return schema != false }
        look(through: keywords.count)
        for keyword in keywords {
            if isCut { return false }
            switch keyword.key {
            case "$ref":
                look(through: SchemaReference.cost(in: root))
                guard let target = SchemaReference.target(keyword.value, in: root) else {
                    continue
                }
                if !holds(value, target) { return false }
            case "const": if !equal(value, keyword.value) { return false }
            case "enum":
                let options = keyword.value.arrayValue ?? []
                // A drawn value is mostly one of them, however many there are.
                look(through: min(options.count, Self.looksPerStep * Self.mostSteps / 2))
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

    private mutating func isType(_ value: JSON, _ type: JSON) -> Bool {
        let names =
            type.stringValue.map { [$0] } ?? (type.arrayValue ?? []).compactMap(\.stringValue)
        look(through: names.count)
        return names.contains(value.kind) || (value.kind == "integer" && names.contains("number"))
    }

    /// Numbers are equal by value, objects in any order of their members.
    private mutating func equal(_ first: JSON, _ second: JSON) -> Bool {
        switch (first, second) {
        case (.number(let first), .number(let second)):
            return first == second || first.double == second.double
        case (.array(let first), .array(let second)):
            return first.count == second.count && zip(first, second).allSatisfy { equal($0, $1) }
        case (.object(let mine), .object(let theirs)):
            guard mine.count == theirs.count else { return false }
            for member in mine {
                look(through: theirs.count)
                guard !isCut, let other = second[member.key], equal(other, member.value) else {
                    return false
                }
            }
            return true
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

    private mutating func isFound(_ pattern: Pattern, in text: String) -> Bool {
        var taken = 0
        defer { look(through: taken) }
        return pattern.isFound(in: text, counting: &taken)
    }

    private mutating func fits(_ text: String, _ keyword: JSONMember) -> Bool {
        switch keyword.key {
        case "minLength": return text.unicodeScalars.count >= keyword.value.intValue ?? 0
        case "maxLength": return text.unicodeScalars.count <= keyword.value.intValue ?? .max
        case "pattern":
            // A pattern that is not understood cannot be judged.
            return Pattern(keyword.value.stringValue ?? "").map { isFound($0, in: text) } ?? true
        default: return true
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
            for (index, item) in items.enumerated() {
                look(through: index)
                if isCut || items[..<index].contains(where: { equal($0, item) }) { return false }
            }
            return true
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
            return has(keyword.value.arrayValue ?? [], value)
        case "properties", "patternProperties", "additionalProperties":
            return membersFit(members, keyword, schema)
        case "propertyNames":
            for member in members where !holds(.string(member.key), keyword.value) { return false }
            return true
        case "dependentRequired":
            for rule in keyword.value.objectValue ?? [] where has([.string(rule.key)], value) {
                if !has(rule.value.arrayValue ?? [], value) { return false }
            }
            return true
        case "dependentSchemas":
            for rule in keyword.value.objectValue ?? []
            where has([.string(rule.key)], value) && !holds(value, rule.value) { return false }
            return true
        default: return true
        }
    }

    /// Whether an object has all of these names.
    private mutating func has(_ names: [JSON], _ value: JSON) -> Bool {
        let count = value.objectValue?.count ?? 0
        for case .string(let name) in names {
            look(through: count + Self.looksPerStep)
            if isCut || value[name] == nil { return false }
        }
        return true
    }

    private mutating func membersFit(
        _ members: [JSONMember], _ keyword: JSONMember, _ schema: JSON
    ) -> Bool {
        let properties = schema["properties"]?.objectValue?.count ?? 0
        for member in members {
            look(through: properties + Self.looksPerStep)
            if isCut { return false }
            let own = schema["properties"]?[member.key]
            var patterns: [JSONMember] = []
            for rule in schema["patternProperties"]?.objectValue ?? [] where !isCut {
                look(through: rule.key.utf8.count)
                guard let pattern = Pattern(rule.key) else { continue }
                if isFound(pattern, in: member.key) { patterns.append(rule) }
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
