import BrownoutJSON

/// Where two JSON values differ, whatever the order of members; null is like absent, and `1` is
/// like `1.0`.
struct JSONDifference {
    /// A JSON pointer (RFC 6901).
    var pointer: String
    var recorded: JSON?
    var came: JSON?

    /// The first in the order of the recorded value; nil where there is none.
    static func first(
        _ recorded: JSON?, _ came: JSON?, at pointer: String = ""
    ) -> JSONDifference? {
        switch (recorded, came) {
        case (nil, nil), (nil, .null?), (.null?, nil): return nil
        case (.object(let one)?, .object(let other)?): return first(one, other, at: pointer)
        case (.array(let one)?, .array(let other)?):
            for index in 0..<max(one.count, other.count) {
                // Not `nil`, which would be JSON's null.
                let mine = one.dropFirst(index).first
                let theirs = other.dropFirst(index).first
                let place = "\(pointer)/\(index)"
                // An item that is null is there all the same.
                if (mine == nil) != (theirs == nil) {
                    return JSONDifference(pointer: place, recorded: mine, came: theirs)
                }
                if let found = first(mine, theirs, at: place) { return found }
            }
            return nil
        case (let one?, let other?) where areEqual(one, other): return nil
        default: return JSONDifference(pointer: pointer, recorded: recorded, came: came)
        }
    }

    private static func first(
        _ recorded: [JSONMember], _ came: [JSONMember], at pointer: String
    ) -> JSONDifference? {
        let other = JSON.object(came)
        for member in recorded {
            let theirs = other[member.key] ?? alias(of: member.key).flatMap { other[$0] }
            let place = "\(pointer)/\(escaped(member.key))"
            if let found = first(member.value, theirs, at: place) { return found }
        }
        let mine = JSON.object(recorded)
        for member in came where !member.value.isNull && mine[member.key] == nil {
            if let alias = alias(of: member.key), mine[alias] != nil { continue }
            let place = "\(pointer)/\(escaped(member.key))"
            return JSONDifference(pointer: place, recorded: nil, came: member.value)
        }
        return nil
    }

    /// What OpenAI calls a member in its other models.
    private static func alias(of key: String) -> String? {
        switch key {
        case "max_tokens": "max_completion_tokens"
        case "max_completion_tokens": "max_tokens"
        default: nil
        }
    }

    private static func areEqual(_ one: JSON, _ other: JSON) -> Bool {
        switch (one, other) {
        case (.null, .null): true
        case (.bool(let one), .bool(let other)): one == other
        // Swift takes `é` for `e` with an accent; a provider does not.
        case (.string(let one), .string(let other)): one.utf8.elementsEqual(other.utf8)
        case (.number(let one), .number(let other)):
            if let int = one.int { other.int == int } else { one.double == other.double }
        default: false
        }
    }

    /// A member's name as it stands in a pointer (RFC 6901, 3).
    private static func escaped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == 0x2F || $0 == 0x7E }) else { return name }
        return name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}
