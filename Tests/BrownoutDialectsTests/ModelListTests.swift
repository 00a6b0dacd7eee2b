import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import Testing

/// What Anthropic's lists of models say, and of which models.
@Suite struct ModelListTests {
    private static func answer(
        _ target: String, _ headers: [HeaderField] = []
    ) throws -> JSON {
        let request = Samples.anthropic(.null, headers: headers, target: target, method: "GET")
        return try Dialects.answer(request, reply: nil, context: Samples.context).json()
    }

    private static func ids(_ query: String) throws -> [String] {
        let list = try answer("/v1/models" + query)
        return try #require(list["data"]?.arrayValue).compactMap { $0["id"]?.stringValue }
    }

    @Test func everyModelSaysWhereItIsInItsLife() throws {
        let words = "?lifecycle=active&lifecycle=deprecated&lifecycle=retired&limit=1000"
        let list = try Self.answer("/v1/models" + words)
        let models = try #require(list["data"]?.arrayValue)
        #expect(models.count > 20)
        for model in models {
            let isActive = model["lifecycle"] == "active"
            for day in ["deprecated_at", "retires_at"] {
                let text = model[day]?.stringValue
                #expect(isActive == (text == nil))
                #expect(model[day] != nil && text?.hasSuffix("T00:00:00Z") ?? true)
            }
            #expect(model["max_tokens"]?.intValue != nil)
            let line = try #require(model["line"]?.stringValue)
            #expect(["haiku", "sonnet", "opus", "fable", "mythos"].contains(line))
            #expect(model["capabilities"] == .null)
        }
    }

    @Test(arguments: [
        ("claude-sonnet-4-5", "deprecated", "2026-11-30T00:00:00Z", "sonnet"),
        ("claude-sonnet-4-5-20250929", "deprecated", "2026-11-30T00:00:00Z", "sonnet"),
        ("claude-haiku-4-5", "active", nil, "haiku"),
        ("claude-opus-4-20250514", "retired", "2026-06-15T00:00:00Z", "opus"),
        ("claude-opus-9-1", "active", nil, "opus"), ("claude-2.1", "retired", nil, nil),
    ])
    func aModelSaysIt(
        _ id: String, _ lifecycle: String, _ end: String?, _ line: String?
    ) throws {
        let model = try Self.answer("/v1/models/" + id)
        #expect(model["lifecycle"] == .string(lifecycle))
        #expect(model["retires_at"] == end.map { .string($0) } ?? .null)
        #expect(model["line"] == line.map { .string($0) } ?? .null)
    }

    @Test func aListIsFilteredByOneWordOrMore() throws {
        let usual = try Self.ids("?limit=1000")
        #expect(usual.contains("claude-haiku-4-5") && usual.contains("claude-sonnet-4-5"))
        #expect(!usual.contains("claude-opus-4-1"))
        let retired = try Self.ids("?lifecycle=retired")
        #expect(retired.contains("claude-opus-4-1"))
        #expect(Set(retired).isDisjoint(with: usual))
        #expect(try Self.ids("?beta=true&lifecycle%5B%5D=retired") == retired)
        let both = try Self.ids("?lifecycle[]=active&lifecycle[]=deprecated&limit=1000")
        #expect(both == usual)
        #expect(try Self.ids("?lifecycle=deprecated").count < usual.count)
    }

    @Test func pagesFollowEachOther() throws {
        let all = try Self.ids("?limit=1000")
        var seen: [String] = []
        var query = "?limit=7"
        while true {
            let page = try Self.answer("/v1/models" + query)
            let ids = try #require(page["data"]?.arrayValue).compactMap { $0["id"]?.stringValue }
            seen += ids
            #expect(page["first_id"]?.stringValue == ids.first)
            #expect(page["last_id"]?.stringValue == ids.last)
            guard page["has_more"] == true, let last = ids.last else { break }
            query = "?limit=7&after_id=\(last)"
        }
        #expect(seen == all)
        #expect(try Self.ids("?limit=2&before_id=\(all[5])") == Array(all[3..<5]))
    }

    @Test(arguments: [
        ("lifecycle=gone", "lifecycle.0: Input should be 'active', 'deprecated' or 'retired'"),
        ("limit=0", "limit: Input should be greater than or equal to 1"),
        ("limit=1001", "limit: Input should be less than or equal to 1000"),
        ("limit=x", "limit: Input should be a valid integer, unable to parse string as an integer"),
    ])
    func aQueryThatMeansNothingIsRefused(_ query: String, _ message: String) {
        let request = Samples.anthropic(
            .null, target: "/v1/models?" + query, method: "GET")
        #expect(request.refusal?.message == message)
    }

    @Test func theInputThatFitsIsTheWindowThatARefusalGoesBy() throws {
        let model = try Self.answer("/v1/models/claude-sonnet-4-5")
        let window = try #require(model["max_input_tokens"]?.intValue)
        let text = JSON.string(String(repeating: "word ", count: window + 10))
        let long = Samples.anthropic(
            Samples.body(.anthropic, [("messages", [["role": "user", "content": text]])]))
        #expect(long.refusal?.message.hasSuffix(" > \(window) maximum") ?? false)
        let beta = [HeaderField("anthropic-beta", "context-1m-2025-08-07")]
        let wide = try Self.answer("/v1/models/claude-sonnet-4-5", beta)
        #expect(wide["max_input_tokens"] == 1_000_000)
    }
}
