@testable import BrownoutJSON

/// What a tree and a tape say of the same bytes.
struct Comparison {
    /// Whether both take the text.
    let isTaken: Bool
    /// Whether both say that half of a surrogate pair stands alone in it.
    let isLone: Bool
    /// What they differ in, with the bytes; nil where they say the same.
    let difference: String?

    init(_ text: [UInt8], depthLimit: Int = JSON.defaultDepthLimit) {
        let (tree, tape) = text.withUnsafeBufferPointer {
            (
                JSON.readByTree($0, depthLimit), JSONTape.read($0, depthLimit: depthLimit)
            )
        }
        isLone = tree.loneSurrogate != nil && tape.loneSurrogate != nil
        let isSame: Bool
        switch (tree.value, tape.value) {
        case (.success(let json), .success(let tape)):
            isTaken = true
            isSame = tape.json == json && Comparison.walk(tape.root, json)
        case (.failure(let one), .failure(let other)):
            isTaken = false
            isSame = one == other
        case (.success, .failure), (.failure, .success):
            isTaken = false
            isSame = false
        }
        guard isSame, tree.loneSurrogate == tape.loneSurrogate else {
            let read = tape.value.map(\.json)
            difference = "\(text) is \(tree), on a tape \(read) \(tape.loneSurrogate as Any)"
            return
        }
        difference = nil
    }

    /// Whether a view says of every value what the tree does, in every way it can be asked.
    private static func walk(_ view: JSONView, _ json: JSON) -> Bool {
        guard view.kindWord == json.kind, view.isNull == json.isNull,
            view.boolValue == json.boolValue, view.intValue == json.intValue,
            view.doubleValue?.bitPattern == json.doubleValue?.bitPattern,
            view.stringValue == json.stringValue
        else { return false }
        switch json {
        case .null, .bool: return view.count == 0
        case .number(let number): return view.number == number
        case .string(let string): return isString(view, string)
        case .array(let items):
            let elements = Array(view.elements)
            guard elements.count == items.count, view.count == items.count,
                view.element(at: items.count) == nil, Array(view.members).isEmpty
            else { return false }
            let ends = [0, items.count - 1].filter(items.indices.contains)
            return zip(elements, items).allSatisfy { walk($0, $1) }
                && ends.allSatisfy { view.element(at: $0)?.json == items[$0] }
        case .object(let expected):
            let members = Array(view.members)
            guard members.count == expected.count, view.count == expected.count,
                Array(view.elements).isEmpty
            else { return false }
            return zip(members, expected).allSatisfy { member, other in
                isString(member.name, other.key) && walk(member.value, other.value)
                    && view[text: other.key]?.json == last(of: other.key, in: expected)
            }
        }
    }

    /// Of names that have the same bytes: the tree takes more for the same.
    private static func last(of name: String, in members: [JSONMember]) -> JSON? {
        members.last { $0.key.utf8.elementsEqual(name.utf8) }?.value
    }

    private static func isString(_ view: JSONView, _ text: String) -> Bool {
        let utf8 = Array(text.utf8)
        return view.isString(text: text) && !view.isString(text: text + "a")
            && !view.isString(text: "\u{1}" + text)
            && (text.isEmpty || !view.isString(text: String(text.unicodeScalars.dropLast())))
            && view.withUTF8 { $0.elementsEqual(utf8) } == true
    }
}
