package import BrownoutJSON

/// Where a provider's answers say what they say. A path is looked for in plain answers and in the
/// events of streams alike, and is where it is found; what an API has not is left empty.
///
/// Whoever looks into an answer asks this table: faults, replay, conversion, redaction, import.
package struct AnswerReading: Sendable {
    /// What the model says, as text: answers, thoughts, refusals, and arguments of tools where they
    /// are text.
    var texts: [JSONPath]
    /// Arguments of tools that are JSON.
    var values: [JSONPath] = []
    /// What stands right before arguments of tools, with each spacing that it is written with; of
    /// several in one answer the first of these counts.
    var argumentMarks: [StaticString]
    /// Members that hold pieces of a text in streams that are only passed on.
    var passedTexts: [String] = []
    /// Members that say which of several texts a piece is of.
    package var textIndices: [String] = ["index"]

    /// The lists that hold what answers say, of all endpoints; an answer has one of them.
    package var lists: [JSONPath]
    /// What stands around the events that bring the items of the list, where they have events of
    /// their own; nil: events hold the list.
    var bracket: EventBracket?
    /// What events bring a piece in; nil: they have no such member.
    var delta: Delta?
    /// Why the answer ended; null while it has not.
    var finish: [JSONPath]
    /// Where the answer says how many tokens it cost.
    package var usage: Usage
    /// The model that answers.
    package var models: [JSONPath]

    /// The answer's own id.
    package var ids: [JSONPath]
    /// The ids of its calls of tools.
    package var callIDs: [JSONPath]
    /// Its calls of tools as plain answers have them.
    var calls: Calls
    /// When it was made, at one of these places.
    package var created: [Created] = []

    /// Types of events behind which nothing comes, besides the end that the form of the streams
    /// has: errors, and the ends of streams that are only passed on.
    var furtherEnds: [String] = []
    /// The member that says the type of an event.
    var typeMember = "type"
}

extension AnswerReading {
    /// The events of a stream that stand around those of its items.
    struct EventBracket: Sendable {
        /// The types of those before the first.
        var opening: [String]
        /// The number of those behind the last.
        var closing: Int
    }

    /// The member of an event that has a piece of what is said.
    struct Delta: Sendable {
        /// The first that an event has counts.
        var paths: [JSONPath]
        /// What an event may have in its place, besides its index (`no-delta`); empty: nothing.
        var instead: [JSONMember] = []
    }

    /// What an answer cost.
    package struct Usage: Sendable {
        /// Where it stands: one object, or the counts where they have none of their own.
        package var places: [JSONPath]
        var counts: Counts
        /// How many tokens there are of each kind.
        var kinds: Kinds
        /// The list that is empty in an event that is there for the usage alone; nil: there is none.
        var emptyList: JSONPath?

        /// What makes the counts contradict each other.
        enum Counts: Sendable {
            /// A total of the others, in their order.
            case total(JSONPath, of: [JSONPath])
            /// There is no total: of these sets of counts, the first that is there whole says
            /// something else than the rest once its counts are more.
            case loose([[JSONPath]])
        }
    }

    /// Where the tokens of each kind are counted; of a count that several events say, the last is
    /// right. What an API does not count is left empty.
    struct Kinds: Sendable {
        /// What makes up the prompt together. Without the first of these nothing is known of it.
        var prompt: [[JSONPath]]
        /// The tokens of what is said. What a stream begins with is none: it has still to be said.
        var completion: [JSONPath]
        /// Of the prompt's tokens, those that the cache had.
        var cached: [JSONPath] = []
        /// Of the prompt's tokens, those that the cache keeps.
        var written: [JSONPath] = []
        /// Of the completion's tokens, those of thinking.
        var thinking: [JSONPath] = []
    }

    /// The calls of tools in a plain answer.
    struct Calls: Sendable {
        /// Each call, an object with an `id`.
        var items: [JSONPath]
        /// The `type` of those that the client has to answer; nil: all are.
        var type: String?
        /// The tool's name, within a call; the first that a call has counts.
        var names: [JSONPath]
        /// The arguments, the same: text, or JSON.
        var arguments: [JSONPath]
    }

    /// The time when an answer was made.
    package struct Created: Sendable {
        enum Form {
            /// Seconds since 1970.
            case seconds
            /// RFC 3339, as text.
            case timestamp
        }

        /// Where the answer says the time.
        package var path: JSONPath
        var form: Form
    }

    /// All members that hold pieces of a text.
    package var textMembers: [String] { texts.map(\.last) + passedTexts }

    /// Whether an answer says why it ended.
    func isFinished(_ answer: JSON) -> Bool {
        finish.contains { answer.values(at: $0).contains { !$0.isNull } }
    }
}

extension AnswerReading.Usage {
    /// The count that is the sum of others; nil: none is.
    package var total: JSONPath? {
        if case .total(let total, of: _) = counts { total } else { nil }
    }

    /// An answer with a total that adds up; nil where it has none, or where parts are missing.
    package func summed(_ answer: JSON) -> JSON? {
        guard case .total(let total, let parts) = counts else { return nil }
        let counted = parts.compactMap { answer.values(at: $0).first?.intValue }
        guard counted.count == parts.count else { return nil }
        return answer.changing([total]) { _ in .number(JSONNumber(counted.reduce(0, +))) }
    }
}
