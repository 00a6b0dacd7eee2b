import BrownoutEngine
import BrownoutRecords
import Testing

@testable import BrownoutVerdicts

@Suite("How long a client does nothing")
struct PauseTests {
    /// What lies between a head and its answer's end is no wait of the client's.
    @Test func aWaitBeginsWithTheEnd() {
        let waits = [0.1, 0.2, 0.4, 0]
        var at = 1.0
        let samples = waits.map { wait -> Sample in
            let sample = Sample(
                at: at, takes: 5, faults: [.cut], ending: .reset, isStream: true, hasFinish: false)
            at += 5 + wait
            return sample
        }
        #expect(samples.finding("backoff-grows")?.verdict == .pass)
    }

    /// Who asks again at once does not wait longer by the milliseconds of a busy machine.
    @Test func aFewMillisecondsAreNoGrowth() {
        func verdict(_ waits: [Double]) -> Verdict? {
            var at = 1.0
            return (waits + [0]).map { wait -> Sample in
                let sample = Sample.failing(.overloaded, at: at)
                at += 0.01 + wait
                return sample
            }.finding("backoff-grows")?.verdict
        }
        #expect(verdict([0.0006, 0.0011, 0.0009]) == .fail)
        #expect(verdict([0.1, 0.104, 0.102]) == .fail)
        #expect(verdict([0.01, 0.02, 0.04]) == .pass)
        #expect(verdict([0.1, 0.112, 0.13]) == .pass)
    }

    /// Twenty users with equal words wait alike, and nobody knows which of them is which.
    @Test func waitsOfUnsureCallsAreNotNothing() {
        let first = (0..<8).map { number in
            Sample.failing(.overloaded, at: 1 + Double(number) / 10_000) {
                $0.takes = 0.1
                ($0.status, $0.connection) = (503, number)
                $0.isStream = true
            }
        }
        let again = (0..<8).map { number in
            Sample(at: 2 + Double(number) / 10_000, connection: number)
        }
        let samples = first + again
        #expect(samples.calls.allSatisfy { !$0.isSure })
        #expect(samples.finding("jitter")?.verdict == .unknown)
        #expect([Sample(at: 1)].finding("jitter")?.verdict == .notExercised)
    }

    /// A silence that the server ends is one that the client has held.
    @Test(arguments: [ExchangeEnding.hang, .fin, .reset])
    func aSilenceIsHeldToItsEnd(ending: ExchangeEnding) throws {
        func verdict(_ seconds: Int64) throws -> Verdict {
            var record = Sample(
                at: 1, status: nil, faults: [ending == .hang ? .hang : .latency], ending: ending
            ).record
            (record.lastByte, record.plannedLastByte) = (nil, seconds * 1_000_000)
            let attempt = try #require(Attempt(record))
            return AnswerRules.hangAbandoned(
                CallFinder.calls(of: [attempt]), CallWindows()
            ).verdict
        }
        #expect(try verdict(90) == .fail)
        #expect(try verdict(30) == .pass)
    }
}
