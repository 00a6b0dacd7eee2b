import AsyncHTTPClient
package import BrownoutEngine
package import BrownoutRecords
import NIOCore
import NIOPosix
import Synchronization

/// The data plane: one listener, several event loops.
package final class DataServer: Sendable {
    /// Connections the kernel may hold ready for us; an overflow costs a client a second.
    private static let backlog: ChannelOptions.Types.BacklogOption.Value = 4096

    private let core: Core
    private let group: MultiThreadedEventLoopGroup
    private let loops: [LoopBox]

    private let isStopped = Atomic(false)
    private let upstreams: HTTPClient

    /// The port that was bound.
    package let port: Int
    /// How clients reach it.
    package let transport: Transport

    private init(
        core: Core, group: MultiThreadedEventLoopGroup, loops: [LoopBox], port: Int,
        transport: Transport, upstreams: HTTPClient
    ) {
        self.core = core
        self.group = group
        self.loops = loops
        self.port = port
        self.transport = transport
        self.upstreams = upstreams
    }

    /// Binds and accepts from here on. Port 0 picks a free one. `http2`: clients may speak HTTP/2;
    /// with `tls`, they all have to speak TLS. `notice` hears what who runs the server should know.
    package static func start(
        core: Core, host: String, port: Int, threads: Int, http2: Bool = false,
        tls: TLSIdentities? = nil, notice: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> DataServer {
        let granted = UnsafeSocket.raiseDescriptorLimit()
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let connections = Descriptors.connections(
            limit: core.limits.connections, granted: granted, open: UnsafeSocket.openDescriptors(),
            cores: System.coreCount, isDouble: core.mayAskUpstreams)
        if connections < core.limits.connections {
            notice(
                "connections: \(connections) at a time, as the process may have \(granted) open "
                    + "files (ulimit -Hn); \(core.limits.connections) with more of them")
        }
        var loops: [LoopBox] = []
        for eventLoop in group.makeIterator() {
            let state = try await eventLoop.submit {
                NIOLoopBound(
                    LoopState(core: core, eventLoop: eventLoop, connections: connections),
                    eventLoop: eventLoop)
            }.get()
            loops.append(LoopBox(eventLoop: eventLoop, state: state))
        }
        let ready = loops
        let upstreams = Upstreams.client(on: group)
        for box in loops {
            try await box.eventLoop.submit { box.state.value.upstreams = upstreams }.get()
        }
        let setup = ConnectionSetup(limits: core.limits, http2: http2, tls: tls, notice: notice)
        do {
            let listener = try await bootstrap(group, core, ready, setup)
                .bind(host: host, port: port).get()
            let port = listener.localAddress?.port ?? port
            core.port.open(listener) {
                bootstrap(group, core, ready, setup).bind(host: host, port: port)
            } closeIdle: {
                for box in ready { box.eventLoop.execute { box.state.value.closeIdle() } }
            }
            var transport = setup.transport
            transport.address = DataAddress(host: host, port: port)
            return DataServer(
                core: core, group: group, loops: ready, port: port, transport: transport,
                upstreams: upstreams)
        } catch {
            try? await upstreams.shutdown()
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup, _ core: Core, _ loops: [LoopBox],
        _ setup: ConnectionSetup
    ) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(ChannelOptions.backlog, value: backlog)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { listener in
                listener.eventLoop.makeCompletedFuture {
                    try listener.pipeline.syncOperations.addHandler(
                        ConnectionAcceptor(core, setup, loops))
                }
            }
            .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(ChannelOptions.maxMessagesPerRead, value: 1)
            // A channel keeps the buffer of its first read as long as it is open.
            .childChannelOption(
                ChannelOptions.recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 1024, maximum: 65536))
    }

    /// Moves a manual clock on. When this returns, every answer has been played as far as the
    /// new time has it.
    package func advance(by step: Duration) async -> ScenarioInstant {
        let instant = core.clock.advance(by: step)
        for box in loops {
            try? await box.eventLoop.submit { box.state.value.pacer.advance(to: instant) }.get()
        }
        return instant
    }

    /// What all event loops have counted until now; nil once the server stops.
    package func metrics() async -> DataMetrics? {
        var sum = DataMetrics()
        for box in loops {
            guard !isStopped.load(ordering: .relaxed),
                let reading = try? await box.eventLoop.submit({
                    box.state.value.metrics.reading
                }).get()
            else { return nil }
            sum.merge(reading)
        }
        return sum
    }

    /// The exchanges in progress, as far as they have got; in no order. None once the server stops.
    package func exchangesInProgress() async -> [ExchangeRecord] {
        var rows: [ExchangeRecord] = []
        for box in loops where !isStopped.load(ordering: .relaxed) {
            rows += (try? await box.eventLoop.submit { box.state.value.rowsInProgress }.get()) ?? []
        }
        return rows
    }

    /// Accepts nothing more, lets answers in progress end within the grace time, then ends them.
    /// Only the first call does anything: a loop that is shut down answers no further question.
    package func stop() async {
        guard !isStopped.exchange(true, ordering: .relaxed) else { return }
        await core.port.stop()
        for box in loops { box.eventLoop.execute { box.state.value.beginStopping() } }
        let end = ContinuousClock.now + core.limits.graceTime
        while ContinuousClock.now < end, !(await isQuiet()) {
            try? await Task.sleep(for: .milliseconds(5))
        }
        await abort()
        for box in loops {
            try? await box.eventLoop.submit { box.state.value.upstreams = nil }.get()
        }
        try? await upstreams.shutdown()
        try? await group.shutdownGracefully()
    }

    /// Ends every answer at once.
    private func abort() async {
        for box in loops {
            try? await box.eventLoop.submit { box.state.value.abort() }.get()
        }
    }

    private func isQuiet() async -> Bool {
        for box in loops {
            let isEmpty = try? await box.eventLoop.submit { box.state.value.isEmpty }.get()
            if isEmpty == false { return false }
        }
        return true
    }
}
