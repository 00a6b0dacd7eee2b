import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutScenarios
import BrownoutTesting
import NIOCore
import NIOEmbedded
import Testing

@testable import BrownoutServer

/// A write that finds the peer gone ends the connection before it returns: whatever the answer
/// was to do next, the exchange is over, once.
@Suite struct LostWriteTests {
    /// A peer that is gone by the first write.
    private final class Gone: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        func write(
            context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
        ) {
            promise?.fail(ChannelError.ioOnClosedChannel)
            context.close(promise: nil)
        }
    }

    @Test(arguments: [
        "{hang: forever, at: headers}", "{hang: 1s, at: headers}", "{stall: 1s, at: headers}",
        "{cut: fin, at: headers}", "{cut: reset, at: headers}", "{cut: clean, at: headers}",
        "overloaded",
    ])
    func theExchangeIsOverOnce(fault: String) throws {
        let yaml = """
            scenario: t
            limits: [{name: slots, concurrent: 3}]
            rules: [{name: f, fault: \(fault)}]
            """
        let loaded = try ScenarioLoader.load(name: "t.yaml", bytes: Array(yaml.utf8))
        let core = Core(
            engine: Engine(scenario: loaded.scenario), journal: nil, limits: ServerLimits(),
            clock: ScenarioClock(began: .uptimeNanoseconds(0)))
        let loop = EmbeddedEventLoop()
        let state = LoopState(core: core, eventLoop: loop)
        let channel = EmbeddedChannel(
            handlers: [
                Gone(),
                AcceptedSocket(
                    loop: state, setup: ConnectionSetup(limits: core.limits, http2: false)),
            ], loop: loop)
        try channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        _ = try? channel.writeInbound(ByteBuffer(string: Request.chat(stream: true)))
        loop.advanceTime(by: .seconds(120))
        #expect(!channel.isActive)
        #expect(state.metrics.reading.endings.values.reduce(0, +) == 1)
        #expect(state.metrics.inProgress == 0)
        #expect(core.engine.limitReadings(at: .zero).map(\.remaining) == [3])
        #expect(state.pacer.count == 0)
    }

    /// The same over real sockets: who leaves holds nothing, and the journal tells of it.
    @Test func whoLeavesBeforeTheFirstByteHoldsNothing() async throws {
        let yaml = """
            scenario: t
            limits: [{name: slots, concurrent: 40}]
            rules: [{name: hang, when: {stream: true}, fault: {hang: forever, at: headers}}]
            """
        let journal = try await LiveServer.run(yaml) { live in
            for _ in 0..<40 {
                let client = try live.client()
                try client.send(Request.chat(stream: true))
                client.reset()
            }
            // One that stays, asked last: by then the others were asked for.
            let last = try live.exchange(Request.chat())
            #expect(Request.status(last.text) == 200)
            var left = 0
            let end = ContinuousClock.now + .seconds(20)
            while left != 40, ContinuousClock.now < end {
                await Task.yield()
                left = live.core.engine.limitReadings(at: .zero).first?.remaining ?? 0
            }
            #expect(left == 40)
        }
        #expect(journal.allSatisfy { $0.ending == .clientLeft || $0.ending == .complete })
    }
}
