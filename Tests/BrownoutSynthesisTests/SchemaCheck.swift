import BrownoutJSON

/// A small judge of JSON Schema: what is wrong with a value; empty when it fits.
struct SchemaCheck {
    let root: JSON

    func problems(_ value: JSON, _ schema: JSON, at path: String = "$") -> [String] {
        if schema == false { return ["\(path): nothing fits"] }
        var found: [String] = []
        if let reference = schema["$ref"]?.stringValue {
            guard let target = root.value(at: String(reference.dropFirst())) else {
                return ["\(path): no \(reference)"]
            }
            found += problems(value, target, at: path)
        }
        if let constant = schema["const"], constant != value { found.append("\(path): const") }
        if let options = schema["enum"]?.arrayValue, !options.contains(value) {
            found.append("\(path): enum")
        }
        for part in schema["allOf"]?.arrayValue ?? [] {
            found += problems(value, part, at: path)
        }
        if let options = schema["anyOf"]?.arrayValue, !options.contains(where: { fits(value, $0) })
        {
            found.append("\(path): anyOf")
        }
        if let options = schema["oneOf"]?.arrayValue {
            let count = options.count { fits(value, $0) }
            if count != 1 { found.append("\(path): oneOf holds \(count) times") }
        }
        if let part = schema["not"], fits(value, part) { found.append("\(path): not") }
        if let condition = schema["if"] {
            let branch = fits(value, condition) ? schema["then"] : schema["else"]
            if let branch { found += problems(value, branch, at: path) }
        }
        let types: [String]? = schema["type"].map { type in
            type.stringValue.map { [$0] } ?? (type.arrayValue ?? []).compactMap(\.stringValue)
        }
        if let types, !types.contains(where: { isOf(value, $0) }) {
            found.append("\(path): \(value.kind) is not of \(types)")
        }
        switch value {
        case .object(let members): found += problems(members, schema, path)
        case .array(let items): found += problems(items, schema, path)
        case .string(let text): found += problems(text, schema, path)
        case .number(let number): found += problems(number.double ?? .nan, schema, path)
        case .null, .bool: break
        }
        return found
    }

    private func fits(_ value: JSON, _ schema: JSON) -> Bool { problems(value, schema).isEmpty }

    private func isOf(_ value: JSON, _ type: String) -> Bool {
        value.kind == type || (type == "number" && value.kind == "integer")
    }

    private func problems(_ members: [JSONMember], _ schema: JSON, _ path: String) -> [String] {
        var found: [String] = []
        for case .string(let name) in schema["required"]?.arrayValue ?? []
        where !members.contains(where: { $0.key == name }) {
            found.append("\(path): no \(name)")
        }
        for member in members {
            let place = "\(path).\(member.key)"
            var isKnown = false
            if let property = schema["properties"]?[member.key] {
                isKnown = true
                found += problems(member.value, property, at: place)
            }
            for rule in schema["patternProperties"]?.objectValue ?? []
            where Self.isFound(rule.key, in: member.key) {
                isKnown = true
                found += problems(member.value, rule.value, at: place)
            }
            if !isKnown, let others = schema["additionalProperties"] {
                found += problems(member.value, others, at: place)
            }
            if let names = schema["propertyNames"] {
                found += problems(.string(member.key), names, at: place)
            }
        }
        if let least = schema["minProperties"]?.intValue, members.count < least {
            found.append("\(path): too few members")
        }
        if let most = schema["maxProperties"]?.intValue, members.count > most {
            found.append("\(path): too many members")
        }
        for rule in schema["dependentRequired"]?.objectValue ?? []
        where members.contains(where: { $0.key == rule.key }) {
            for case .string(let name) in rule.value.arrayValue ?? []
            where !members.contains(where: { $0.key == name }) {
                found.append("\(path): \(rule.key) without \(name)")
            }
        }
        if Set(members.map(\.key)).count != members.count { found.append("\(path): twice") }
        return found
    }

    private func problems(_ items: [JSON], _ schema: JSON, _ path: String) -> [String] {
        var found: [String] = []
        if let least = schema["minItems"]?.intValue, items.count < least {
            found.append("\(path): too few")
        }
        if let most = schema["maxItems"]?.intValue, items.count > most {
            found.append("\(path): too many")
        }
        if let part = schema["contains"], !items.contains(where: { fits($0, part) }) {
            found.append("\(path): contains")
        }
        let fixed = schema["prefixItems"]?.arrayValue ?? []
        for (index, item) in items.enumerated() {
            let place = "\(path)[\(index)]"
            if index < fixed.count {
                found += problems(item, fixed[index], at: place)
            } else if let schema = schema["items"] {
                found += problems(item, schema, at: place)
            }
            if schema["uniqueItems"] == true, items[..<index].contains(item) {
                found.append("\(place): not unique")
            }
        }
        return found
    }

    /// Whether the standard library's own engine finds a pattern in a text.
    static func isFound(_ pattern: String, in text: String) -> Bool {
        guard let regex = try? Regex(pattern) else { return false }
        return (try? regex.firstMatch(in: text)) != nil
    }

    private func problems(_ text: String, _ schema: JSON, _ path: String) -> [String] {
        var found: [String] = []
        if let pattern = schema["pattern"]?.stringValue, !Self.isFound(pattern, in: text) {
            found.append("\(path): '\(text)' has no \(pattern)")
        }
        if let least = schema["minLength"]?.intValue, text.unicodeScalars.count < least {
            found.append("\(path): too short")
        }
        if let most = schema["maxLength"]?.intValue, text.unicodeScalars.count > most {
            found.append("\(path): too long")
        }
        return found
    }

    private func problems(_ number: Double, _ schema: JSON, _ path: String) -> [String] {
        var found: [String] = []
        if let least = schema["minimum"]?.doubleValue, number < least {
            found.append("\(path): too small")
        }
        if let most = schema["maximum"]?.doubleValue, number > most {
            found.append("\(path): too large")
        }
        if let bound = schema["exclusiveMinimum"]?.doubleValue, number <= bound {
            found.append("\(path): not above")
        }
        if let bound = schema["exclusiveMaximum"]?.doubleValue, number >= bound {
            found.append("\(path): not below")
        }
        if let step = schema["multipleOf"]?.doubleValue {
            let quotient = number / step
            if abs(quotient - quotient.rounded()) > 1e-9 { found.append("\(path): multipleOf") }
        }
        return found
    }
}
