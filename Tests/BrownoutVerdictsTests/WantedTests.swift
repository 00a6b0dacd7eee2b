import BrownoutEngine
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("Retries, fallbacks and times that a scenario expects")
struct WantedTests {
    private static func elsewhere(at: Double, takes: Double = 0.01) -> Sample {
        Sample(at: at, takes: takes, provider: "anthropic", model: "claude", key: "k2")
    }

    private static func refused(at: Double) -> Sample {
        .failing(.invalidAPIKey, at: at, status: 401)
    }

    /// Whoever goes elsewhere has not sent the same to the same again.
    @Test func notToRetryIsNotToSendTheSameToTheSame() {
        let never = BrownoutEngine.Expectation.Want.notRetried([.invalidAPIKey])
        let moved = [Self.refused(at: 1), Self.elsewhere(at: 2)]
        #expect(moved.expecting(never).verdict == .pass)
        #expect([Self.refused(at: 1), Self.refused(at: 2)].expecting(never).verdict == .fail)
        // With another provider in between.
        var away = Sample.failing(.overloaded, at: 2)
        (away.provider, away.model, away.key) = ("anthropic", "claude", "k2")
        let back = [Self.refused(at: 1), away, Self.refused(at: 3)]
        #expect(back.expecting(never).verdict == .fail)
        // Another key is another account.
        var other = Self.refused(at: 2)
        other.credential = 8
        #expect([Self.refused(at: 1), other].expecting(never).verdict == .pass)
        // To be tried again is to go on, wherever.
        let again = BrownoutEngine.Expectation.Want.retried([.invalidAPIKey])
        #expect(moved.expecting(again).verdict == .pass)
        #expect([Self.refused(at: 1)].expecting(again).verdict == .fail)
    }

    /// A second provider asked while the first is silent is a hedge, which no fallback is due for.
    @Test func aHedgeOwesNoFallback() {
        var slow = Sample(at: 1, takes: 1.1, status: nil, faults: [.latency], ending: .clientLeft)
        slow.connection = 2
        let hedge = [slow, Self.elsewhere(at: 2, takes: 0.1)]
        #expect(hedge.calls.map(\.isHedged) == [true])
        let wanted = BrownoutEngine.Expectation.Want.fallback(
            BrownoutEngine.Expectation.Fallback(from: .provider("openai")))
        #expect(hedge.expecting(wanted).verdict == .unknown)
        let failed = [Sample.failing(.overloaded, at: 1), Self.elsewhere(at: 2)]
        #expect(failed.expecting(wanted).verdict == .pass)
    }

    /// A call lasts until its first answer.
    @Test func whatIsLeftBehindAnAnswerDoesNotLengthenACall() {
        var (slow, quick) = (Sample(at: 1, takes: 9, ending: .clientLeft), Sample(at: 2, takes: 1))
        (slow.named, quick.named, quick.connection, slow.status) = ("a", "a", 2, nil)
        let wanted = Comparison(.atMost, .duration(.seconds(3)))
        #expect([slow, quick].expecting(.latency(.p99, wanted)).verdict == .pass)
    }

    @Test func onlySureCallsAreTooSlow() {
        let quick = (0..<4).map { number in
            Sample(at: Double(number), key: "q\(number)", prompt: UInt64(100 + number))
        }
        let unsure = [Sample.failing(.overloaded, at: 100), Sample(at: 190)]
        let wanted = BrownoutEngine.Expectation.Want.latency(
            .p99, Comparison(.atMost, .duration(.seconds(1))))
        #expect((quick + unsure).expecting(wanted).verdict == .unknown)
        let slow = Sample(at: 300, takes: 5, key: "s", prompt: 7, isStream: true, hasFinish: true)
        let found = (quick + unsure + [slow]).expecting(wanted)
        #expect(found.verdict == .fail && found.calls == ["c6"])
    }
}
