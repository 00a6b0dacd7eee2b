import BrownoutJSON

/// Two schemas as one that asks for both, as far as keywords can be joined.
enum SchemaMerge {
    static func merged(_ first: JSON, _ second: JSON) -> JSON {
        guard case .object(var members) = first else { return second }
        guard case .object(let others) = second else {
            return second == false ? second : first
        }
        let names = SortedNames(members.map(\.key))
        for other in others {
            guard let place = names.place(of: other.key) else {
                members.append(other)
                continue
            }
            members[place].value = joined(other.key, members[place].value, other.value)
        }
        return .object(members)
    }

    /// One keyword's value that asks for both; the first one where they cannot be joined.
    private static func joined(_ keyword: String, _ mine: JSON, _ theirs: JSON) -> JSON {
        if mine == theirs { return mine }
        switch keyword {
        case "required": return union(mine, theirs)
        case "properties", "patternProperties", "dependentSchemas":
            return properties(mine, theirs)
        case "enum": return common(mine, theirs)
        case "type": return types(mine, theirs)
        case "items", "contains", "propertyNames", "additionalProperties", "not":
            if mine.boolValue == true { return theirs }
            if theirs.boolValue == true { return mine }
            if mine == false || theirs == false { return false }
            return keyword == "not" ? ["anyOf": [mine, theirs]] : ["allOf": [mine, theirs]]
        case "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties",
            "minContains":
            return greater(mine, theirs) ? mine : theirs
        case "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties",
            "maxContains":
            return greater(mine, theirs) ? theirs : mine
        case "uniqueItems": return .bool(mine == true || theirs == true)
        case "multipleOf": return multiple(mine, theirs)
        default: return mine
        }
    }

    private static func union(_ mine: JSON, _ theirs: JSON) -> JSON {
        guard case .array(let first) = mine, case .array(let second) = theirs else { return mine }
        let texts = SortedNames(first.map(\.text))
        return .array(first + second.filter { !texts.contains($0.text) })
    }

    private static func common(_ mine: JSON, _ theirs: JSON) -> JSON {
        guard case .array(let first) = mine, case .array(let second) = theirs else { return mine }
        let texts = SortedNames(second.map(\.text))
        let both = first.filter { texts.contains($0.text) }
        return both.isEmpty ? mine : .array(both)
    }

    private static func properties(_ mine: JSON, _ theirs: JSON) -> JSON {
        guard case .object(var members) = mine, case .object(let others) = theirs else {
            return mine
        }
        let names = SortedNames(members.map(\.key))
        for other in others {
            if let place = names.place(of: other.key) {
                members[place].value = ["allOf": [members[place].value, other.value]]
            } else {
                members.append(other)
            }
        }
        return .object(members)
    }

    /// Types that a list of them is read for; there are seven.
    private static let mostTypes = 16

    /// The types of both; an integer is a number too.
    private static func types(_ mine: JSON, _ theirs: JSON) -> JSON {
        func names(_ value: JSON) -> [String] {
            value.stringValue.map { [$0] }
                ?? (value.arrayValue ?? []).prefix(mostTypes).compactMap(\.stringValue)
        }
        let (first, second) = (names(mine), names(theirs))
        var both: [JSON] = []
        for name in first {
            if second.contains(name) {
                both.append(.string(name))
            } else if name == "number", second.contains("integer") {
                both.append("integer")
            } else if name == "integer", second.contains("number") {
                both.append("integer")
            }
        }
        return both.isEmpty ? mine : both.count == 1 ? both[0] : .array(both)
    }

    private static func greater(_ mine: JSON, _ theirs: JSON) -> Bool {
        (mine.doubleValue ?? 0) >= (theirs.doubleValue ?? 0)
    }

    /// The least common multiple of whole numbers; of others, the first.
    private static func multiple(_ mine: JSON, _ theirs: JSON) -> JSON {
        guard let first = mine.intValue, let second = theirs.intValue, first > 0, second > 0
        else { return mine }
        var divisor = (first, second)
        while divisor.1 != 0 { divisor = (divisor.1, divisor.0 % divisor.1) }
        let (product, overflow) = first.multipliedReportingOverflow(by: second / divisor.0)
        return overflow ? mine : .number(JSONNumber(product))
    }

    /// What joining a schema costs: its keywords, and the parts of each.
    static func cost(_ schema: JSON) -> Int {
        (schema.objectValue ?? []).reduce(1) { cost, member in
            let parts = member.value.arrayValue?.count ?? member.value.objectValue?.count ?? 0
            return cost + 1 + parts
        }
    }
}
