import BrownoutAnswers
import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutWire
import NIOCore
import NIOHTTP1

/// The 400 to a request whose client ended its side of the connection before it was whole, as
/// servers of HTTP give it (RFC 9112, 8).
///
/// A client that only ended its side reads on; of one that has left, a reset comes back. Over TCP
/// the two look alike until something is written (RFC 9293, 3.6), so what became of the request is
/// known once the client's kernel has acknowledged the answer, or has not.
final class UnfinishedAnswer {
    let bytes: ByteBuffer
    /// What the journal says if the answer was taken; nil when nobody wants it.
    private var row: ExchangeRecord?
    /// Where the request broke off.
    private let place: String
    /// From when the row counts, and until when the client may take the answer.
    let began: NIODeadline
    let end: NIODeadline
    private var wait = TimeAmount.milliseconds(1)

    init(
        _ bytes: ByteBuffer, _ row: ExchangeRecord?, place: String, began: NIODeadline,
        end: NIODeadline
    ) {
        self.bytes = bytes
        self.row = row
        self.place = place
        self.began = began
        self.end = end
    }

    /// How long to wait before looking again.
    func nextWait() -> TimeAmount {
        defer { wait = min(wait * 2, .milliseconds(16)) }
        return wait
    }

    /// The row, which this gives away. What nobody took does not count as sent: where a reset came
    /// back, or nothing at all, the client has left; where the server stopped before that, nobody
    /// knows.
    func takeRow(_ ending: ExchangeEnding, at now: NIODeadline) -> ExchangeRecord? {
        guard var record = row.take() else { return nil }
        let passed = (now - began).nanoseconds / 1000
        record.ending = ending
        if ending == .complete {
            record.lastByte = passed
            record.bytesSent = bytes.readableBytes
            record.bytesAcknowledged = bytes.readableBytes
        } else {
            record.status = nil
            record.firstByte = nil
            record.responseBody = []
            record.responseBodyBytes = 0
            if ending == .clientLeft { record.clientLeft = passed }
        }
        record.note = "the client \(ending == .clientLeft ? "left" : "ended its side") \(place)"
        return record
    }
}

extension LoopState {
    /// The edge's own answer to a head that broke off.
    func answerBrokenHead(on socket: AcceptedSocket) -> UnfinishedAnswer {
        let (wall, refusal) = (wallMicroseconds(at: now), EdgeRefusal.brokenOff)
        var row = row(from: socket)
        row.status = refusal.status
        row.firstByte = 0
        let text = refusal.answer(date: date(atSecond: wall / 1_000_000))
        return UnfinishedAnswer(
            ByteBuffer(string: text), core.isRecording ? row : nil,
            place: EdgeRefusal.placeInHead, began: now, end: uptakeEnd)
    }

    /// The provider's answer to a request whose body broke off.
    func answerBrokenBody(of intake: ReceivedRequest, on socket: AcceptedSocket) -> UnfinishedAnswer
    {
        let wall = wallMicroseconds(at: now)
        let moment = AnswerMoment(
            elapsed: instant.elapsed, wall: wall, date: date(atSecond: wall / 1_000_000),
            closing: true, hasBody: intake.head.hasBodyInAnswer)
        var row = row(of: intake, on: socket)
        var script = responder.refuseCutShort(intake.headOnly, at: moment, in: &row)
        var bytes: [UInt8] = []
        while case .sent? = script.next(into: &bytes) {}
        row.plannedStatus = script.status
        row.status = script.status
        row.firstByte = (now - intake.began).nanoseconds / 1000
        row.responseBody = Array(
            (script.plainBody ?? []).prefix(min(script.bodyBytes, core.limits.journalBodyBytes)))
        row.responseBodyBytes = script.bodyBytes
        return UnfinishedAnswer(
            ByteBuffer(bytes: bytes), core.isRecording ? row : nil, place: intake.breakingPlace,
            began: intake.began, end: uptakeEnd)
    }

    private var uptakeEnd: NIODeadline {
        now + .nanoseconds(core.limits.drainTime.inNanoseconds)
    }

    /// Journals what became of a request that broke off.
    func journal(
        _ answer: UnfinishedAnswer, _ ending: ExchangeEnding, on socket: AcceptedSocket
    ) {
        metrics.refused(ending == .complete ? .brokenOff : .clientLeft)
        if let row = answer.takeRow(ending, at: now) { core.record(row) }
    }
}
