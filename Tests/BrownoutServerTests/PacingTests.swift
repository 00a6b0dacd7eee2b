import BrownoutEngine
import BrownoutScenarios
import Foundation
import NIOCore
import NIOEmbedded
import Testing

@testable import BrownoutServer

/// Timing on a loop whose time is moved by hand: a stall of a minute takes no time.
@Suite struct PacingTests {
    /// One connection on an embedded loop.
    private final class Bench {
        let channel: EmbeddedChannel
        private(set) var written = ""

        init(_ yaml: String) throws {
            let loaded = try ScenarioLoader.load(name: "t.yaml", bytes: Array(yaml.utf8))
            let core = Core(
                engine: Engine(scenario: loaded.scenario), journal: nil, limits: ServerLimits(),
                clock: ScenarioClock(loaded.scenario.clock, began: .uptimeNanoseconds(0)))
            let loop = EmbeddedEventLoop()
            let state = LoopState(core: core, eventLoop: loop)
            channel = EmbeddedChannel(
                handlers: [
                    AcceptedSocket(
                        loop: state, setup: ConnectionSetup(limits: core.limits, http2: false))
                ], loop: loop)
            try channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        }

        func ask(_ request: String) throws {
            try channel.writeInbound(ByteBuffer(string: request))
        }

        /// Lets time pass; returns what was sent by its end.
        func pass(_ milliseconds: Int64) throws -> String {
            channel.embeddedEventLoop.advanceTime(by: .milliseconds(milliseconds))
            var sent = ""
            while let buffer = try channel.readOutbound(as: ByteBuffer.self) {
                sent += String(buffer: buffer)
            }
            written += sent
            return sent
        }

        var isOpen: Bool { channel.isActive }
    }

    private func events(_ text: String) -> Int {
        text.components(separatedBy: "data: ").count - 1
    }

    @Test func latencyStandsBeforeTheHeaders() throws {
        let bench = try Bench(
            "scenario: t\nrules:\n  - {name: slow, latency: 2s}")
        try bench.ask(Request.chat())
        #expect(try bench.pass(1999) == "")
        #expect(Request.isWhole(try bench.pass(2)))
    }

    @Test func tokensComeAtTheirTimes() throws {
        let bench = try Bench(
            """
            scenario: t
            pace: {first-token: 300ms, between-tokens: 20ms}
            reply: {text: "one two three four"}
            """)
        try bench.ask(Request.chat(stream: true))
        // The head and the event that opens the message bring no token.
        #expect(events(try bench.pass(299)) == 1)
        #expect(events(try bench.pass(1)) == 1)
        for _ in 0..<2 {
            #expect(events(try bench.pass(19)) == 0)
            #expect(events(try bench.pass(1)) == 1)
        }
        // The last token, and at once what ends the stream.
        #expect(events(try bench.pass(20)) == 3)
        #expect(Request.isWhole(bench.written))
    }

    @Test func aLateLoopCatchesUpWithoutAddingUpItsLateness() throws {
        let bench = try Bench(
            """
            scenario: t
            pace: {first-token: 100ms, between-tokens: 100ms}
            reply: {text: "one two three four five six seven eight nine ten"}
            """)
        try bench.ask(Request.chat(stream: true))
        #expect(events(try bench.pass(550)) == 6)
        #expect(events(try bench.pass(49)) == 0)
        #expect(events(try bench.pass(2)) == 1)
    }

    @Test func aStallOfAMinuteIsSilentAndThenGoesOn() throws {
        let bench = try Bench(
            """
            scenario: t
            reply: {text: "one two three four"}
            rules:
              - {name: stall, fault: {stall: 60s, at: event 3}}
            """)
        try bench.ask(Request.chat(stream: true))
        #expect(events(try bench.pass(0)) == 3)
        #expect(try bench.pass(59_999) == "")
        #expect(events(try bench.pass(1)) == 4)
        #expect(Request.isWhole(bench.written))
    }

    @Test func aHangWithATimeEndsInAClose() throws {
        let bench = try Bench(
            "scenario: t\nrules:\n  - {name: hang, fault: {hang: 5s, at: headers}}")
        try bench.ask(Request.chat(stream: true))
        #expect(try bench.pass(4_999).hasPrefix("HTTP/1.1 200 OK"))
        #expect(bench.isOpen)
        #expect(try bench.pass(2_001) == "")
        #expect(!bench.isOpen)
    }

    @Test func everyWaitIsGoneWithItsClient() throws {
        let bench = try Bench("scenario: t\nrules:\n  - {name: slow, latency: 60s}")
        try bench.ask(Request.chat())
        _ = try? bench.channel.finish()
        #expect(try bench.pass(120_000) == "")
    }

    @Test func deadlinesAreMetInOrderWhateverTheOrderOfScheduling() {
        final class Item: Paced {
            let name: Int
            let log: Log

            init(_ name: Int, _ log: Log) {
                self.name = name
                self.log = log
            }

            func isDue(at now: NIODeadline) { log.names.append(name) }
        }
        final class Log { var names: [Int] = [] }
        let loop = EmbeddedEventLoop()
        let pacer = Pacer(eventLoop: loop)
        let log = Log()
        let tickets = (0..<100).map { pacer.register(Item($0, log)) }
        for step in 0..<100 {
            let name = (step * 37) % 100
            pacer.schedule(tickets[name], at: loop.now + .milliseconds(Int64(name)))
        }
        for name in stride(from: 0, to: 100, by: 3) { pacer.cancel(tickets[name]) }
        pacer.schedule(tickets[1], at: loop.now + .milliseconds(500))
        pacer.unregister(tickets[2])
        loop.advanceTime(by: .milliseconds(1000))
        #expect(log.names == (3..<100).filter { $0 % 3 != 0 } + [1])
        #expect(pacer.count == 0)
        // A number that is free again names another item.
        pacer.schedule(pacer.register(Item(200, log)), at: loop.now)
        loop.advanceTime(by: .milliseconds(1))
        #expect(log.names.last == 200)
    }
}
