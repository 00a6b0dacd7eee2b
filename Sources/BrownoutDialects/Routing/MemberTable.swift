/// The members of an object that count, and how. Most keys are told apart by their length alone, so
/// that is where one is looked for first: every request asks for each of its members.
package struct MemberTable: Sendable, ExpressibleByArrayLiteral {
    /// How a member's value counts.
    package enum Form: Sendable {
        case plain
        /// A number, to two places.
        case rounded
        /// A text or a list of parts.
        case content
        /// A text alone is a list of one.
        case list
        case messages
        /// Calls of tools, whatever their ids.
        case calls
    }

    /// A member. Those that mean the same in two versions of an API share a tag.
    package struct Member: Sendable {
        let name: String
        let form: Form
        let tag: UInt64

        init(_ name: String, _ form: Form, tag: UInt64 = 0) {
            self.name = name
            self.form = form
            self.tag = tag
        }
    }

    /// The shortest first.
    private let members: [Member]
    /// Where those of a length begin, and those of the next.
    private let starts: [Int]

    /// A table of these members, in any order.
    package init(arrayLiteral members: Member...) { self.init(members) }

    init(_ members: [Member]) {
        let longest = members.map(\.name.utf8.count).max() ?? 0
        self.members = (0...longest).flatMap { length in
            members.filter { $0.name.utf8.count == length }
        }
        starts = (0...longest + 1).map { length in
            members.count { $0.name.utf8.count < length }
        }
    }

    /// The table with more members.
    static func + (table: MemberTable, more: [Member]) -> MemberTable {
        MemberTable(table.members + more)
    }

    /// How a member counts; nil: it does not.
    package func form(of key: String) -> Form? { place(of: key).map { members[$0].form } }

    /// How a member counts, and the tag it shares with those that mean the same.
    func tagged(_ key: String) -> (tag: UInt64, form: Form)? {
        place(of: key).map { (members[$0].tag, members[$0].form) }
    }

    private func place(of key: String) -> Int? {
        let length = key.utf8.count
        guard length + 1 < starts.count else { return nil }
        return (starts[length]..<starts[length + 1]).first { members[$0].name == key }
    }
}
