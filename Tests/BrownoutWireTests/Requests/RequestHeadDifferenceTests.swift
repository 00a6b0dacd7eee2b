import BrownoutWire
import Testing

/// Whatever our parser takes, NIO's decoder of requests takes alike, and what that one refuses, ours
/// does not take.
@Suite struct RequestHeadDifferenceTests {
    @Test func requestsOfClientsAreTaken() throws {
        for bytes in CommonRequests.all {
            let reading = MixedReading(bytes)
            let difference = try reading.difference()
            #expect(reading.taken == 1 && difference == nil)
        }
    }

    @Test func uncommonRequestsAreLeftOrTakenAlike() throws {
        for bytes in UncommonRequests.all {
            let difference = try MixedReading(bytes).difference()
            #expect(difference == nil)
        }
    }

    /// 104,000 in all, of which a third is taken at least. A failure says the seed of its request.
    @Test(arguments: 0..<8)
    func changedRequestsAreLeftOrTakenAlike(batch: UInt64) throws {
        let count: UInt64 = 13_000
        var taken = 0
        var queue = ReadingQueue()
        for seed in batch * count..<(batch + 1) * count {
            var mutations = RequestMutations(seed: seed)
            let reading = MixedReading(
                mutations.next(), piece: [.max, .max, 150, 40][Int(seed % 4)])
            if reading.taken > 0 { taken += 1 }
            if let difference = try queue.difference(of: reading, seed) {
                Issue.record("\(difference)")
                return
            }
        }
        let difference = try queue.difference()
        #expect(difference == nil)
        #expect(taken > Int(count) / 3)
    }

    /// Whole requests, which a whole parser reads in one go: most of its time goes into setting it
    /// up.
    private struct ReadingQueue {
        private var readings: [(seed: UInt64, reading: MixedReading)] = []

        /// Adds a reading, and compares those of the queue now and then.
        mutating func difference(of reading: MixedReading, _ seed: UInt64) throws -> String? {
            guard reading.isWhole else {
                return try reading.difference().map { "seed \(seed): \($0)" }
            }
            readings.append((seed, reading))
            return readings.count < 200 ? nil : try difference()
        }

        mutating func difference() throws -> String? {
            defer { readings = [] }
            let whole = try WholeParser.parts(readings.flatMap(\.reading.bytes))
            if whole == readings.flatMap(\.reading.parts) { return nil }
            for (seed, reading) in readings {
                if let difference = try reading.difference() {
                    return "seed \(seed): \(difference)"
                }
            }
            return "some of the seeds from \(readings.map(\.seed)), in a row"
        }
    }

    /// Each request byte by byte: what is cut short, and what comes slowly. Where the whole parser
    /// has refused, ours has left the head by the end of that line.
    @Test func everyByteIsReadAlike() throws {
        for bytes in CommonRequests.all + UncommonRequests.all {
            let whole = try WholeParser(
                mostBytes: MixedReading.mostBytes, mostFields: MixedReading.mostFields)
            var parser = RequestHeadParser(
                mostBytes: MixedReading.mostBytes, mostFields: MixedReading.mostFields)
            let atOnce = parser.parse(bytes.span.bytes)
            var mayWait = true
            for end in 1...bytes.count {
                whole.read(bytes[end - 1..<end])
                let start = bytes[..<end]
                let outcome = parser.parse(start.span.bytes)
                let text = String(decoding: start, as: UTF8.self).debugDescription
                if outcome == .incomplete {
                    #expect(mayWait && (whole.parts.isEmpty || whole.parts == [.error]), "\(text)")
                    let isAtEnd = bytes[end - 1] == UInt8(ascii: "\n")
                    if whole.parts == [.error], isAtEnd { mayWait = false }
                    continue
                }
                #expect(outcome == atOnce, "\(text)")
                if case .head(let head) = outcome {
                    #expect(head.length == end, "\(text)")
                    if case .head? = whole.parts.first {} else { Issue.record("\(text)") }
                }
                break
            }
        }
    }
}
