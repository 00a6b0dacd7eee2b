/// Where in JSON something stands: `choices[].delta.content` is the `content` of the `delta` of each
/// element of `choices`.
package struct JSONPath: Equatable, Sendable, ExpressibleByStringLiteral {
    enum Step: Equatable {
        case member(String)
        /// Each element of a list.
        case each
    }

    let steps: [Step]

    /// Reads a path as this type's comment writes it; any text is one.
    package init(stringLiteral text: String) {
        steps = text.split(separator: ".").flatMap { part in
            var name = part
            var lists = 0
            while name.hasSuffix("[]") {
                name.removeLast(2)
                lists += 1
            }
            return [.member(String(name))] + [Step](repeating: .each, count: lists)
        }
    }

    private init(steps: [Step]) {
        self.steps = steps
    }

    /// The path of what holds the value.
    var holder: JSONPath { JSONPath(steps: steps.dropLast()) }

    /// The member that the path ends in; empty where it ends in elements of a list.
    package var last: String {
        guard case .member(let name)? = steps.last else { return "" }
        return name
    }
}
