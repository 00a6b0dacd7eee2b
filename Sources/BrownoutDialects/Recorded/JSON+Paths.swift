package import BrownoutJSON

extension JSON {
    /// All values that stand at a path, in their order.
    package func values(at path: JSONPath) -> [JSON] { values(path.steps[...]) }

    private func values(_ steps: ArraySlice<JSONPath.Step>) -> [JSON] {
        switch steps.first {
        case nil: [self]
        case .member(let name)?: self[name]?.values(steps.dropFirst()) ?? []
        case .each?: (arrayValue ?? []).flatMap { $0.values(steps.dropFirst()) }
        }
    }
}

// Changes that keep the order of members. Each is nil where there was nothing to change, so that
// bytes that stay the same need not be written again.
extension JSON {
    /// With other values where some stand at these paths, unless `change` has none for them.
    package func changing(_ paths: [JSONPath], _ change: (JSON) -> JSON?) -> JSON? {
        var changed: JSON?
        for path in paths {
            changed = (changed ?? self).changing(path.steps[...], change) ?? changed
        }
        return changed
    }

    private func changing(
        _ steps: ArraySlice<JSONPath.Step>, _ change: (JSON) -> JSON?
    ) -> JSON? {
        let rest = steps.dropFirst()
        switch (steps.first, self) {
        case (nil, _): return change(self)
        case (.member(let name)?, .object(var members)):
            guard let place = members.lastIndex(where: { $0.key == name }),
                let value = members[place].value.changing(rest, change)
            else { return nil }
            members[place].value = value
            return .object(members)
        case (.each?, .array(let items)):
            var isChanged = false
            let changed = items.map { item in
                guard let value = item.changing(rest, change) else { return item }
                isChanged = true
                return value
            }
            return isChanged ? .array(changed) : nil
        default: return nil
        }
    }

    /// Without the members that these paths lead to and `isMeant` takes.
    func removing(_ paths: [JSONPath], where isMeant: (JSON) -> Bool = { _ in true }) -> JSON? {
        var changed: JSON?
        for path in paths {
            let json = changed ?? self
            changed =
                json.changing([path.holder]) { holder in
                    guard case .object(let members) = holder else { return nil }
                    let rest = members.filter { $0.key != path.last || !isMeant($0.value) }
                    return rest.count == members.count ? nil : .object(rest)
                } ?? changed
        }
        return changed
    }

    /// An integer and so much more.
    func plus(_ more: Int) -> JSON? {
        intValue.map { .number(JSONNumber($0 + more)) }
    }
}
