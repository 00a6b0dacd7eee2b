@testable import BrownoutEngine
import Foundation
import Testing

/// What limits cost, in memory and in time.
@Suite(.serialized) struct LimitMemoryTests {
    private var residentMegabytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) / 1024
    }

    private func snapshot(_ limits: [Limit]) -> Snapshot {
        Snapshot(Scenario(name: "t", limits: limits))
    }

    @Test(
        arguments: [
            (.tokenBucket, 1_000_000), (.slidingWindow, 200_000), (.fixedWindow, 200_000),
        ] as [(Limit.Algorithm, Int)])
    func aMillionKeysCostNoMoreThanTheTableHolds(
        algorithm: Limit.Algorithm, count: Int
    ) throws {
        let limits = [
            Limit(
                name: "l", per: [.key],
                quotas: [try quota(60), try quota(.inputTokens, 30_000)], concurrent: 5,
                algorithm: algorithm)
        ]
        // Other tests run beside this one, and what they take is seen too: once it must hold. A
        // table without a bound would take several times more each time.
        var growth = Int.max
        for _ in 0..<3 where growth >= 250 {
            let before = residentMegabytes
            let limiter = ask(snapshot(limits), keys: count)
            growth = residentMegabytes - before
            #expect(limiter.table.buckets.count == Limiter.bucketLimit)
        }
        #expect(growth < 250)
    }

    /// Asks once for each of so many keys, all of which pass.
    private func ask(_ snapshot: Snapshot, keys: Int) -> Limiter {
        var limiter = Limiter()
        var passed = 0
        var facts = chatFacts(tokens: 10)
        for key in 0..<keys {
            facts.credential = "sk-\(key)"
            let answer = limiter.ask(snapshot, facts, at: Int64(key))
            passed += answer.refused == nil ? 1 : 0
            limiter.release(answer.ticket.holds)
        }
        #expect(passed == keys)
        return limiter
    }

    @Test func whatIsWholeAgainIsForgottenFirst() throws {
        let snapshot = snapshot([Limit(name: "l", per: [.key], quotas: [try quota(1)])])
        var limiter = Limiter(bucketLimit: 8)
        func passes(_ key: String, _ second: Int) -> Bool {
            limiter.ask(
                snapshot, chatFacts(key: key), at: Int64(second) * 1_000_000_000
            ).refused == nil
        }
        for key in 0..<4 { #expect(passes("early \(key)", 0)) }
        for key in 0..<4 { #expect(passes("late \(key)", 50)) }
        // The early ones are whole after a minute; four new keys take their places.
        for key in 0..<4 { #expect(passes("new \(key)", 60)) }
        for key in 0..<4 { #expect(!passes("late \(key)", 61)) }
        for key in 0..<4 { #expect(!passes("new \(key)", 62)) }
    }

    @Test func aBucketWithAnAnswerInProgressStays() throws {
        let snapshot = snapshot([Limit(name: "l", per: [.key], concurrent: 1)])
        var limiter = Limiter(bucketLimit: 4)
        let held = limiter.ask(snapshot, chatFacts(key: "held"), at: 0)
        for key in 0..<100 {
            let answer = limiter.ask(snapshot, chatFacts(key: "\(key)"), at: 0)
            limiter.release(answer.ticket.holds)
        }
        #expect(limiter.ask(snapshot, chatFacts(key: "held"), at: 0).refused != nil)
        limiter.release(held.ticket.holds)
        #expect(limiter.ask(snapshot, chatFacts(key: "held"), at: 0).refused == nil)
    }

    @Test func aRequestDoesNotPushOutTheBucketsItAsks() throws {
        let snapshot = snapshot(
            try (0..<4).map { Limit(name: "l\($0)", per: [.key], quotas: [try quota(1)]) })
        var limiter = Limiter(bucketLimit: 4)
        for key in 0..<20 {
            let answer = limiter.ask(snapshot, chatFacts(key: "\(key)"), at: 0)
            #expect(answer.refused == nil)
            let again = limiter.ask(snapshot, chatFacts(key: "\(key)"), at: 0)
            #expect(again.refused?.limit == 0)
        }
    }

    /// An optimised build takes some 0.4 µs for one limit and 0.35 µs for each further one.
    /// The bound is for a debug build on a busy machine.
    @Test func tenLimitsCostLittle() throws {
        let snapshot = snapshot(
            try (0..<10).map { index in
                Limit(name: "l\(index)", per: [.key], quotas: [try quota(1_000_000_000)])
            })
        var limiter = Limiter()
        let facts = chatFacts(tokens: 10)
        let clock = ContinuousClock()
        let time = clock.measure {
            for now in 0..<2_000 { _ = limiter.ask(snapshot, facts, at: Int64(now)) }
        }
        #expect(time / 2_000 < .microseconds(500))
    }

    @Test func readingsNameBucketsInForceAndNoKey() throws {
        let limit = Limit(
            name: "l", per: [.key, .client], quotas: [try quota(60, burst: 10)], concurrent: 3)
        let engine = engine(limit)
        let facts = chatFacts(key: "sk-secret", client: "10.0.0.7")
        let held = engine.decide(facts, at: .zero)
        _ = engine.decide(facts, at: .seconds(1))
        let readings = engine.limitReadings(at: .milliseconds(1500))
        #expect(readings.map(\.dimension) == [.requests, .concurrent])
        #expect(readings.map(\.remaining) == [9, 1])
        #expect(readings.map(\.amount) == [60, 3])
        #expect(readings.map(\.reset) == [.milliseconds(500), .zero])
        let digest = SipHash.word("sk-secret").hex
        #expect(readings.allSatisfy { $0.subject == "key \(digest), client 10.0.0.7" })
        engine.release(held)
        #expect(engine.limitReadings(at: .seconds(9)).map(\.remaining) == [10, 2])
        engine.reset(session: "default")
        #expect(engine.limitReadings(at: .seconds(9)) == [])
    }

    @Test func readingsAreBounded() throws {
        let engine = engine(Limit(name: "l", per: [.key], quotas: [try quota(60)]))
        for key in 0..<1_200 { _ = engine.decide(chatFacts("\(key)", key: "sk-\(key)"), at: .zero) }
        #expect(engine.limitReadings(at: .zero).count == Engine.limitReadingCount)
    }
}

extension Limiter {
    fileprivate mutating func ask(
        _ snapshot: Snapshot, _ facts: RequestFacts, at now: Int64
    ) -> LimitAnswer {
        let asks = LimitAsk.asks(of: snapshot.scenario.limits, facts)
        return ask(Request(asks, facts, under: snapshot, session: 1), facts, at: now)
    }
}
