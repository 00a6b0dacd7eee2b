import BrownoutJSON

/// Tells at a glance which rules of a list a request cannot fit, so that only the few others are
/// held against it: most rules of a long list ask for another model, header or member, and the
/// first bytes of that show it.
///
/// It errs on one side alone. A rule that a request fits is always among the ``candidates(_:_:)``.
struct RuleScreen: Sendable {
    /// A list that is not longer is asked rule by rule.
    private static let shortest = 4

    /// What of a request a rule is about.
    private enum Subject: Equatable, Sendable {
        case provider
        case model
        case key
        case session
        case user
        case header(String)
        case body([String])
    }

    /// What a rule needs of its subject. Integers alone, so that looking at one counts nothing.
    private struct Need: Sendable {
        /// The subject's place; ``none``: the rule has none that tells.
        var subject = Need.none
        /// The bytes that its text begins with, up to eight, the first of them the lowest.
        var start: UInt64 = 0
        var mask: UInt64 = 0
        /// The bytes that its text has at least.
        var length = 0
        /// Whether the request has to ask for a stream, and has to offer tools: 0 and 1; 2: either.
        var stream: UInt8 = 2
        var tools: UInt8 = 2
        /// Runs of three bytes that its text has, where nothing else tells.
        var grams: UInt64 = 0

        static let none = Int.max
    }

    /// What a request has of a subject.
    private struct Sight {
        var start: UInt64 = 0
        /// The bytes of its text; -1: there is none.
        var length = -1
        /// There is more than one, or it is no text: a glance does not tell.
        var isUnclear = false

        init() {}

        init(_ text: String) {
            var text = text
            self = text.withUTF8 { Sight($0) }
        }

        init(_ text: UnsafeBufferPointer<UInt8>) {
            length = text.count
            for place in 0..<min(length, 8) { start |= UInt64(text[place]) << UInt64(place * 8) }
        }

        static var unclear: Sight {
            var sight = Sight()
            sight.isUnclear = true
            return sight
        }
    }

    private let needs: [Need]
    private let subjects: [Subject]
    /// The subject that patterns look for pieces in, if there is one: the user's text.
    private let searched: Int?

    /// Nil for a list of which a glance would tell nothing.
    init?(_ rules: [Rule]) {
        guard rules.count >= RuleScreen.shortest else { return nil }
        var subjects: [Subject] = []
        needs = rules.map { RuleScreen.need(of: $0.when, &subjects) }
        self.subjects = subjects
        searched = needs.first { $0.grams != 0 }?.subject
    }

    private static func need(of matcher: Matcher, _ subjects: inout [Subject]) -> Need {
        var need = Need()
        if let stream = matcher.stream { need.stream = stream ? 1 : 0 }
        if let tools = matcher.tools { need.tools = tools ? 1 : 0 }
        // What differs most between requests first.
        var texts = matcher.body.map { (Subject.body($0.tokens), [$0.value]) }
        texts += matcher.header.map { (Subject.header($0.name), [$0.value]) }
        texts += [
            (.key, matcher.key), (.model, matcher.model), (.session, matcher.session),
            (.provider, matcher.provider), (.user, matcher.userText),
        ]
        for (subject, globs) in texts where !globs.isEmpty {
            let starts = globs.map { Array($0.start.prefix(8)) }
            let start = starts.dropFirst().reduce(starts[0]) { common($0, $1) }
            need.length = globs.map(\.leastBytes).min() ?? 0
            for (place, byte) in start.enumerated() {
                need.start |= UInt64(byte) << UInt64(place * 8)
                need.mask |= 0xFF << UInt64(place * 8)
            }
            need.subject = subjects.firstIndex(of: subject) ?? subjects.count
            if need.subject == subjects.count { subjects.append(subject) }
            // One that has to begin with something tells enough.
            if need.mask != 0 { break }
            if subject == .user, globs.count == 1 { need.grams = Trigrams.of(globs[0].literals) }
        }
        return need
    }

