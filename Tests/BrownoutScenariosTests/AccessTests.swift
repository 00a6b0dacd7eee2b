import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutYAML
import Testing

/// `access` as a scenario writes it, and as the control port changes it.
@Suite struct AccessTests {
    private func access(_ text: String, merging base: Access? = nil) throws -> Access {
        do {
            return try ScenarioLoader.access(
                name: "access", bytes: [UInt8](text.utf8), merging: base
            ).access
        } catch {
            Issue.record("refused:\n\(error.text)")
            throw error
        }
    }

    private func warnings(_ text: String) throws -> [String] {
        try ScenarioLoader.access(name: "access", bytes: [UInt8](text.utf8)).warnings.map(\.message)
    }

    private static let whole = """
        allow: [127.0.0.0/8, "192.168.1.*", 10.0.0.1-10.0.0.9, "2001:db8::/32"]
        deny: 10.0.0.5
        countries:
          allow: DE
          deny: [KP]
          table: {KP: 175.45.176.0/22, DE: [91.0.0.0/10, "2003::/19"]}
        trust-forwarded-for: [127.0.0.1]
        refuse-with: {status: 404, headers: {x-why: policy}, body: {error: {code: 7}}}
        """

    private func admits(_ access: Access, _ client: String) throws -> Bool {
        let address = try #require(NetworkAddress(client) as NetworkAddress?)
        return access.refusal(of: address) == nil
    }

    @Test func aScenarioSaysWhoMayConnect() throws {
        let indented = Self.whole.split(separator: "\n").map { "  \($0)\n" }.joined()
        let loaded = try load("scenario: x\naccess:\n" + indented)
        let access = try #require(loaded.scenario.access)
        #expect(loaded.warnings.isEmpty)
        #expect(try access == self.access(Self.whole))
        for client in ["127.3.4.5", "192.168.1.7", "10.0.0.9", "2001:db8::7", "91.1.1.1"] {
            #expect(try admits(access, client))
        }
        for client in ["10.0.0.5", "10.0.0.10", "175.45.177.1", "8.8.8.8", "2001:db9::1"] {
            #expect(try !admits(access, client))
        }
    }

    @Test(arguments: [
        whole, "{}", "refuse-with: reset\ndeny: [10.*]", "deny: [\"*\"]\nrefuse-with: {body: no}",
        "countries: {deny: [KP], table: {KP: [175.45.176.0/22]}}",
    ])
    func whatIsWrittenAsJSONIsReadBack(_ text: String) throws {
        let access = try access(text)
        #expect(try self.access(access.json.text) == access)
    }

    @Test func theJSONIsTheLanguagesOwn() throws {
        let expected: JSON = [
            "allow": ["127.0.0.0/8", "192.168.1.*", "10.0.0.1-10.0.0.9", "2001:db8::/32"],
            "deny": ["10.0.0.5"],
            "countries": [
                "allow": ["DE"], "deny": ["KP"],
                "table": ["KP": ["175.45.176.0/22"], "DE": ["91.0.0.0/10", "2003::/19"]],
            ],
            "trust-forwarded-for": ["127.0.0.1"],
            "refuse-with": [
                "status": 404, "headers": ["x-why": "policy"], "body": ["error": ["code": 7]],
            ],
        ]
        #expect(try access(Self.whole).json.text == expected.text)
        #expect(Access().json.text == "{}")
    }

    @Test func aMergeChangesThePartsThatAreGiven() throws {
        let base = try access(Self.whole)
        var expected = base
        expected.deny = AddressSet([try AddressPattern("10.0.0.7")])
        #expect(try access(#"{"deny": ["10.0.0.7"]}"#, merging: base) == expected)
        expected.allow = AddressSet()
        expected.countries.allow = []
        expected.refusal = nil
        let cleared = try access(
            #"{"deny": "10.0.0.7", "allow": null, "countries": {"allow": null}, "refuse-with": null}"#,
            merging: base)
        #expect(cleared == expected)
        #expect(try access("{}", merging: base) == base)
        #expect(try access(#"{"countries": null}"#, merging: base).countries == Countries())
        let other = try access(#"{"countries": {"deny": ["DE"]}}"#, merging: base)
        #expect(other.countries.deny == ["DE"])
        #expect(other.countries.table == base.countries.table)
    }

    @Test func aMergeIsHeldAgainstWhatStays() throws {
        let base = try access(Self.whole)
        let text = #"{"countries": {"table": {"FR": ["2.0.0.0/8"]}}}"#
        do {
            _ = try ScenarioLoader.access(name: "body", bytes: [UInt8](text.utf8), merging: base)
            Issue.record("accepted")
        } catch {
            #expect(
                error.diagnostics.map(\.message) == [
                    "the table is without 'DE', which is in 'allow'",
                    "the table is without 'KP', which is in 'deny'",
                ])
            #expect(error.diagnostics.first?.column == 16)
        }
    }

