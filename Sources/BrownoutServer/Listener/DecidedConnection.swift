import BrownoutEngine
import BrownoutJournal
import BrownoutRecords

/// A connection for which something was decided when it was accepted, until that has happened:
/// what the journal, the metrics and those who listen are told of it, once.
final class DecidedConnection {
    let decision: ConnectionDecision
    private let socket: AcceptedSocket
    /// The time of day when the connection was accepted, in microseconds since 1970.
    private let wall: Int64
    private let began: ScenarioInstant
    private var isOver = false

    init(_ decision: ConnectionDecision, on socket: AcceptedSocket) {
        self.decision = decision
        self.socket = socket
        wall = socket.loop.wallMicroseconds(at: socket.loop.now)
        began = socket.loop.instant
    }

    /// The client speaks HTTP/1.1, which has none of HTTP/2's faults.
    func speaksHTTP1() {
        guard case .http2 = decision.fault else { return }
        finish(injected: false, ending: .http1, note: "the client speaks HTTP/1.1")
    }

    /// The client speaks HTTP/2: the fault that the settings of the connection bring, if any.
    func speaksHTTP2() -> HTTP2Fault.Word? {
        guard case .http2(let fault, _) = decision.fault else { return nil }
        finish(injected: true, ending: .http2, steps: ["SETTINGS"])
        return fault.word
    }

    /// The fault has happened, or cannot any more. `status` is one that went out.
    func finish(
        injected: Bool, ending: ExchangeEnding, steps: [String] = [], status: Int? = nil,
        bytes: Int = 0,
        note: String? = nil
    ) {
        guard !isOver else { return }
        isOver = true
        let (fault, loop) = (decision.fault, socket.loop)
        loop.metrics.connection(fault.kind, isInjected: injected)
        guard loop.core.isRecording else { return }
        var record = ExchangeRecord(id: decision.id.word, startedAt: wall)
        record.ordinal = decision.ordinal
        record.client = socket.addressText
        record.connection = socket.number
        record.scenarioTime = began.nanoseconds / 1000
        record.rule = decision.rule
        record.faults = fault.kinds
        record.category = fault.category
        record.retryable = fault.isRetryable
        (record.phase, record.trace) = (decision.phase, decision.trace)
        record.plan = [.fault(fault.written)] + steps.map { .step($0) }
        record.status = status
        record.injected = injected
        record.bytesSent = bytes
        let passed = (loop.instant.nanoseconds - began.nanoseconds) / 1000
        if ending == .clientLeft {
            record.clientLeft = passed
        } else if bytes > 0 {
            record.firstByte = passed
            record.lastByte = passed
        }
        record.ending = ending
        record.note = ["connection \(decision.ordinal)", note].compactMap(\.self)
            .joined(separator: "; ")
        loop.core.record(record)
    }
}
