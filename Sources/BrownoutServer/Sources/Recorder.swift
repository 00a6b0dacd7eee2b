import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
package import BrownoutRecordings
import BrownoutRecords
package import BrownoutRedaction
import NIOPosix
import Synchronization

/// Keeps exchanges with upstreams: takes their secrets out and gives them to the writer, on a
/// thread of its own.
package final class Recorder: Sendable {
    /// Names an exchange in progress.
    struct Ticket: Equatable {
        var id: String
    }

    private let writer: RecordingWriter
    private let redactor: Redactor
    private let thread = NIOThreadPool(numberOfThreads: 1)
    private let report: @Sendable (String) -> Void
    private let number = Atomic(0)
    private let tally = Mutex(RecorderCounters())

    /// `report` hears of what could not be recorded.
    package init(
        writer: RecordingWriter, redactor: Redactor, report: @escaping @Sendable (String) -> Void
    ) {
        self.writer = writer
        self.redactor = redactor
        self.report = report
        thread.start()
    }

    package var counters: RecorderCounters { tally.withLock { $0 } }

    /// Waits until everything is written, and closes the file.
    package func close() async {
        // What is waiting when a pool is shut down is not done.
        try? await thread.runIfActive {}
        try? await thread.shutdownGracefully()
        do {
            try writer.close()
        } catch {
            tally.withLock { $0.trouble = "\(error)" }
            report("\(error)")
        }
    }

    // MARK: Exchanges

    func began(_ request: RecordedRequest, _ planned: PlannedExchange) -> Ticket {
        let serial = UInt64(number.wrappingAdd(1, ordering: .relaxed).newValue)
        var hash = SipHash()
        hash.combine(UInt64(bitPattern: planned.moment.wall))
        hash.combine(serial)
        let id = hash.finalize().hex
        let summary = "\(request.method) \(request.path)"
        let redactor = redactor
        submit { [writer] in
            writer.began(id: id, summary: redactor.redacted(summary))
        }
        return Ticket(id: id)
    }

    func ended(
        _ ticket: Ticket?, _ request: RecordedRequest, _ upstream: Upstream,
        _ response: RecordedResponse, _ planned: PlannedExchange,
        written: @escaping @Sendable () -> Void
    ) {
        guard let ticket else { return written() }
        let recording = Recorder.recording(request, upstream, response, planned, id: ticket.id)
        let (redactor, ending) = (redactor, response.ending)
        submit { [self] in
            defer { written() }
            do {
                try writer.append(recording.redacted(by: redactor))
                tally.withLock { $0.note(ending) }
            } catch {
                tally.withLock { $0.note(loss: "\(error)", isTrouble: true) }
                report("\(request.method) \(request.path) was not recorded: \(error)")
            }
        }
    }

    /// The exchange cannot be recorded.
    func lost(_ ticket: Ticket?, because reason: String) {
        guard let ticket else { return }
        submit { [self] in
            writer.abandoned(id: ticket.id)
            tally.withLock { $0.note(loss: reason, isTrouble: false) }
            report("an exchange was not recorded: \(reason)")
        }
    }

    /// There was nobody to exchange anything with.
    func unreached(_ ticket: Ticket?, _ upstream: String) {
        guard let ticket else { return }
        submit { [self] in
            writer.abandoned(id: ticket.id)
            tally.withLock { $0.unreached += 1 }
            report("an exchange was not recorded: the upstream \(upstream) was not reached")
        }
    }

    /// A request was refused, as its provider has no upstream; said once for each.
    func unserved(_ provider: String) {
        let isNew = tally.withLock { tally in
            tally.unserved += 1
            guard !tally.unservedProviders.contains(provider) else { return false }
            tally.unservedProviders.append(provider)
            return true
        }
        guard isNew else { return }
        report(
            "requests for \(provider) are refused: it has no upstream; give "
                + "--upstream \(provider)=URL")
    }

    private func submit(_ work: @escaping @Sendable () -> Void) {
        thread.submit { state in
            if state == .active { work() }
        }
    }

    static func recording(
        _ request: RecordedRequest, _ upstream: Upstream, _ response: RecordedResponse,
        _ planned: PlannedExchange, id: String
    ) -> Recording {
        let facts = planned.request.facts
        return Recording(
            id: id,
            provenance: Provenance(
                recordedAt: planned.moment.wall, provider: facts.provider, dialect: facts.dialect,
                upstream: upstream.url, client: facts.headers.first(.userAgent) ?? "",
                recorder: "brownout \(Version.text)"),
            request: request, response: response)
    }
}