    private static func common(_ one: [UInt8], _ other: [UInt8]) -> [UInt8] {
        zip(one, other).prefix { $0 == $1 }.map(\.0)
    }

    /// Hands over the places of the rules that a request may fit, in order, until one of them ends
    /// it by returning true; returns whether one did.
    func candidates(_ facts: RequestFacts, _ ask: (Int) -> Bool) -> Bool {
        withUnsafeTemporaryAllocation(of: Sight.self, capacity: subjects.count) { sights in
            for place in subjects.indices {
                sights.initializeElement(at: place, to: RuleScreen.sight(subjects[place], facts))
            }
            let grams = searched.map { _ in Trigrams(facts.userText) }
            let (stream, tools): (UInt8, UInt8) = (facts.stream ? 1 : 0, facts.hasTools ? 1 : 0)
            for place in needs.indices {
                let need = needs[place]
                if need.stream != 2, need.stream != stream { continue }
                if need.tools != 2, need.tools != tools { continue }
                if need.subject != Need.none {
                    let sight = sights[need.subject]
                    let differs =
                        sight.length < need.length || (sight.start ^ need.start) & need.mask != 0
                    if differs, !sight.isUnclear { continue }
                    if need.grams != 0, let grams, !grams.mayHave(need.grams) { continue }
                }
                if ask(place) { return true }
            }
            return false
        }
    }

    private static func sight(_ subject: Subject, _ facts: RequestFacts) -> Sight {
        switch subject {
        case .provider: return Sight(facts.provider)
        case .model: return Sight(facts.model)
        case .key: return Sight(facts.credential)
        case .session: return Sight(facts.session)
        case .user: return Sight(facts.userText)
        case .header(let name):
            var sight = Sight()
            for index in facts.headers.indices where facts.headers.isNamed(index, name) {
                if sight.length >= 0 { return .unclear }
                sight = facts.headers.withValue(index) { Sight($0) }
            }
            return sight
        case .body(let tokens):
            guard let value = facts.body.value(along: tokens) else { return Sight() }
            guard case .string(let text) = value else { return .unclear }
            return Sight(text)
        }
    }
}

/// Which runs of three bytes a text has, as bits: what has not all of a piece's runs does not have
/// the piece.
private struct Trigrams {
    private var bits = InlineArray<32, UInt64>(repeating: 0)
    /// A long text has nearly all runs.
    private var isUnclear = false

    private static let longest = 1024

    init(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            guard bytes.count <= Trigrams.longest else { return isUnclear = true }
            guard bytes.count > 2 else { return }
            for place in 0..<bytes.count - 2 {
                let bit = Trigrams.bit(bytes[place], bytes[place + 1], bytes[place + 2])
                bits[bit >> 6] |= 1 << UInt64(bit & 63)
            }
        }
    }

    /// Whether the text may have runs that ``of(_:)`` has found.
    func mayHave(_ runs: UInt64) -> Bool {
        if isUnclear { return true }
        for place in 0..<5 {
            let bit = Int(truncatingIfNeeded: runs >> UInt64(place * 11)) & 0x7FF
            if bits[bit >> 6] >> UInt64(bit & 63) & 1 == 0 { return false }
        }
        return true
    }

    /// Five runs of pieces, the last ones, eleven bits each, and a bit that says that there are some.
    static func of(_ pieces: [[UInt8]]) -> UInt64 {
        var runs: [Int] = []
        for piece in pieces where piece.count > 2 {
            runs += (0..<piece.count - 2).map { bit(piece[$0], piece[$0 + 1], piece[$0 + 2]) }
        }
        guard let last = runs.last else { return 0 }
        runs = Array(runs.suffix(5))
        while runs.count < 5 { runs.append(last) }
        return runs.enumerated().reduce(1 << 63) { bits, run in
            bits | UInt64(run.element) << UInt64(run.offset * 11)
        }
    }

    private static func bit(_ one: UInt8, _ two: UInt8, _ three: UInt8) -> Int {
        Int((UInt32(one) &* 31 &+ UInt32(two)) &* 67 &+ UInt32(three) &* 1021) & 0x7FF
    }
}
