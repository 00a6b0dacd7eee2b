import BrownoutAnswers
import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutWire
import NIOCore
import NIOHTTP1

/// What carries exchanges: an HTTP/1.1 connection, one after the other, or a stream of HTTP/2, one.
///
/// How requests are received and scripts are played is the same for both and stands in the
/// extensions. The requirements are what the protocols do differently. The carriers are final
/// classes of this module, so the compiler makes the extensions for each.
protocol Carrier: Paced {
    var loop: LoopState { get }
    var phase: CarrierPhase { get set }
    var inbox: Inbox { get set }
    /// Names the carrier's deadline; nil before it is open, and after.
    var ticket: Pacer.Ticket? { get }
    /// What it is on, which may outlive it.
    var socket: AcceptedSocket { get }
    /// Whether the connection ends with the answer to a request.
    func closes(after intake: ReceivedRequest) -> Bool
    /// Whether there is room for a further answer on the connection. Where it is false,
    /// ``roomMade()`` is called once it is true.
    func hasRoom() -> Bool
    /// Counts bytes that an answer holds in, or out when negative.
    func hold(_ change: Int)
    /// What was done to the connection and not to an answer shows in this one.
    func prepare(_ planned: inout PlannedExchange)

    // MARK: Writing

    /// Whether the client reads what is written; false when there is no connection any more.
    var isWritable: Bool { get }
    /// Whether the connection is still there.
    var isOpen: Bool { get }
    /// Answers `expect: 100-continue`.
    func writeContinue()
    /// Writes a head that is no bytes of the script.
    func write(_ head: ResponseHead)
    /// Writes what the loop has gathered.
    func writeGathered()
    /// Whether a piece that has to be seen alone is a frame, whatever follows it. Otherwise only
    /// time keeps it apart.
    var framesPieces: Bool { get }
    /// Writes a piece; it leaves with what follows, or with ``flushPieces()``.
    func writePiece(_ bytes: ByteBuffer)
    /// Lets the pieces go that were written.
    func flushPieces()
    /// Writes what the loop may have gathered and the end of the answer, and calls
    /// ``endWritten(of:)`` when the kernel has it.
    func writeEnd(of exchange: Exchange)
    /// Whether the kernel has everything that was written. Where it is false, ``written()`` is
    /// called once it is true.
    var hasWritten: Bool { get }
    /// The bytes of this answer that were written and that the kernel does not have.
    var unwritten: Int { get }
    /// The bytes that were written and that the peer has not acknowledged.
    var unacknowledged: Int { get }

    // MARK: Ends

    /// Goes on after an answer that was played to its end.
    func leave(_ exchange: Exchange)
    /// FIN, then reading what the client still sends, for a while.
    func closeWrite()
    /// RST.
    func reset()
    /// RST_STREAM.
    func resetStream(code: UInt32)
    /// From here on nothing of the peer is heard; false where the kernel refuses.
    func dropIncoming() -> Bool
    /// GOAWAY.
    func goAway(_ last: HTTP2Fault.LastStream, code: UInt32)
    /// Ends an answer that the client does not read.
    func abortUnread()
    /// Answers what never became a request, and lets nothing follow.
    func refuse(_ refusal: EdgeRefusal)
    /// Reads on.
    func resumeReading()
}

/// Where a carrier is between a request and its answer.
enum CarrierPhase {
    /// Between requests.
    case idle
    /// The head of a request is in, its body is not.
    case receiving(ReceivedRequest)
    /// A part of the body is being decoded, a little in each turn of the loop.
    case decoding(ReceivedRequest)
    /// A whole request waits until the journal, the loop or the connection has room for it.
    case waitingForRoom(ReceivedRequest)
    /// A large request is being read by another thread.
    case planning(ReceivedRequest)
    case playing(Exchange, Blocked)
    /// The client has ended its side amid a request: whether it reads on is yet to be seen.
    case unfinished(UnfinishedAnswer)
    /// We have sent FIN and read what the client still sends, so that our answer is not lost.
    case lingering
    /// The peer hears nothing more, and nothing of it is heard.
    case dead
    case closed

    /// What a script in progress waits for.
    enum Blocked {
        case time
        /// What comes from a recording or an upstream.
        case source
        case writability
        case drain(until: NIODeadline, wait: TimeAmount)
        /// What was written has to leave before this is done.
        case leaving(then: WireCue)
        case hang
        case lastWrite
    }
}

/// Parts of requests that came before they could be taken.
struct Inbox {
    /// One read holds fewer. More comes only when the client has closed its side: then NIO reads
    /// all there is, and the connection ends.
    private static let limit = 8192

    /// Small at first: most connections never keep a part.
    var parts = CircularBuffer<RequestPart>(initialCapacity: 1)
    /// A read was asked for while nothing could be taken.
    var isReadHeld = false
    /// Parts are being taken just now.
    var isWorking = false
    /// The deadline of the body in progress is set.
    var isBodyTimed = false

    mutating func add(_ part: RequestPart) {
        if parts.count < Inbox.limit { parts.append(part) }
    }
}

extension Carrier {
    /// The answer in progress; nil: there is none.
    var exchange: Exchange? {
        if case .playing(let exchange, _) = phase { exchange } else { nil }
    }
}

// MARK: - Deadlines

extension Carrier {
    func wake(in time: Duration) {
        wake(at: loop.now + .nanoseconds(time.inNanoseconds))
    }

    func wake(at deadline: NIODeadline) {
        if let ticket { loop.pacer.schedule(ticket, at: deadline) }
    }

    /// Wakes the carrier at an instant of the scenario's time.
    func wake(at instant: ScenarioInstant) {
        if let deadline = loop.core.clock.deadline(of: instant) {
            wake(at: deadline)
        } else if let ticket {
            loop.pacer.schedule(ticket, atAdvanceTo: instant)
        }
    }

    func cancelWake() {
        if let ticket { loop.pacer.cancel(ticket) }
    }
}
