import BrownoutEngine
import BrownoutJSON
import Testing

@Suite struct MatchingTests {
    @Test(arguments: [
        ("claude-*", "claude-sonnet-4-5", true), ("claude-*", "gpt-4o", false),
        ("*", "", true), ("", "", true), ("", "a", false), ("a?c", "abc", true),
        ("a?c", "ac", false), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false),
        ("[]]", "]", true), ("\\*", "*", true), ("\\*", "a", false), ("*a*b*", "xxaxxbxx", true),
        ("*a*b", "ab ab a", false), ("h?llo", "héllo", true),
    ])
    func aGlobMatchesTheWholeText(pattern: String, text: String, matches: Bool) throws {
        #expect(try Glob(pattern).matches(text) == matches)
    }

    @Test func manyStarsStayFast() throws {
        let glob = try Glob(String(repeating: "a*", count: 30) + "b")
        let text = String(repeating: "a", count: 3000)
        let began = ContinuousClock.now
        #expect(!glob.matches(text))
        #expect(ContinuousClock.now - began < .seconds(2))
    }

    /// A time in proportion to the text, whatever the pattern: each would take minutes otherwise.
    @Test(arguments: [
        "*" + String(repeating: "a", count: 900) + "b*",
        "*" + String(repeating: "a", count: 400) + "?b*",
        "*" + String(repeating: "[ax]", count: 200) + "b*x",
    ])
    func aPieceThatNearlyFitsEverywhereIsLookedForOnce(pattern: String) throws {
        let glob = try Glob(pattern)
        let text = String(repeating: "a", count: 100_000)
        let clock = ContinuousClock()
        var matches = true
        #expect(clock.measure { matches = glob.matches(text) } < .seconds(5))
        #expect(!matches)
        #expect(glob.matches(text + String(repeating: "a", count: 900) + "bx"))
    }

    @Test func aLongListIsSearchedAtOnce() throws {
        let phrases = try (0..<2_000).map {
            try Glob("*\(String(repeating: "a", count: 40))b\($0)*")
        }
        var matcher = Matcher()
        matcher.userText = phrases
        let conditions = matcher.conditions
        var facts = facts()
        facts.userText = String(repeating: "a", count: 200_000)
        let clock = ContinuousClock()
        var matches = true
        #expect(clock.measure { matches = conditions.match(facts) } < .seconds(5))
        #expect(!matches)
        facts.userText += "b1999"
        #expect(conditions.match(facts))
    }

    /// `[x]` is the same as `x`, and a list the same as each of its patterns.
    @Test func aListMatchesWhatOneOfItsPatternsDoes() throws {
        let letters = ["a", "b", "c", "é", "*", "*", "?", "[!b]"]
        var draw: UInt64 = 11
        func next(_ bound: Int) -> Int {
            draw = SipHash.word("\(draw)")
            return Dice.below(bound, draw)
        }
        var matched = 0
        for _ in 0..<300 {
            let globs = try (0..<12).map { _ in
                try Glob((0...next(7)).map { _ in letters[next(letters.count)] }.joined())
            }
            let text = (0..<(65 + next(20))).map { _ in letters[next(4)] }.joined()
            let any = globs.contains { $0.matches(text) }
            #expect(GlobList(globs).matches(text) == any, "\(globs.map(\.text)) on \(text)")
            if any { matched += 1 }
            // A long text is held against the pattern in another way.
            let long = String(repeating: text, count: 300)
            for glob in globs where glob.text.hasPrefix("*") && glob.text.hasSuffix("*") {
                if glob.matches(text) { #expect(glob.matches(long), "\(glob.text)") }
            }
        }
        #expect(matched > 20 && matched < 300)
    }

    @Test(arguments: ["[", "[a", "a\\", "[z-a]"])
    func aBrokenGlobIsRefused(pattern: String) {
        #expect(throws: Glob.Invalid.self) { try Glob(pattern) }
    }

    /// Patterns without `?` and sets are held against bytes; `[x]` is the same as `x`, and keeps a
    /// pattern from being one of them.
    @Test func bothWaysToMatchAgree() throws {
        let letters = ["a", "b", "é", "*", "*"]
        var draw: UInt64 = 7
        func next(_ bound: Int) -> Int {
            draw = SipHash.word("\(draw)")
            return Dice.below(bound, draw)
        }
        for _ in 0..<5_000 {
            let pattern = (0..<next(6)).map { _ in letters[next(letters.count)] }.joined()
            let text = (0..<next(8)).map { _ in letters[next(3)] }.joined()
            let other = pattern.map { $0 == "*" ? "*" : "[\($0)]" }.joined()
            let (quick, slow) = (try Glob(pattern), try Glob(other))
            #expect(quick.matches(text) == slow.matches(text), "'\(pattern)' on '\(text)'")
        }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.200.3.4", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("192.168.1.*", "192.168.1.77", true), ("192.168.1.*", "192.168.2.1", false),
        ("192.168.*", "192.168.2.1", true), ("0.0.0.0/0", "8.8.8.8", true),
        ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1", "::ffff:127.0.0.1", true),
        ("2001:db8::/32", "2001:db8:1::5", true), ("2001:db8::/32", "2001:db9::1", false),
        ("::1", "::1", true), ("::/0", "1.2.3.4", false), ("fe80::/10", "febf::1", true),
    ])
    func anAddressPatternContains(pattern: String, address: String, contains: Bool) throws {
        let pattern = try AddressPattern(pattern)
        let address = try #require(NetworkAddress(address))
        #expect(pattern.contains(address) == contains)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.256", "1.2.3.4/33", "1.2.*.4", "1.2.3.4.*", ":::", "1::2::3", "g::",
        "1:2:3:4:5:6:7:8:9", "01234::", "01.2.3.4", "1.2.3.4/", "-1.2.3.4", "+1::",
    ])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(throws: AddressPattern.Invalid.self) { try AddressPattern(text) }
    }

    private func facts() -> RequestFacts {
        RequestFacts(
            provider: "openai", dialect: .openai, endpoint: .chatCompletions, model: "gpt-4o",
            stream: true, session: "s", call: CallKey(named: "c", by: .header),
            credential: "sk-good1", client: NetworkAddress("10.1.2.3"),
            headers: [HeaderField("X-Team", "search-eu")],
            body: ["temperature": 1, "user": "bob"], userText: "what is the weather?")
    }

    @Test func everyConditionHasToHold() throws {
        var matcher = Matcher()
        #expect(matcher.matchesEverything)
        #expect(matcher.matches(facts()))
        matcher.provider = [try Glob("openai")]
        matcher.endpoint = [.chatCompletions, .messages]
        matcher.model = [try Glob("x"), try Glob("gpt-*")]
        matcher.stream = true
        matcher.tools = false
        matcher.version = .http1
        matcher.key = [try Glob("sk-good*")]
        matcher.client = [try AddressPattern("10.0.0.0/8")]
        matcher.header = [.init(name: "x-team", value: try Glob("search*"))]
        matcher.body = [.init(pointer: "/temperature", value: try Glob("1"))]
        matcher.session = [try Glob("s")]
        matcher.userText = [try Glob("*weather*")]
        #expect(matcher.matches(facts()))
        var other = facts()
        other.stream = false
        #expect(!matcher.matches(other))
        other = facts()
        other.version = .http2
        #expect(!matcher.matches(other))
        other = facts()
        other.headers = []
        #expect(!matcher.matches(other))
        other = facts()
        other.client = nil
        #expect(!matcher.matches(other))
        other = facts()
        other.body = ["temperature": 2]
        #expect(!matcher.matches(other))
    }
}
