import BrownoutJSON
import Testing

@testable import BrownoutEngine

/// Few words, so that patterns fit often.
private let words = [
    "", "a", "gpt-4o", "gpt-4o-mini", "claude-sonnet", "weather in Rome", "the weather in Oslo is",
    "sk-1", "sk-12345678", "sk-12345679", "ünïcödé", "aaaaaaaaaaaaaaaa", "tester-7",
]

private let patterns = [
    "*", "gpt-4*", "*mini", "*weather in*", "*in Oslo*", "sk-12345678*", "sk-?", "[a-s]*", "ü*",
    "*ödé", "tester-7", "a*a", "*zz*", "claude-*", "*weather*Rome*", "gpt-4o", "aaaaaaaaa*",
]

@Suite("What a glance tells of rules")
struct RuleScreenTests {
    /// Draws that are the same in every run.
    private struct Draws {
        var stream = SipHash()
        mutating func below(_ bound: Int) -> Int {
            stream.combine(UInt64(bound))
            return Dice.below(bound, stream.finalize())
        }
        mutating func of<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
    }

    private static func matcher(_ draws: inout Draws) throws -> Matcher {
        var matcher = Matcher()
        func globs(_ draws: inout Draws) throws -> [Glob] {
            try (0...draws.below(2)).map { _ in try Glob(draws.of(patterns)) }
        }
        for _ in 0...draws.below(3) {
            switch draws.below(9) {
            case 0: matcher.provider = try globs(&draws)
            case 1: matcher.model = try globs(&draws)
            case 2: matcher.key = try globs(&draws)
            case 3: matcher.session = try globs(&draws)
            case 4: matcher.userText = try globs(&draws)
            case 5: matcher.stream = draws.below(2) == 0
            case 6: matcher.tools = draws.below(2) == 0
            case 7:
                matcher.header.append(
                    .init(
                        name: draws.of(["x-team", "x-many"]), value: try Glob(draws.of(patterns))))
            default:
                matcher.body.append(
                    .init(
                        pointer: draws.of(["/user", "/n", "/list/1"]),
                        value: try Glob(draws.of(patterns))))
            }
        }
        return matcher
    }

    private static func facts(_ draws: inout Draws) -> RequestFacts {
        var fields: [HeaderField] = []
        if draws.below(2) == 0 { fields.append(HeaderField("X-Team", draws.of(words))) }
        for _ in 0..<draws.below(3) { fields.append(HeaderField("x-many", draws.of(words))) }
        var members: [JSONMember] = [JSONMember("n", 7)]
        if draws.below(2) == 0 { members.append(JSONMember("user", .string(draws.of(words)))) }
        if draws.below(2) == 0 {
            members.append(JSONMember("list", [1, .string(draws.of(words))]))
        }
        let long = String(repeating: "so ", count: draws.below(2) * 400)
        return RequestFacts(
            provider: draws.of(words), dialect: .openai, endpoint: .chatCompletions,
            model: draws.of(words), stream: draws.below(2) == 0, hasTools: draws.below(2) == 0,
            session: draws.of(words), call: CallKey(digest: 1), credential: draws.of(words),
            headers: HeaderFields(fields), body: .object(members),
            userText: long + draws.of(words))
    }

    @Test("A rule that a request fits is never left out")
    func nothingThatFitsIsLeftOut() throws {
        var draws = Draws()
        var (fitting, shown, asked) = (0, 0, 0)
        for _ in 0..<60 {
            let rules = try (0..<12).map {
                Rule(name: "rule \($0)", when: try Self.matcher(&draws), action: .effect(Effect()))
            }
            let screen = try #require(RuleScreen(rules))
            for _ in 0..<40 {
                let facts = Self.facts(&draws)
                var places: [Int] = []
                #expect(
                    !screen.candidates(facts) { place in
                        places.append(place)
                        return false
                    })
                let fits = rules.indices.filter { rules[$0].when.matches(facts) }
                #expect(Set(fits).isSubset(of: places), "\(facts)")
                #expect(places == places.sorted())
                fitting += fits.count
                shown += places.count
                asked += rules.count
            }
        }
        // It is of use, too: of what does not fit, most is not shown.
        #expect(fitting > asked / 20)
        #expect(shown - fitting < (asked - fitting) / 2)
    }

    @Test("It ends where it is told to, and says so")
    func itEndsWhereItIsTold() throws {
        let rules = (0..<6).map { Rule(name: "\($0)", action: .effect(Effect())) }
        let screen = try #require(RuleScreen(rules))
        var places: [Int] = []
        let facts = RequestFacts(
            provider: "openai", dialect: .openai, endpoint: .chatCompletions,
            call: CallKey(digest: 1))
        #expect(
            screen.candidates(facts) { place in
                places.append(place)
                return place == 2
            })
        #expect(places == [0, 1, 2])
    }
}
