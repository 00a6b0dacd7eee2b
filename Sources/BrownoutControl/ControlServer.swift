import Foundation
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// The control port: an HTTP server on an event loop of its own, so that a stalled data plane
/// cannot stall what tells about it.
package final class ControlServer: Sendable {
    /// Connections at a time; beyond it the one that matters least is closed.
    private static let connectionLimit = 128
    /// An idle connection, or one that does not finish its request, is closed after this.
    private static let idleTimeout = TimeAmount.seconds(30)

    /// The event loop of the process's control ports. It is never shut down: Hummingbird lets go
    /// of its server some time after that has ended, and NIO's helper in it then fails a promise
    /// on the loop, which a loop that is gone complains about on standard error.
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)

    private struct Running {
        var task: Task<Void, Never>
        var journal: JournalReading?
    }

    private let host: String
    private let port: Int
    private let server: ControlledServer
    private let journal: ControlJournal?
    private let token: ControlToken?
    private let logger: Logger
    private let running = Mutex<Running?>(nil)

    /// Port 0 picks a free one. With a token, only who shows it is answered (`/health` aside).
    package init(
        host: String, port: Int, server: ControlledServer, journal: ControlJournal?,
        token: ControlToken? = nil, logger: Logger = ControlServer.quietLogger
    ) {
        self.host = host
        self.port = port
        self.server = server
        self.journal = journal
        self.token = token
        self.logger = logger
    }

    /// Says only what ends the server: at error level, Hummingbird reports every connection that a
    /// stop cuts off.
    package static var quietLogger: Logger {
        var logger = Logger(label: "brownout.control")
        logger.logLevel = .critical
        return logger
    }

    /// Returns the port once it accepts connections.
    package func start() async throws(ControlStartError) -> Int {
        let reading = journal.map { JournalReading($0) }
        let started = StartSignal()
        let connections = ControlConnections(limit: Self.connectionLimit)
        let application = Application(
            responder: ControlResponder(
                server: server, journal: reading, door: ControlDoor(host: host, token: token),
                table: RouteTable(), connections: connections),
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ControlConnectionWatch(connections)],
                    idleTimeout: Self.idleTimeout)),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "brownout"),
            onServerRunning: { channel in
                started.resume(.success(channel.localAddress?.port ?? 0))
            },
            eventLoopGroupProvider: .shared(Self.group),
            logger: logger)
        let task = Task {
            do {
                try await application.run()
                started.resume(.failure(CancellationError()))
            } catch {
                started.resume(.failure(error))
            }
        }
        running.withLock { $0 = Running(task: task, journal: reading) }
        do {
            return try await started.port()
        } catch {
            await stop()
            throw startError(error)
        }
    }

    /// Closes the port and its connections.
    package func stop() async {
        let last = running.withLock { running in
            defer { running = nil }
            return running
        }
        guard let last else { return }
        last.task.cancel()
        await last.task.value
        await last.journal?.stop()
    }

    private func startError(_ error: any Error) -> ControlStartError {
        let place = "\(host):\(port)"
        guard let error = error as? IOError else {
            return ControlStartError(
                message: "the control port \(place) cannot be opened: \(error)")
        }
        switch error.errnoCode {
        case EADDRINUSE:
            return ControlStartError(
                message: "the control port \(place) is already in use",
                hint: "stop what listens there, or choose --control-port (0 picks a free one)")
        case EACCES:
            return ControlStartError(
                message: "the control port \(place) is not permitted",
                hint: "choose --control-port above 1023")
        default:
            return ControlStartError(
                message: "the control port \(place) cannot be opened: \(error)")
        }
    }
}

/// Whether a server came up: told once by whoever knows first, awaited once.
private final class StartSignal: Sendable {
    private enum State {
        case open
        case awaited(CheckedContinuation<Int, any Error>)
        case told(Result<Int, any Error>)
    }

    private let state = Mutex(State.open)

    func resume(_ result: Result<Int, any Error>) {
        let waiter: CheckedContinuation<Int, any Error>? = state.withLock { state in
            switch state {
            case .open:
                state = .told(result)
                return nil
            case .awaited(let continuation):
                state = .told(result)
                return continuation
            case .told:
                return nil
            }
        }
        waiter?.resume(with: result)
    }

    func port() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            let known: Result<Int, any Error>? = state.withLock { state in
                if case .told(let result) = state { return result }
                state = .awaited(continuation)
                return nil
            }
            if let known { continuation.resume(with: known) }
        }
    }
}