    @Test func aMistakeAtRunTimeHasItsPlace() throws {
        do {
            _ = try ScenarioLoader.access(name: "body", bytes: [UInt8](#"{"deny": ["me"]}"#.utf8))
            Issue.record("accepted")
        } catch {
            #expect(error.diagnostics.first?.headline.hasPrefix("body:1:11: error: 'me'") == true)
        }
    }

    @Test(arguments: [
        ("deny: [10.0.0.5/8]", "'10.0.0.5/8' is all of 10.0.0.0/8"),
        ("deny: [\"2001:db8::1/32\"]", "'2001:db8::1/32' is all of 2001:db8::/32"),
        ("deny: [10.0.0.0/8, 10.1.0.0/16]", "the entries before have all of '10.1.0.0/16'"),
        (
            "deny: [10.*]\nallow: [10.0.0.1]",
            "'10.0.0.1' is allowed and denied; what is denied is denied"
        ),
        ("deny: []\nallow: 10.0.0.1", "an empty 'deny' names nobody"),
        ("trust-forwarded-for: []\nallow: 10.*", "an empty 'trust-forwarded-for' names nobody"),
        ("{}", "'access' lets everyone in"), ("refuse-with: reset", "'access' lets everyone in"),
        (
            "countries: {allow: DE, deny: DE, table: {DE: 91.0.0.0/10}}",
            "'DE' is allowed and denied; what is denied is denied"
        ),
        ("countries: {deny: [DE, DE], table: {DE: 91.0.0.0/10}}", "'DE' is listed twice"),
    ])
    func whatLooksLikeAMistakeIsPointedOut(_ text: String, _ warning: String) throws {
        #expect(try warnings(text) == [warning])
    }

    @Test func manyWarningsDoNotRefuse() throws {
        let entries = Array(repeating: "10.0.0.1", count: 300).joined(separator: ", ")
        #expect(try warnings("deny: [\(entries)]").count == ScenarioLimits.warnings)
    }

    @Test func countriesNamedLikeWordsOfYAMLAreCountries() throws {
        let access = try access("countries: {deny: [NO], table: {NO: 2.148.0.0/14}}")
        #expect(try !admits(access, "2.148.1.1"))
    }

    @Test func aScenarioSaysWhichKeysAreGood() throws {
        let loaded = try load(
            """
            scenario: x
            keys:
              accept: ["sk-good*", sk-best]
              revoked: sk-good-old
              out-of-quota: [sk-broke]
              denied: [{key: "sk-small*", model: ["gpt-4*", "claude-opus*"]}]
              expiring: [{key: "sk-temp*", calls: 3}, {key: "sk-day*", after: 60s}]
            """)
        let expected = Keys(
            accept: [try glob("sk-good*"), try glob("sk-best")],
            revoked: [try glob("sk-good-old")], outOfQuota: [try glob("sk-broke")],
            denied: [
                .init(
                    key: [try glob("sk-small*")],
                    model: [try glob("gpt-4*"), try glob("claude-opus*")])
            ],
            expiring: [
                .init(key: [try glob("sk-temp*")], calls: 3),
                .init(key: [try glob("sk-day*")], after: .seconds(60)),
            ])
        #expect(loaded.scenario.keys == expected)
    }

    @Test func theReportSaysWhoMayAsk() throws {
        let loaded = try load(
            """
            scenario: x
            access:
              allow: [127.0.0.0/8, 10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4]
              countries: {deny: KP, table: {KP: 175.45.176.0/22}}
              trust-forwarded-for: 127.0.0.1
              refuse-with: {status: 404}
            keys: {accept: "sk-*", expiring: [{key: "sk-temp*", calls: 3}, {key: "*", after: 60s}]}
            """)
        let report = ScenarioReport(loaded)
        #expect(
            report.text == """
                test.yaml: x
                seed 0, 0 rules
                access allows 127.0.0.0/8, 10.0.0.1, 10.0.0.2 and 2 more; denies KP; trusts 127.0.0.1 to name the client; others get status 404
                keys 1 accepted, 2 expiring
                  timed: reads the clock: keys that expire after 1m
                  timed: counts calls: keys that expire after 3
                every other answer is healthy

                """)
        #expect(report.json.value(at: "/access/deny") == nil)
        #expect(report.json.value(at: "/access/countries/deny/0") == "KP")
        #expect(report.json.value(at: "/keys/class") == "timed")
    }
}
