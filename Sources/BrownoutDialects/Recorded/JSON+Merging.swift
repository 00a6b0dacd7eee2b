import BrownoutJSON

extension JSON {
    /// Adds what a delta brings, as clients do (openai-python `lib/streaming/_deltas.py`): texts
    /// grow, objects are merged, lists grow by their elements' `index` or at the end, and
    /// everything else is replaced.
    mutating func merge(_ delta: JSON) {
        if case .string(var text) = self, case .string(let more) = delta {
            // Held by nobody else while it grows, so that a long text is not copied.
            self = .null
            text += more
            self = .string(text)
            return
        }
        switch (consume self, delta) {
        case (let old, .null): self = old
        case (.object(var members), .object(let news)):
            self = .null
            for new in news { members.merge(new) }
            self = .object(members)
        case (.array(var items), .array(let news)):
            self = .null
            for new in news { items.merge(new) }
            self = .array(items)
        case (_, let new): self = .list(new)
        }
    }

    /// A list as the first delta brings it: its elements have their places already.
    private static func list(_ value: JSON) -> JSON {
        guard case .array(let news) = value else { return value }
        var items: [JSON] = []
        for new in news { items.merge(new) }
        return .array(items)
    }

    /// The value without a member.
    func without(_ names: String...) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { !names.contains($0.key) })
    }
}

extension [JSONMember] {
    /// Members that say what a thing is and are sent whole; the last one counts.
    private static let whole = ["index", "type", "role", "id", "object"]

    fileprivate mutating func merge(_ delta: JSONMember) {
        guard let place = firstIndex(where: { $0.key == delta.key }) else {
            var new = JSONMember(delta.key, .null)
            new.value.merge(delta.value)
            append(new)
            return
        }
        if Self.whole.contains(delta.key) {
            if delta.value != .null { self[place].value = delta.value }
        } else {
            self[place].value.merge(delta.value)
        }
    }

    /// Sets a member where it is, or at the end.
    mutating func set(_ name: String, _ value: JSON) {
        if let place = firstIndex(where: { $0.key == name }) {
            self[place].value = value
        } else {
            append(JSONMember(name, value))
        }
    }

    /// Takes a member out.
    mutating func take(_ name: String) -> JSON? {
        guard let place = firstIndex(where: { $0.key == name }) else { return nil }
        return remove(at: place).value
    }
}

extension [JSON] {
    fileprivate mutating func merge(_ delta: JSON) {
        guard let index = delta["index"]?.intValue,
            let place = firstIndex(where: { $0["index"]?.intValue == index })
        else {
            append(delta)
            return
        }
        self[place].merge(delta)
    }
}
