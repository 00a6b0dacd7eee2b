import BrownoutEngine
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("Waits between attempts")
struct WaitTests {
    /// A call with these waits between its attempts, all of which fail.
    private func call(_ number: Int, _ waits: [Double]) -> [Sample] {
        var at = Double(number) * 1000 + 1
        return ([0] + waits).map { wait in
            at += wait
            return .failing(.overloaded, at: at) {
                ($0.key, $0.prompt) = ("k\(number)", UInt64(number))
            }
        }
    }

    private func verdict(_ calls: [[Double]]) -> Verdict? {
        calls.enumerated().flatMap { call($0, $1) }.finding("backoff-grows")?.verdict
    }

    @Test func waitsGrowOrDoNot() {
        #expect(verdict([[0.5, 1, 2]]) == .pass)
        #expect(verdict([[1, 1, 1]]) == .fail)
        #expect(verdict([[1, 1.05, 1.08]]) == .fail)
        // It ends at less than half of the first.
        #expect(verdict([[1, 3, 0.4]]) == .fail)
        #expect(verdict([[1, 1]]) == .unknown)
        #expect(verdict([[1, 3, 2, 4]]) == .unknown)
        // A call that is tried once more says nothing about growing.
        #expect(verdict([[0.5, 1, 2], [1]]) == .pass)
        // Where only some are flat it may be chance.
        #expect(verdict([[1, 1, 1], [0.5, 1, 2]]) == .unknown)
        #expect(verdict([[1, 1, 1], [1, 1, 1]]) == .fail)
        #expect(verdict([]) == .notExercised)
    }

    @Test func overEightCallsTheMediansTell() {
        let growing = (0..<8).map { number -> [Double] in
            let part = 0.4 + Double(number) / 10
            return [part, 4 * part, number % 2 == 0 ? 2.5 * part : 8 * part]
        }
        #expect(verdict(Array(growing.prefix(7))) == .unknown)
        #expect(verdict(growing) == .pass)
        let chance = (0..<8).map { number -> [Double] in
            number % 2 == 0 ? [1, 2, 1] : [2, 1, 2]
        }
        #expect(verdict(chance) == .fail)
    }

    @Test func waitsAfterAPromiseOrElsewhereAreOthers() {
        var samples = call(0, [1, 1, 1])
        samples[1].provider = "anthropic"
        #expect(samples.finding("backoff-grows")?.verdict != .fail)
        var promised = call(0, [1, 1, 1])
        promised[0].promise = Sample.promising(1)
        #expect(promised.finding("backoff-grows")?.verdict == .unknown)
    }

    @Test func jitterIsHeldAgainstTheSameCause() {
        func samples(_ causes: [Cause]) -> [Sample] {
            (0..<10).flatMap { number -> [Sample] in
                var two = call(number, [causes[number % causes.count] == .overloaded ? 1 : 2])
                two[0].cause = causes[number % causes.count]
                return two
            }
        }
        #expect(samples([.overloaded]).finding("jitter")?.verdict == .fail)
        // Five of each are too few.
        #expect(samples([.overloaded, .serverError]).finding("jitter")?.verdict == .unknown)
    }

    @Test func silenceIsNotWaitedForWithoutAnEnd() {
        func verdict(_ change: (inout Sample) -> Void) -> Verdict? {
            var sample = Sample(at: 1, takes: 90)
            change(&sample)
            return [sample].finding("hang-abandoned")?.verdict
        }
        let hang = { (sample: inout Sample) in
            (sample.status, sample.faults, sample.ending) = (nil, [.hang], .clientLeft)
        }
        #expect(verdict(hang) == .fail)
        #expect(
            verdict {
                hang(&$0)
                $0.takes = 30
            } == .pass)
        // A stall in the middle of an answer that went on: how long it was is not known.
        #expect(
            verdict {
                $0.faults = [.stall]
                $0.isStream = true
                $0.hasFinish = true
            } == .unknown)
        #expect(verdict { _ in } == .notExercised)
        #expect(verdict { $0.takes = 30 } == .notExercised)
    }
}
