import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutServer
import BrownoutTesting
import Foundation
import Testing

@testable import BrownoutControl
import BrownoutYAML

/// What the control port changes, and that the journal remembers it.
@Suite struct ControlChangeTests {
    private func actions(_ live: LiveControl) async throws -> [[JSON?]] {
        let (_, json) = try await live.get("/actions")
        return (json["actions"]?.arrayValue ?? []).map {
            [$0["action"], $0["session"], $0["outcome"]]
        }
    }

    @Test func anotherScenarioHoldsFromTheNextRequestOn() async throws {
        try await LiveControl.run("scenario: calm\nseed: 7") { live in
            #expect(try await live.chat() == 200)
            let text = "scenario: storm\nrules: [{name: a, fault: overloaded}]\n"
            let put = try await live.ask("PUT", "/scenario", text)
            #expect(put.status == 200)
            #expect(put.json["scenario"] == "storm")
            #expect(put.json.value(at: "/report/rules/0/class") == "pure")
            #expect(try await live.chat() == 503)
            let got = try await live.get("/scenario")
            #expect(got.json["text"] == .string(text))
            #expect(got.json["seed"] == 0)
            #expect(try await actions(live) == [["put-scenario", .null, "done"]])
        }
    }

    @Test(
        arguments: [
            (nil, "scenario: x", 0), (nil, "scenario: x\nseed: 5", 5),
            (9, "scenario: x", 9), (9, "scenario: x\nseed: 5", 5),
        ] as [(UInt64?, String, Int)])
    func theSeedIsTheTextsElseTheServers(_ given: UInt64?, _ text: String, _ seed: Int) async throws
    {
        try await LiveControl.run(seed: given) { live in
            let put = try await live.ask("PUT", "/scenario", text)
            #expect(put.json["seed"] == .int(seed))
        }
    }

    @Test func aScenarioMayBeJSONAlsoWithEscapesThatYAMLDoesNotKnow() async throws {
        try await LiveControl.run { live in
            let text = #"{"scenario": "\ud83d\ude00", "rules": [{"name": "a", "fault": "reset"}]}"#
            let put = try await live.ask(
                "PUT", "/scenario", text, headers: ["Content-Type": "application/json"])
            #expect(put.status == 200)
            #expect(put.json["scenario"] == "😀")
        }
    }

    /// Clients that send everything as JSON send YAML so, too.
    @Test func whatSaysItIsJSONMayBeYAML() async throws {
        try await LiveControl.run { live in
            let put = try await live.ask(
                "PUT", "/scenario", "scenario: x\nrules: [{name: a, fault: reset}]",
                headers: ["Content-Type": "application/json"])
            #expect(put.status == 200)
        }
    }

    @Test func aBrokenScenarioIsRefusedWithAllDiagnosticsAndTheOldOneStays() async throws {
        try await LiveControl.run { live in
            let text = "scenario: x\nrules:\n  - {name: a, fault: overloded}\n  - {nam: b}\n"
            let put = try await live.ask("PUT", "/scenario", text)
            #expect(put.status == 422)
            #expect(put.json.value(at: "/error/code") == "bad-scenario")
            let found = try #require(put.json.value(at: "/error/diagnostics")?.arrayValue)
            #expect(found.map { $0["line"] } == [3, 4])
            #expect(found[0]["nearest"] == "overloaded")
            #expect(try await live.get("/scenario").json["scenario"] == "calm")
            #expect(try await actions(live) == [["put-scenario", .null, "refused"]])
        }
    }

