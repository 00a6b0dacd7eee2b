import BrownoutJSON

extension JSON {
    /// Takes out what a pointer leads to. An item of an array becomes null, so that those behind
    /// it keep their places.
    mutating func remove(at tokens: ArraySlice<String>) {
        guard let token = tokens.first else {
            self = .null
            return
        }
        let rest = tokens.dropFirst()
        switch self {
        case .object(var members):
            self = .null
            if rest.isEmpty {
                members.removeAll { $0.key == token }
            } else {
                for index in members.indices where members[index].key == token {
                    members[index].value.remove(at: rest)
                }
            }
            self = .object(members)
        case .array(var items):
            guard let index = Int(token), items.indices.contains(index) else { return }
            self = .null
            items[index].remove(at: rest)
            self = .array(items)
        case .null, .bool, .number, .string: break
        }
    }
}
