import BrownoutJSON

/// The members of an object that a request has to have or may have, checked as pydantic does: all
/// that is wrong is said at once (wire facts, 8: 422).
struct MistralFields {
    private let members: [JSONMember]
    /// Where the object stands in the body.
    private let place: [JSON]
    private(set) var problems: [MistralProblem] = []

    /// Problems said at most: an answer is not longer than it has to be.
    private static let most = 32

    /// `value` has to be an object.
    init(_ value: JSON, at place: [JSON]) {
        self.place = place
        guard case .object(let members) = value else {
            self.members = []
            add(
                "model_attributes_type", nil,
                "Input should be a valid dictionary or object to extract fields from", value)
            return
        }
        self.members = members
    }

    /// Whether nothing was wrong so far.
    var isValid: Bool { problems.isEmpty }

    /// The value of a member; nil where it is absent or null.
    func value(_ name: String) -> JSON? {
        guard let value = members.last(where: { $0.key == name })?.value, !value.isNull else {
            return nil
        }
        return value
    }

    /// Says that a member is wrong; `name` nil: the object itself.
    mutating func add(
        _ kind: String, _ name: String?, _ message: String, _ input: JSON, context: JSON? = nil
    ) {
        guard problems.count < Self.most else { return }
        let place = name.map { self.place + [.string($0)] } ?? place
        problems.append(MistralProblem(kind, place, message, input: input, context: context))
    }

    mutating func add(_ more: [MistralProblem]) {
        problems += more.prefix(max(Self.most - problems.count, 0))
    }

    /// Refuses members that are not among those.
    mutating func allow(_ names: [String]) {
        for member in members where !names.contains(member.key) {
            add("extra_forbidden", member.key, "Extra inputs are not permitted", member.value)
        }
    }

    mutating func require(_ name: String) {
        guard !members.contains(where: { $0.key == name }) else { return }
        add("missing", name, "Field required", .object(members))
    }

    // MARK: Values

    mutating func string(_ name: String) -> String? {
        guard let value = value(name) else { return nil }
        guard let text = value.stringValue else {
            add("string_type", name, "Input should be a valid string", value)
            return nil
        }
        return text
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        guard let bool = value.boolValue else {
            add(
                "bool_parsing", name,
                "Input should be a valid boolean, unable to interpret input", value)
            return nil
        }
        return bool
    }

    mutating func integer(_ name: String, from least: Int) -> Int? {
        guard let value = value(name) else { return nil }
        guard let number = value.intValue else {
            if value.doubleValue == nil {
                add("int_type", name, "Input should be a valid integer", value)
            } else {
                add(
                    "int_from_float", name,
                    "Input should be a valid integer, got a number with a fractional part", value)
            }
            return nil
        }
        if number < least {
            add(
                "greater_than_equal", name,
                "Input should be greater than or equal to \(least)", value,
                context: ["ge": .number(JSONNumber(least))])
        }
        return number
    }

    /// `range` as pydantic writes its ends.
    mutating func decimal(_ name: String, in range: (least: String, most: String)) {
        guard let value = value(name) else { return }
        guard let number = value.doubleValue else {
            return add("float_type", name, "Input should be a valid number", value)
        }
        if let least = Double(range.least), number < least {
            add(
                "greater_than_equal", name,
                "Input should be greater than or equal to \(range.least)", value,
                context: ["ge": .number(JSONNumber(text: range.least + ".0"))])
        }
        if let most = Double(range.most), number > most {
            add(
                "less_than_equal", name,
                "Input should be less than or equal to \(range.most)", value,
                context: ["le": .number(JSONNumber(text: range.most))])
        }
    }

    mutating func word(_ name: String, of words: [String]) -> String? {
        guard let value = value(name) else { return nil }
        if let word = value.stringValue, words.contains(word) { return word }
        let quoted = words.map { "'\($0)'" }
        let list = quoted.dropLast().joined(separator: ", ")
        let expected = list.isEmpty ? quoted[0] : "\(list) or \(quoted[quoted.count - 1])"
        add(
            "enum", name, "Input should be \(expected)", value,
            context: ["expected": .string(expected)])
        return nil
    }

    mutating func list(_ name: String) -> [JSON]? {
        guard let value = value(name) else { return nil }
        guard let items = value.arrayValue else {
            add("list_type", name, "Input should be a valid list", value)
            return nil
        }
        return items
    }
}