    @Test func aSessionHasItsOwnScenarioUntilItIsTakenAway() async throws {
        try await LiveControl.run { live in
            let text = "scenario: mine\nrules: [{name: a, fault: overloaded}]"
            let put = try await live.ask("PUT", "/sessions/a/scenario", text)
            #expect(put.status == 200)
            #expect(put.json["session"] == "a")
            #expect(try await live.chat(session: "a") == 503)
            #expect(try await live.chat(session: "b") == 200)
            let list = try await live.get("/sessions")
            let expected: JSON = [
                "sessions": [["session": "a", "scenario": "mine", "seed": 0]]
            ]
            #expect(list.json == expected)
            #expect(try await live.get("/sessions/a/scenario").json["text"] == .string(text))
            #expect(try await live.ask("DELETE", "/sessions/a/scenario").status == 200)
            #expect(try await live.ask("DELETE", "/sessions/a/scenario").status == 404)
            #expect(try await live.chat(session: "a") == 200)
            #expect(try await live.get("/sessions/a/scenario").status == 404)
            #expect(
                try await actions(live) == [
                    ["put-session-scenario", "a", "done"],
                    ["delete-session-scenario", "a", "done"],
                    ["delete-session-scenario", "a", "refused"],
                ])
        }
    }

    @Test func aResetSessionBeginsAnew() async throws {
        let yaml = "scenario: x\nrules: [{name: first, attempts: 1, fault: overloaded}]"
        try await LiveControl.run(yaml) { live in
            let first = try await live.chat(session: "a")
            #expect(first == 503)
            #expect(try await live.ask("POST", "/sessions/a/reset").status == 200)
            #expect(try await live.chat(session: "a") == 503)
            #expect(try await live.chat(session: "a") == 200)
        }
    }

    // MARK: Rules

    @Test func aTemporaryRuleEndsByItself() async throws {
        try await LiveControl.run("scenario: x\nclock: manual") { live in
            let added = try await live.ask("POST", "/rules", "fault: overloaded\nttl: 30s")
            #expect(added.status == 201)
            #expect(added.json["name"] == "temporary-1")
            #expect(added.json["ends_in_s"] == 30)
            #expect(try await live.chat() == 503)
            #expect(try await live.ask("POST", "/clock/advance", #"{"by": "29s"}"#).status == 200)
            let listed = try await live.get("/rules")
            #expect(listed.json.value(at: "/rules/0/ends_in_s") == 1)
            #expect(try await live.chat() == 503)
            let moved = try await live.ask("POST", "/clock/advance", #"{"by": 1.0}"#)
            #expect(moved.json == ["clock": "manual", "now_s": 30])
            #expect(try await live.chat() == 200)
            #expect(try await live.get("/rules").json == ["rules": []])
        }
    }

    @Test func aTemporaryRuleIsForItsSessionAndCanBeRemoved() async throws {
        try await LiveControl.run { live in
            let body = #"{"name": "a rule", "session": "s", "fault": "overloaded"}"#
            let added = try await live.ask("POST", "/rules", body)
            #expect(added.status == 201)
            #expect(try await live.chat(session: "s") == 503)
            #expect(try await live.chat(session: "t") == 200)
            #expect(try await live.ask("DELETE", "/rules/a%20rule").status == 200)
            #expect(try await live.chat(session: "s") == 200)
        }
    }

    @Test func aTemporaryRuleTakesNoNameOfAScenarioInForce() async throws {
        let yaml = "scenario: x\nrules: [{name: temporary-1, when: {model: no}, fault: reset}]"
        try await LiveControl.run(yaml) { live in
            let unnamed = try await live.ask("POST", "/rules", "fault: overloaded")
            #expect(unnamed.json["name"] == "temporary-2")
            let taken = try await live.ask(
                "POST", "/rules", "name: temporary-1\nfault: overloaded")
            #expect(taken.status == 422)
            #expect(taken.json.value(at: "/error/code") == "bad-rule")
            _ = try await live.ask(
                "PUT", "/sessions/a/scenario", "scenario: y\nrules: [{name: own, fault: reset}]")
            let own = try await live.ask("POST", "/rules", "name: own\nfault: overloaded")
            #expect(own.status == 422)
        }
    }

    @Test func onlySoManyTemporaryRulesHoldAtATime() async throws {
        try await LiveControl.run { live in
            for _ in 0..<100 {
                #expect(try await live.ask("POST", "/rules", "fault: overloaded").status == 201)
            }
            let more = try await live.ask("POST", "/rules", "fault: overloaded")
            #expect(more.status == 409)
            #expect(more.json.value(at: "/error/code") == "too-many-rules")
        }
    }

    // MARK: Recordings

    @Test func whatNeverEndsIsRefusedAtOnce() async throws {
        let folder = NSTemporaryDirectory() + "brownout-endless-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try #require(mkfifo(folder + "/fifo.yaml", 0o600) == 0)
        try await LiveControl.run { live in
            for (path, word) in [
                (folder + "/fifo.yaml", "is a FIFO"), (folder, "is a FIFO"),
                ("/dev/zero", "is a device"),
            ] {
                let put = try await live.ask(
                    "PUT", "/scenario", "scenario: x\nsource: {replay: \(path)}")
                #expect(put.status == 422)
                let message = put.json.value(at: "/error/diagnostics/0/message")?.stringValue
                #expect(message?.contains(word) == true, "\(message ?? "none")")
            }
            #expect(try await live.get("/health").status == 200)
        }
    }

    @Test func aScenarioThatAnswersFromNothingIsPutInForceWithAWarning() async throws {
        let path = NSTemporaryDirectory() + "brownout-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("# none yet\n".utf8).write(to: URL(filePath: path))
        try await LiveControl.run { live in
            let put = try await live.ask(
                "PUT", "/scenario", "scenario: x\nsource: {replay: \(path)}")
            #expect(put.status == 200)
            let warning = put.json.value(at: "/warnings/0/message")?.stringValue
            #expect(warning?.hasPrefix("there are no recordings in") == true)
        }
    }

    @Test func longWorkHoldsUpNobodyWhoGivesItUp() async throws {
        let work = LongWork()
        #expect(await work.run { isWanted in isWanted() ? 1 : 0 } == 1)
        let (began, end) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let task = Task {
            await work.run { isWanted -> Bool in
                began.signal()
                end.wait()
                return isWanted()
            }
        }
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                began.wait()
                continuation.resume()
            }
        }
        task.cancel()
        #expect(await task.value == nil)
        end.signal()
        let late = Task { await work.run { _ in 2 } }
        #expect(await late.value == 2)
    }

    // MARK: Phases and clock

    @Test func phasesAreMovedBySession() async throws {
        let yaml = """
            scenario: x
            phases:
              - {name: healthy, until: advanced}
              - {name: outage, until: advanced, rules: [{name: down, fault: unavailable}]}
              - {name: over}
            """
        try await LiveControl.run(yaml) { live in
            let first = try await live.get("/phase")
            #expect(first.json.value(at: "/phase/name") == "healthy")
            #expect(first.json["phases"] == ["healthy", "outage", "over"])
            #expect(try await live.chat() == 200)
            let moved = try await live.ask("POST", "/phase")
            #expect(moved.json.value(at: "/phase/name") == "outage")
            #expect(try await live.chat() == 503)
            #expect(try await live.chat(session: "a") == 200)
            let named = try await live.ask("POST", "/phase", #"{"session": "a", "to": "outage"}"#)
            #expect(named.json["session"] == "a")
            #expect(try await live.chat(session: "a") == 503)
            let back = try await live.ask("POST", "/phase", #"{"session": null, "to": "healthy"}"#)
            #expect(back.json.value(at: "/phase/name") == "healthy")
            #expect(try await live.chat() == 200)
            let wrong = try await live.ask("POST", "/phase", #"{"to": "outtage"}"#)
            #expect(wrong.status == 422)
            let message = wrong.json.value(at: "/error/message")?.stringValue ?? ""
            #expect(message.contains("did you mean 'outage'"))
        }
    }

    @Test(arguments: [
        (#"{"by": "60s"}"#, 409, "clock-not-manual"), ("{}", 400, "bad-body"),
        ("", 400, "bad-body"), (#"{"by": "60"}"#, 400, "bad-body"),
        (#"{"by": -1}"#, 400, "bad-body"), (#"{"by": 86401}"#, 400, "bad-body"),
        (#"{"by": true}"#, 400, "bad-body"), (#"{"for": "1s"}"#, 400, "bad-body"),
        ("[]", 400, "bad-body"), ("by: 60s", 400, "bad-body"),
    ])
    func aClockThatGoesByItselfIsNotMoved(
        _ body: String, _ status: Int, _ code: String
    ) async throws {
        try await LiveControl.run { live in
            let answer = try await live.ask("POST", "/clock/advance", body)
            #expect(answer.status == status)
            #expect(answer.json.value(at: "/error/code") == .string(code))
        }
    }

    // MARK: Access

    @Test func whoMayConnectIsChangedWithoutARestart() async throws {
        try await LiveControl.run { live in
            #expect(try await live.get("/access").json == .object([]))
            let put = try await live.ask("PUT", "/access", "deny: [127.0.0.1, 10.0.0.0/8]")
            let denied: JSON = ["deny": ["127.0.0.1", "10.0.0.0/8"]]
            #expect(put.json == denied)
            #expect(try await live.chat() == 403)
            #expect(try await live.get("/scenario").json["changed"] == ["access"])
            let patch = try await live.ask(
                "PATCH", "/access", #"{"deny": null, "allow": ["127.0.0.0/8"]}"#)
            let allowed: JSON = ["allow": ["127.0.0.0/8"]]
            #expect(patch.json == allowed)
            #expect(try await live.chat() == 200)
            let broken = try await live.ask("PATCH", "/access", "deny: [10.0.0.0/99]")
            #expect(broken.status == 422)
            #expect(broken.json.value(at: "/error/diagnostics/0/line") == 1)
            #expect(try await live.get("/access").json == allowed)
            #expect(
                try await actions(live) == [
                    ["put-access", .null, "done"], ["patch-access", .null, "done"],
                    ["patch-access", .null, "refused"],
                ])
        }
    }

    @Test func accessOfASessionNeedsAScenarioOfItsOwn() async throws {
        try await LiveControl.run { live in
            let body = "deny: [127.0.0.1]"
            let none = try await live.ask("PUT", "/access?session=a", body)
            #expect(none.status == 404)
            #expect(try await live.get("/access?session=a").status == 404)
            _ = try await live.ask("PUT", "/sessions/a/scenario", "scenario: own")
            #expect(try await live.ask("PUT", "/access?session=a", body).status == 200)
            #expect(try await live.chat(session: "a") == 403)
            #expect(try await live.chat(session: "b") == 200)
        }
    }

    // MARK: Bodies

    @Test(arguments: [
        ("application/json", 422), ("application/json; charset=utf-8", 422), ("text/yaml", 422),
        ("application/yaml", 422), ("text/plain", 422), ("application/x-www-form-urlencoded", 422),
        ("application/xml", 415), ("multipart/form-data; boundary=x", 415), ("nonsense", 415),
    ])
    func aBodyIsOfATypeThatIsTaken(_ type: String, _ status: Int) async throws {
        try await LiveControl.run { live in
            let answer = try await live.ask(
                "PUT", "/scenario", "{}", headers: ["Content-Type": type])
            #expect(answer.status == status)
        }
    }

    @Test func aBodyHasALimit() async throws {
        try await LiveControl.run { live in
            let padding = String(repeating: "#", count: 1 << 20)
            let whole = "scenario: x\n" + padding.dropLast(12)
            #expect(try await live.ask("PUT", "/scenario", whole).status == 200)
            let answer = try await live.ask("PUT", "/scenario", whole + "#")
            #expect(answer.status == 413)
            #expect(answer.json.value(at: "/error/code") == "too-large")
        }
    }

    @Test func theClockOfAScenarioThatComesLaterIsNotTaken() async throws {
        try await LiveControl.run { live in
            let put = try await live.ask("PUT", "/scenario", "scenario: x\nclock: manual")
            #expect(put.status == 200)
            #expect(put.json["warnings"]?.arrayValue?.count == 1)
            #expect(try await live.get("/clock").json["clock"] == "real")
        }
    }

    @Test func credentialsInActionsAreNotKept() async throws {
        try await LiveControl.run { live in
            _ = try await live.ask("DELETE", "/rules/sk-proj-abcdef123456")
            let (_, json) = try await live.get("/actions")
            #expect(!json.text.contains("abcdef"))
            #expect(json.text.contains("[redacted]"))
        }
    }

    // MARK: The file

    @Test func aFileIsReadAgainAndABrokenOneChangesNothing() async throws {
        let path = NSTemporaryDirectory() + "brownout-\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: path) }
        func write(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }
        try await LiveControl.run(seed: 3) { live in
            try write("scenario: second\nseed: 8\nproviders: {mine: openai}")
            let read = try #require(await live.server.reload(path, because: "test"))
            #expect(try read.get().scenario.name == "second")
            #expect(live.core.engine.scenario.providers.map(\.name) == ["mine"])
            #expect(live.core.engine.scenario.seed == 3)
            let same = await live.server.reload(path, because: "test", onlyIfChanged: true)
            #expect(same == nil)
            try write("scenario: third\nrulez: []")
            let broken = try #require(await live.server.reload(path, because: "test"))
            #expect(throws: SourceErrors.self) { try broken.get() }
            #expect(live.core.engine.scenario.name == "second")
            try FileManager.default.removeItem(atPath: path)
            let gone = try #require(await live.server.reload(path, because: "test"))
            #expect(throws: SourceErrors.self) { try gone.get() }
            #expect(
                try await actions(live) == [
                    ["reload", .null, "done"], ["reload", .null, "refused"],
                    ["reload", .null, "refused"],
                ])
        }
    }
}
