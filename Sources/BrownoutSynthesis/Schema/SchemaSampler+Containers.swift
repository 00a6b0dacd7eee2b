import BrownoutJSON

extension SchemaSampler {
    /// Members or items made to meet a least count, at most.
    private static let longest = 500

    // MARK: - Objects

    mutating func object(_ schema: JSON, depth: Int) -> JSON {
        let required = requiredNames(schema)
        let isRequired = SortedNames(required)
        let most = max(schema["maxProperties"]?.intValue ?? Int.max, required.count)
        let properties = schema["properties"]?.objectValue ?? []
        work += properties.count + required.count
        var members: [JSONMember] = []
        var optional = most - required.count
        for property in properties where property.value != false {
            if !isRequired.contains(property.key) {
                guard isFull(depth), optional > 0 else { continue }
                optional -= 1
            }
            members.append(JSONMember(property.key, value(property.value, depth: depth + 1)))
        }
        let own = SortedNames(members.map(\.key))
        for name in required where !own.contains(name) {
            members.append(JSONMember(name, value(others(schema, name), depth: depth + 1)))
        }
        addDependent(schema, to: &members, depth: depth)
        var least = min(schema["minProperties"]?.intValue ?? 0, Self.longest)
        // A mapping of anything to values of a kind gets some.
        if properties.isEmpty, isFull(depth), least == 0, isMapping(schema) {
            least = min(1 + below(2), most)
        }
        var number = 0
        while members.count < least, number < Self.longest, hasRoom {
            let name = name(schema, number, &number)
            if members.contains(where: { $0.key == name }) { continue }
            members.append(JSONMember(name, value(others(schema, name), depth: depth + 1)))
        }
        return .object(members)
    }

    /// As many of the required names as there is room for, each once.
    private func requiredNames(_ schema: JSON) -> [String] {
        let names = (schema["required"]?.arrayValue ?? []).prefix(Self.sizeLimit)
            .compactMap(\.stringValue)
        let places = SortedNames(names)
        return names.enumerated().filter { places.place(of: $1) == $0 }.map(\.element)
    }

    private mutating func addDependent(
        _ schema: JSON, to members: inout [JSONMember], depth: Int
    ) {
        let properties = schema["properties"]?.objectValue?.count ?? 0
        for rule in schema["dependentRequired"]?.objectValue ?? [] where hasRoom {
            work += members.count
            guard members.contains(where: { $0.key == rule.key }) else { continue }
            for case .string(let name) in rule.value.arrayValue ?? [] where hasRoom {
                work += members.count + properties
                if members.contains(where: { $0.key == name }) { continue }
                let own = schema["properties"]?[name] ?? others(schema, name)
                members.append(JSONMember(name, value(own, depth: depth + 1)))
            }
        }
    }

    private func isMapping(_ schema: JSON) -> Bool {
        if case .object(let members)? = schema["additionalProperties"] { return !members.isEmpty }
        return schema["patternProperties"] != nil
    }

    /// The name of a member beyond those that have one.
    private mutating func name(_ schema: JSON, _ index: Int, _ number: inout Int) -> String {
        number += 1
        if let names = schema["propertyNames"] {
            let name = value(
                names.objectValue.map { .object($0 + [.init("type", "string")]) }
                    ?? ["type": "string"], depth: 1)
            return name.stringValue ?? "field_\(number)"
        }
        if let source = schema["patternProperties"]?.objectValue?.first?.key,
            let text = Pattern(source)?.text(0...1_000, &draws, counting: &work)
        {
            return text
        }
        return isMapping(schema) ? Prose.noun(&draws) : "field_\(number)"
    }

    /// The schema of a member without one of its own.
    private mutating func others(_ schema: JSON, _ name: String) -> JSON {
        for pattern in schema["patternProperties"]?.objectValue ?? [] where hasRoom {
            work += pattern.key.utf8.count
            if Pattern(pattern.key)?.isFound(in: name, counting: &work) ?? false {
                return pattern.value
            }
        }
        if case .object(let members)? = schema["additionalProperties"] { return .object(members) }
        return .null
    }

    // MARK: - Arrays

    mutating func array(_ schema: JSON, depth: Int) -> JSON {
        var items: [JSON] = []
        var fixed = schema["prefixItems"]?.arrayValue ?? []
        var others = schema["items"]
        if case .array(let list)? = others {
            // Until draft 2019-09, `items` was what is now `prefixItems`.
            (fixed, others) = (list, schema["additionalItems"])
        }
        let least = min(max(schema["minItems"]?.intValue ?? 0, 0), Self.longest)
        let most = max(schema["maxItems"]?.intValue ?? Int.max, least)
        for item in fixed.prefix(isFull(depth) ? most : least) {
            items.append(value(item, depth: depth + 1))
        }
        if let part = schema["contains"], others != false {
            let count = min(max(schema["minContains"]?.intValue ?? 1, 0), most - items.count)
            for _ in 0..<max(min(count, Self.longest), 0) {
                items.append(value(part, depth: depth + 1))
            }
        }
        var wanted = isFull(depth) ? min(max(1 + below(2), least), most) : least
        if others == false { wanted = min(wanted, items.count) }
        let isUnique = schema["uniqueItems"] == true
        // Distinct items are tried for a while: there may not be enough of them.
        var tries = wanted * 10
        while items.count < wanted, tries > 0 {
            tries -= 1
            let item = value(others ?? .null, depth: depth + 1)
            if isUnique, items.contains(item) { continue }
            items.append(item)
        }
        return .array(items)
    }
}
