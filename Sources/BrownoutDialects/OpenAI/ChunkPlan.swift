import BrownoutJSON

/// Which event of a streamed completion says what of its choices: any one is found by its index.
struct ChunkPlan: Sendable {
    /// A run of events of one choice.
    struct Segment: Sendable {
        enum Kind: Sendable {
            /// Role and empty content, or the first tool call where there is no text.
            case opening
            case thinking
            case text
            case callStart(Int)
            case arguments(Int)
            /// A call in one event.
            case call(Int)
            case finish
        }

        /// The index of its first event within the choice.
        var first: Int
        var kind: Kind
    }

    /// How a provider streams what it says.
    struct Manner: Sendable {
        /// What the model thinks is said.
        var thinks = false
        /// A tool call comes in one event.
        var wholeCalls = false
    }

    /// What every chunk of a completion begins with, up to the end of the model's name.
    static func head(id: String, created: Int, model: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(text: "{\"id\":\"")
        bytes.append(text: id)
        bytes.append(text: "\",\"object\":\"chat.completion.chunk\",\"created\":")
        bytes.append(decimal: created)
        bytes.append(text: ",\"model\":\"")
        bytes.appendJSON(escaping: model)
        return bytes
    }

    /// All events of all choices.
    let count: Int
    private let segments: [[Segment]]
    /// The choice of each event and the event's index within it; empty for a single choice.
    private let schedule: [(choice: Int, event: Int)]

    init(_ choices: [Reply.Choice], _ manner: Manner = Manner()) {
        let plans = choices.map { Self.plan($0, manner) }
        segments = plans.map(\.segments)
        count = plans.reduce(0) { $0 + $1.count }
        schedule = plans.count == 1 ? [] : Self.interleaved(plans.map(\.count))
    }

    /// The choice that an event is about, the run it belongs to, and its place in it.
    func place(_ index: Int) -> (choice: Int, segment: Segment, offset: Int) {
        let (choice, event) = schedule.isEmpty ? (0, index) : schedule[index]
        let all = segments[choice]
        var last = all.count - 1
        while all[last].first > event { last -= 1 }
        return (choice, all[last], event - all[last].first)
    }

    private static func plan(
        _ choice: Reply.Choice, _ manner: Manner
    ) -> (segments: [Segment], count: Int) {
        var segments = [Segment(first: 0, kind: .opening)]
        var next = 1
        func add(_ kind: Segment.Kind, _ count: Int) {
            segments.append(Segment(first: next, kind: kind))
            next += count
        }
        if manner.thinks, let thinking = choice.thinking { add(.thinking, thinking.ends.count) }
        if let text = choice.text { add(.text, text.ends.count) }
        for (index, call) in choice.toolCalls.enumerated() {
            if manner.wholeCalls {
                add(.call(index), 1)
            } else {
                if index > 0 || choice.text != nil { add(.callStart(index), 1) }
                add(.arguments(index), call.arguments.ends.count)
            }
        }
        add(.finish, 1)
        return (segments, next)
    }

    /// Several choices grow side by side: the first event of each, then the second of each.
    private static func interleaved(_ counts: [Int]) -> [(choice: Int, event: Int)] {
        var schedule: [(choice: Int, event: Int)] = []
        for event in 0..<(counts.max() ?? 0) {
            for (choice, count) in counts.enumerated() where event < count {
                schedule.append((choice, event))
            }
        }
        return schedule
    }
}
