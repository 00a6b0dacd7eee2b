import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("Outages, and what follows them")
struct OutageTests {
    private static func sample(
        _ number: Int, at: Double, fails: Bool, phase: String? = nil, model: String = "gpt-4o"
    ) -> Sample {
        var sample = Sample(at: at, key: "k\(number)", prompt: UInt64(number))
        (sample.phase, sample.model) = (phase, model)
        if fails { (sample.status, sample.cause, sample.faults) = (503, .overloaded, [.error]) }
        return sample
    }

    private static func phases(_ end: Phase.End, _ when: Matcher = Matcher()) -> Scenario {
        let down = Rule(
            name: "down", when: when,
            action: .effect(Effect(fault: .error(CauseFault(.overloaded)))))
        return Scenario(
            name: "phases",
            phases: [
                Phase(name: "down", end: end, rules: [down]), Phase(name: "up", end: .never),
            ])
    }

    private func judged(
        _ rule: String, _ samples: [Sample], _ scenario: Scenario? = nil
    ) -> Finding? {
        Scorecard.findings(samples.calls, CallWindows(), of: scenario).first { $0.rule == rule }
    }

    @Test func fiveFailuresInASecondAreAnOutage() {
        func failures(_ count: Int, every: Double) -> [Sample] {
            (0..<count).map { Self.sample(0, at: 1 + Double($0) * every, fails: true) }
        }
        #expect(judged("amplification", failures(5, every: 0.5))?.verdict == .fail)
        #expect(judged("amplification", failures(4, every: 0.5))?.verdict == .notExercised)
        #expect(judged("amplification", failures(5, every: 0.1))?.verdict == .notExercised)
        let several = (0..<6).map { Self.sample($0, at: Double($0), fails: true) }
        #expect(judged("amplification", several)?.verdict == .pass)
        // An answer between them: it was not down.
        let broken = failures(5, every: 0.5) + [Self.sample(9, at: 1.7, fails: false)]
        #expect(judged("amplification", broken)?.verdict == .notExercised)
    }

    @Test func aPhaseInWhichAllFailsIsAnOutage() {
        let failed = (0..<4).map {
            Self.sample(0, at: 1 + Double($0) / 10, fails: true, phase: "down")
        }
        let scenario = Self.phases(.after(.seconds(5)))
        #expect(judged("amplification", failed, scenario)?.verdict == .fail)
        #expect(judged("amplification", failed)?.verdict == .notExercised)
        let answered = Self.sample(7, at: 2, fails: false, phase: "down")
        #expect(judged("amplification", failed + [answered], scenario)?.verdict == .notExercised)
        // The phase's rules are about another model.
        var mini = Matcher()
        mini.model = [try? Glob("gpt-4o")].compactMap(\.self)
        var other = answered
        other.model = "gpt-4o-mini"
        let about = Self.phases(.after(.seconds(5)), mini)
        #expect(judged("amplification", failed + [other], about)?.verdict == .fail)
    }

    /// Of calls whose attempts may be somebody else's, nobody knows how many there are.
    @Test func unsureCallsAmplifyNothing() {
        let late = (0..<5).map { Self.sample(0, at: Double($0) * 90, fails: true) }
        #expect(judged("amplification", late)?.verdict == .unknown)
    }

    /// Ten calls that fail for five seconds and come again, so many of them at once.
    private static func waiting(_ count: Int = 10, atOnce: Int, phase: String?) -> [Sample] {
        var samples: [Sample] = []
        for number in 0..<count {
            let spread = number < atOnce ? 0.01 : 1.5
            samples.append(
                sample(number, at: 1 + Double(number) * 0.4, fails: true, phase: phase))
            samples.append(
                sample(
                    number, at: 5.02 + spread * Double(number + 1), fails: false,
                    phase: phase.map { _ in "up" }))
        }
        return samples
    }

    @Test(arguments: [Phase.End.after(.seconds(5)), .advanced, nil])
    func whatComesAtOnceIsAHerd(end: Phase.End?) {
        let phase = end.map { _ in "down" }
        let scenario = end.map { Self.phases($0) }
        #expect(judged("herd", Self.waiting(atOnce: 8, phase: phase), scenario)?.verdict == .fail)
        #expect(judged("herd", Self.waiting(atOnce: 2, phase: phase), scenario)?.verdict == .pass)
        #expect(
            judged("herd", Self.waiting(6, atOnce: 6, phase: phase), scenario)?.verdict == .unknown)
        #expect(judged("herd", [Sample(at: 1)], scenario)?.verdict == .notExercised)
    }

    @Test func aHerdNamesItsCalls() throws {
        let samples = Self.waiting(atOnce: 8, phase: "down")
        let herd = try #require(judged("herd", samples, Self.phases(.after(.seconds(5)))))
        #expect(herd.calls.count == 8)
        #expect(JSON.object(herd.measured)["first_second"]?.intValue == 8)
    }
}
