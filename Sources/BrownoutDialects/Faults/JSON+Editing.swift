import BrownoutJSON

/// Changes that keep the order of members. Each is nil where there was nothing to change, so that
/// bytes that stay the same need not be written again.
extension JSON {
    /// With another value for a member, where it stood.
    func changing(_ key: String, _ change: (JSON) -> JSON?) -> JSON? {
        guard case .object(var members) = self,
            let place = members.lastIndex(where: { $0.key == key }),
            let value = change(members[place].value)
        else { return nil }
        members[place].value = value
        return .object(members)
    }

    /// Without a member.
    func without(_ key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        let rest = members.filter { $0.key != key }
        return rest.count == members.count ? nil : .object(rest)
    }

    /// With every item of a list changed that can be.
    func changingEach(_ change: (JSON) -> JSON?) -> JSON? {
        guard case .array(let items) = self else { return nil }
        var isChanged = false
        let changed = items.map { item in
            guard let value = change(item) else { return item }
            isChanged = true
            return value
        }
        return isChanged ? .array(changed) : nil
    }

    /// An integer and so much more.
    func plus(_ more: Int) -> JSON? {
        intValue.map { .number(JSONNumber($0 + more)) }
    }
}
