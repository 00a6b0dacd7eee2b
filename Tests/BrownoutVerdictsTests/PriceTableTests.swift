import BrownoutJSON
import Testing

@testable import BrownoutVerdicts

@Suite("Tables of prices")
struct PriceTableTests {
    /// A table with one provider, to be made wrong.
    private static let right = """
        {"date": "2026-02-20", "currency": "USD", "note": "mine", "providers": [
          {"provider": "p", "cached-input-factor": 0.1, "cache-write-factor": 1.25, "prices": [
            {"models": ["m", "m-20*"], "input": 3, "output": 15},
            {"models": ["m-mini*"], "input": 0.25, "cached-input": 0.01, "cache-write": 0.5,
             "output": 1.000001}]}]}
        """

    private static func table(_ old: String = "", _ new: String = "") throws -> PriceTable {
        let text = old.isEmpty ? right : right.replacing(old, with: new)
        #expect(old.isEmpty || text != right)
        return try PriceTable(Array(text.utf8))
    }

    @Test func aPriceIsExactToTheFemtodollar() throws {
        let table = try Self.table()
        #expect(table.date == "2026-02-20")
        // 3 dollars per million tokens are 3,000 nanodollars a token.
        #expect(
            table.price(of: "m", at: "p")
                == Price(
                    input: 3_000_000_000, cachedInput: 300_000_000, cacheWrite: 3_750_000_000,
                    output: 15_000_000_000))
        #expect(
            table.price(of: "m-mini-2", at: "p")
                == Price(
                    input: 250_000_000, cachedInput: 10_000_000, cacheWrite: 500_000_000,
                    output: 1_000_001_000))
    }

    @Test func thePatternWithTheMostLettersCounts() throws {
        let table = try Self.table(#""m-20*""#, #""m*", "m-20??""#)
        let cheap = table.price(of: "m-mini", at: "p")
        #expect(cheap?.input == 250_000_000)
        #expect(table.price(of: "m-micro", at: "p")?.input == 3_000_000_000)
        #expect(table.price(of: "m-2026", at: "p") == table.price(of: "m", at: "p"))
        #expect(table.price(of: "x", at: "p") == nil)
        #expect(table.price(of: "m", at: "q") == nil)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        var place: String
        var found: String

        init(_ old: String, _ new: String, _ place: String, _ found: String) {
            self.old = old
            self.new = new
            self.place = place
            self.found = found
        }

        var testDescription: String { new }
    }

    static let wrongs: [Wrong] = [
        Wrong(#""date": "2026-02-20", "#, "", "the table", "'date' is missing"),
        Wrong("2026-02-20", "2026-02-30", "date", "\"2026-02-30\" is no day"),
        Wrong("2026-02-20", "20-02-2026", "date", "\"20-02-2026\" is no day"),
        Wrong(#""2026-02-20""#, "20260220", "date", "this is the number 20260220"),
        Wrong("USD", "EUR", "currency", "\"EUR\" is not known"),
        Wrong(#""note""#, #""nota""#, "the table", "unknown key 'nota'"),
        Wrong(#""note": "mine""#, #""note": 1"#, "note", "this is the number 1"),
        Wrong(
            #""note": "mine""#, #""date": "2026-02-20""#, "the table", "'date' stands there twice"),
        Wrong(#""provider": "p""#, #""provider": """#, "providers[0].provider", "this is empty"),
        Wrong(
            "0.1,", "0.1234,", "providers[0].cached-input-factor", "0.1234 is no such number"),
        Wrong(
            #""input": 3,"#, #""input": -3,"#, "providers[0].prices[0].input", "-3 is negative"),
        Wrong(
            #""input": 3,"#, #""input": "3","#, "providers[0].prices[0].input",
            "this is the string \"3\""),
        Wrong(
            #""input": 3,"#, #""input": 3e1,"#, "providers[0].prices[0].input",
            "3e1 is no such number"),
        Wrong(
            #""input": 3,"#, #""input": 0.0000001,"#, "providers[0].prices[0].input",
            "0.0000001 is no such number"),
        Wrong(
            #""input": 3,"#, #""input": 100001,"#, "providers[0].prices[0].input",
            "100001 is no such number"),
        Wrong(
            #""input": 3,"#, "", "providers[0].prices[0]", "'input' is missing"),
        Wrong(
            #""output": 15"#, #""ouput": 15"#, "providers[0].prices[0]", "unknown key 'ouput'"),
        Wrong(
            #"["m", "m-20*"]"#, "[]", "providers[0].prices[0].models", "this is an empty array"),
        Wrong(
            #"["m", "m-20*"]"#, #""m""#, "providers[0].prices[0].models",
            "this is the string \"m\""),
        Wrong(
            #""m-20*""#, #""m""#, "providers[0].prices[0].models[1]", "\"m\" has a price already"),
        Wrong(
            #""m-mini*""#, #""m-20*""#, "providers[0].prices[1].models[0]",
            "\"m-20*\" has a price already"),
        Wrong(
            #""m-mini*""#, #""m[""#, "providers[0].prices[1].models[0]", "\"m[\" is no pattern"),
        Wrong("1.000001}]}", "1}]}, 5", "providers[1]", "this is the number 5"),
        Wrong(
            "1.000001}]}",
            #"1}]}, {"provider": "p", "prices": [{"models": ["m"], "input": 1, "output": 1}]}"#,
            "providers[1].provider", "\"p\" has prices already"),
        Wrong("1.000001}]}", "1}]},", "line 5, column 20", "this is no JSON"),
    ]

    @Test(arguments: wrongs)
    func aTableThatIsNotRightIsRefusedWithItsPlace(wrong: Wrong) throws {
        let error = try #require(throws: PriceTableError.self) {
            _ = try Self.table(wrong.old, wrong.new)
        }
        #expect(error.place == wrong.place, "\(error.text)")
        #expect(error.found.hasPrefix(wrong.found), "\(error.text)")
        #expect(!error.allowed.isEmpty)
    }

    @Test func theTableThatShipsIsRight() {
        let table = PriceTable.shipped
        #expect(table == (try? PriceTable(PriceTable.shippedBytes)))
        func input(_ model: String, _ provider: String = "openai") -> UInt64? {
            table.price(of: model, at: provider)?.input
        }
        #expect(input("gpt-4o") == 2_500_000_000)
        #expect(input("gpt-4o-2024-08-06") == input("gpt-4o"))
        #expect(input("gpt-4o-2024-05-13") == 5_000_000_000)
        #expect(input("gpt-4o-mini-2024-07-18") == 150_000_000)
        // Other models' prices are other prices, and those of tuned ones are unknown.
        #expect(input("gpt-4o-audio-preview") == nil)
        #expect(input("ft:gpt-4o:mine") == nil)
        #expect(input("llama3.2", "ollama") == 0)
        let sonnet = table.price(of: "claude-sonnet-4-5-20250929", at: "anthropic")
        #expect(
            sonnet
                == Price(
                    input: 3_000_000_000, cachedInput: 300_000_000, cacheWrite: 3_750_000_000,
                    output: 15_000_000_000))
    }

    /// Every model that scenarios can ask for by a name of its own has to be somebody's decision.
    @Test(arguments: [
        ("openai", "gpt-4o"), ("openai", "gpt-4o-mini"), ("openai", "gpt-4.1-nano"),
        ("openai", "gpt-5-2025-08-07"), ("openai", "gpt-5-mini"), ("openai", "o1-2024-12-17"),
        ("openai", "o3"), ("openai", "o4-mini"), ("openai", "text-embedding-3-large"),
        ("openai", "gpt-3.5-turbo"), ("openai", "gpt-4-turbo-2024-04-09"),
        ("anthropic", "claude-opus-4-1"), ("anthropic", "claude-haiku-4-5"),
        ("anthropic", "claude-sonnet-4-20250514"), ("anthropic", "claude-3-5-haiku-20241022"),
        ("anthropic", "claude-3-haiku-20240307"), ("mistral", "mistral-large-latest"),
        ("mistral", "mistral-embed"), ("ollama", "anything:at-all"),
    ])
    func usualModelsHaveAPrice(provider: String, model: String) {
        #expect(PriceTable.shipped.price(of: model, at: provider) != nil)
    }

    @Test(
        arguments: [
            (0, "0"), (1, "0.000000000000001"), (12_500_000_000_000, "0.0125"),
            (1_000_000_000_000_000, "1"), (30_250_250_000_000_000_000, "30250.25"),
        ] as [(UInt128, String)])
    func moneyIsWrittenInDecimalDigits(amount: UInt128, text: String) {
        #expect(Money(femtodollars: amount).decimal == text)
    }
}
