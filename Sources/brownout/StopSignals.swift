import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM: the first asks to stop, a second ends the process where it stands.
final class StopSignals {
    private let sources: [any DispatchSourceSignal]
    private let stream: AsyncStream<Void>
    private static let seen = Atomic(0)

    init() {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        self.stream = stream
        let queue = DispatchQueue(label: "signals")
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                let seen = StopSignals.seen.wrappingAdd(1, ordering: .relaxed).newValue
                if seen > 1 { _exit(128 + number) }
                continuation.yield()
            }
            source.resume()
            return source
        }
    }

    /// Returns when the first signal has come.
    func first() async {
        for await _ in stream { return }
    }
}
