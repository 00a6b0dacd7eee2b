import BrownoutDialects
import Testing

@testable import BrownoutSynthesis

@Suite struct PatternTests {
    private static let patterns = [
        "^[a-z]+$", "^\\d{3}-\\d{4}$", "^(\\([0-9]{3}\\))?[0-9]{3}-[0-9]{4}$", "[A-Z]{2,5}",
        "^(red|green|blue)$", "^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$", "^\\w{1,8}$", "abc", "",
        "^#[0-9a-fA-F]{6}$", "^[A-Z]{2}[0-9]{2}(?:[A-Z0-9]{4}){1,7}$", "^v\\d+\\.\\d+\\.\\d+$",
        "^https?://[\\w.-]+(:\\d+)?(/.*)?$", "^.{5,10}$", "^(a|b)*c+?$", "\\bword\\b",
        "^(?=.*\\d)(?=.*[a-z]).{4,}$", "^(?!foo)[a-z]{3}$", "^[\\w\\-]{3}$", "^[]a]?x$|^y$",
        "^\\u0041\\x42$", "^a{2}$", "^x{0}y$", "^\\p{Lu}\\p{L}*$", "^(?<year>\\d{4})-\\d{2}$",
        "^[+-]?0*\\d*\\.?\\d*$", "^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$", "^\\S+ \\S+$", "a{b",
        "^[-a-z]+$", "^[a-z-]+$", "[\\d.]+", "^\\D{2}$", "^((a{1,2}b){2}|c)$",
    ]

    @Test(arguments: patterns)
    func whatIsMadeIsFound(_ source: String) throws {
        // An empty class is ECMA's own and is not understood.
        guard let pattern = Pattern(source) else {
            #expect(source.contains("[]"))
            return
        }
        var draws = WordStream(state: 7)
        for _ in 0..<50 {
            let text = try #require(pattern.text(0...100, &draws), "no text for \(source)")
            #expect(pattern.isFound(in: text))
            #expect(SchemaCheck.isFound(source, in: text), "'\(text)' for \(source)")
        }
    }

    @Test(arguments: [
        ("^a*b$", "aaab", true), ("^a*b$", "aaac", false), ("b+", "abbc", true),
        ("^(ab|a)bc$", "abc", true), ("^(a*)*$", "aaaa", true), ("^(a|aa)+$", "aaaaab", false),
        ("^(?!no)", "nope", false), ("^(?!no)", "yes", true), ("\\bcat\\b", "a cat.", true),
        ("\\bcat\\b", "concat", false), ("^.$", "\n", false), ("^[^a-c]+$", "xyz", true),
        ("^[^a-c]+$", "xbz", false), ("^(\\d{1,3}\\.){3}\\d{1,3}$", "192.0.2.1", true),
        ("^\\w+$", "caf\u{E9}", false), ("^$", "", true), ("^(x?){3}$", "xx", true),
    ])
    func whatFitsIsTold(_ source: String, _ text: String, _ fits: Bool) throws {
        let pattern = try #require(Pattern(source))
        #expect(pattern.isFound(in: text) == fits)
    }

    @Test(arguments: [
        "(", ")", "[", "*", "a**", "a{3,1}", "\\", "(?<=a)b", "(a)\\1", "(?i)a", "[z-a]",
        "\\q", "\\k<a>", "\\p{Greek}", String(repeating: "(", count: 100),
        String(repeating: "a", count: 3000),
    ])
    func whatIsBeyondItIsNotUnderstood(_ source: String) {
        #expect(Pattern(source) == nil)
    }

    /// Patterns whose repetitions multiply, or that only backtracking without end would tell of.
    @Test(arguments: [
        "((){10000}){10000}", "(((){10000}){10000}){10000}", "((^{9999}){9999}){9999}",
        "((\\b{9999}){9999}){9999}", "((a{0}){9999}){9999}", "((a{100}){100}){100}",
        "((|a{9000}){9000}){9000}", "((a?){9999}){9999}", "(((a|b)?){9999}){9999}",
    ])
    func repetitionsAreBoundedInAll(_ source: String) {
        var draws = WordStream(state: 1)
        var work = 0
        _ = Pattern(source)?.text(0...100, &draws, counting: &work)
        // The steps of making a text, and of telling whether the made ones fit.
        #expect(work <= 500_000)
    }

    @Test func whatHasNoLengthIsRepeatedOnce() throws {
        let pattern = try #require(Pattern("^((){10000}){10000}(\\b{9999}){9999}ab{2}$"))
        var draws = WordStream(state: 1)
        #expect(pattern.text(0...100, &draws) == "abb")
        #expect(Pattern("(a{100}){100}") != nil)
        #expect(Pattern("(a{100}){101}") == nil)
    }

    @Test func whatWasNotLookedForToTheEndIsNotAbsent() throws {
        // The look ahead finds it, but only after more steps than it has.
        let pattern = try #require(Pattern("^(?!(a|a)*(a|a)*(a|a)*b|a{30}c)a"))
        #expect(pattern.isFound(in: "ab") == false)
        #expect(pattern.isFound(in: "ac"))
        #expect(!pattern.isFound(in: String(repeating: "a", count: 30) + "c"))
        // Deeper than calls are nested.
        let deep = try #require(Pattern("^(?!(ab)*c)a"))
        #expect(!deep.isFound(in: String(repeating: "ab", count: 500) + "c"))
    }

    @Test func lengthsAreMet() throws {
        var draws = WordStream(state: 1)
        for (source, lengths) in [
            ("^[a-z]+$", 20...20), ("^\\w*$", 0...1), ("[0-9]", 30...40), ("^x", 10...12),
            ("x$", 10...12), ("^[ab]{2,}$", 300...300),
        ] {
            let text = try #require(Pattern(source)?.text(lengths, &draws))
            #expect(lengths.contains(text.unicodeScalars.count), "\(source): \(text)")
        }
        #expect(Pattern("^a{5}$")?.text(0...3, &draws) == nil)
    }

    @Test func noPatternTakesForEver() throws {
        let greedy = try #require(Pattern("^(a+)+$"))
        #expect(!greedy.isFound(in: String(repeating: "a", count: 200) + "b"))
        var draws = WordStream(state: 1)
        // By its least alternative it is short, so it is read.
        #expect(Pattern("^((a{9999}){9999}){9999}$") == nil)
        let wide = try #require(Pattern("^(((|a{9999})a){9999}){1}$"))
        #expect(wide.text(0...100_000, &draws) == nil)
    }
}

extension Pattern {
    fileprivate func text(_ lengths: ClosedRange<Int>, _ draws: inout WordStream) -> String? {
        var work = 0
        return text(lengths, &draws, counting: &work)
    }
}
