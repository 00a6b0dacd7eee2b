import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutWire
import NIOCore
import NIOHTTP1

/// Before a part of a body is decoded further, others on the loop go first. A task for right now
/// would run before the loop returns to its sockets.
private let decodingPause = TimeAmount.microseconds(100)

// How a carrier takes a request in.
extension Carrier {
    /// Takes a part of a request, or keeps it until the answer in progress is over.
    func receive(_ part: RequestPart) {
        switch phase {
        case .idle where inbox.parts.isEmpty, .receiving:
            take(next: part)
            work()
        case .idle, .decoding, .waitingForRoom, .planning, .playing:
            inbox.add(part)
        case .unfinished, .lingering, .dead, .closed:
            break
        }
    }

    /// Goes through what came while an answer was being played.
    func work() {
        guard !inbox.isWorking else { return }
        inbox.isWorking = true
        while !inbox.parts.isEmpty {
            switch phase {
            case .idle, .receiving:
                take(next: inbox.parts.removeFirst())
                continue
            case .unfinished, .lingering, .dead, .closed:
                inbox.parts.removeAll()
            case .decoding, .waitingForRoom, .planning, .playing:
                break
            }
            break
        }
        inbox.isWorking = false
        guard inbox.isReadHeld, inbox.parts.isEmpty else { return }
        switch phase {
        case .idle, .receiving, .lingering:
            inbox.isReadHeld = false
            resumeReading()
        default:
            break
        }
    }

    private func take(next part: RequestPart) {
        switch (part, phase) {
        case (.head(let head), .idle):
            let intake = ReceivedRequest(head, limits: loop.core.limits, at: loop.now)
            inbox.isBodyTimed = false
            phase = .receiving(intake)
            if intake.isTooLarge {
                begin(intake)
            } else if intake.expectsContinue {
                writeContinue()
            }
        case (.body(let bytes), .receiving(let intake)):
            intake.append(bytes)
            decode(intake)
        case (.end, .receiving(let intake)):
            intake.end()
            begin(intake)
        default:
            // The rest of a body that was refused.
            break
        }
    }

    /// Sets the deadline of the body in progress, once.
    func timeBody() {
        guard !inbox.isBodyTimed else { return }
        inbox.isBodyTimed = true
        wake(in: loop.core.limits.bodyTime)
    }

    /// Decodes what came of a body; where that takes long, others on this loop go first.
    private func decode(_ intake: ReceivedRequest) {
        let limits = loop.core.limits
        let isDone = intake.decode(limits.decodingStep)
        let inFlight = loop.core.counters.bodyBytes(intake.charge())
        if intake.isTooLarge {
            begin(intake)
        } else if inFlight > limits.bodyBytesInFlight {
            releaseBudget(intake)
            refuse(.tooManyBodies)
        } else if isDone {
            phase = .receiving(intake)
        } else {
            phase = .decoding(intake)
            let isolated = loop.eventLoop.assumeIsolated()
            isolated.scheduleTask(in: decodingPause) { [self] in
                guard case .decoding(let current) = phase, current === intake else { return }
                decode(intake)
                work()
            }
        }
    }

    func releaseBudget(_ intake: ReceivedRequest) {
        _ = loop.core.counters.bodyBytes(-intake.discharge())
    }

    /// Starts the answer to a request, as soon as the journal has room for it.
    private func begin(_ intake: ReceivedRequest) {
        if let journal = loop.core.journal, !journal.hasRoom {
            phase = .waitingForRoom(intake)
            loop.waitForRoom(self, in: journal)
            return
        }
        if loop.isTurnTaken {
            phase = .waitingForRoom(intake)
            return loop.waitForTurn(self)
        }
        guard hasRoom() else {
            intake.hasWaited = true
            phase = .waitingForRoom(intake)
            return
        }
        let instant = loop.instant
        let wall = loop.wallMicroseconds(at: loop.now)
        let moment = AnswerMoment(
            elapsed: instant.elapsed, wall: wall, date: loop.date(atSecond: wall / 1_000_000),
            closing: closes(after: intake), hasBody: intake.head.hasBodyInAnswer)
        let request = intake.unread(from: socket.address)
        let body = intake.readableBody
        if let body, body.readableBytes > loop.core.limits.bytesReadOnLoop {
            return planOffLoop(request, body, intake, at: moment, instant)
        }
        releaseBudget(intake)
        let planned = (body ?? ByteBuffer()).withUnsafeReadableBytes { bytes in
            loop.responder.plan(
                request, body: bytes.bindMemory(to: UInt8.self), known: loop.readRequests,
                at: moment, room: loop.room)
        }
        begin(planned, intake, at: instant)
    }

    /// Starts the answer that was decided about, to a request that came at `instant`.
    func begin(
        _ planned: consuming PlannedExchange, _ intake: ReceivedRequest, at instant: ScenarioInstant
    ) {
        let held = weigh(&planned)
        prepare(&planned)
        loop.core.counters.exchangeBegan()
        let closes = planned.moment.closing
        let isGone = if case .closed = phase { true } else { false }
        let limit = loop.core.limits.journalBodyBytes
        let forwarded = planned.client(behind: socket.address)
        let opening =
            loop.core.isRecording
            ? planned.opening(
                intake, client: forwarded ?? socket.addressText, connection: socket.number,
                limit: limit) : nil
        // Kept for the few that need it: what is decided has so many parts that a copy costs as
        // much as reading the request.
        let sought = planned.wanted == nil ? nil : copy planned
        let advice = planned.wanted == nil ? planned.request.refusalAdvice : nil
        let isRefused = planned.isRefused
        let said = SaidOutcome(planned)
        let mark = loop.metrics.begin(planned)
        let exchange = Exchange(
            planned, began: instant, closes: closes, opening: opening, captureLimit: limit,
            mark: mark)
        if let note = intake.problem?.note { exchange.add(note: note) }
        if let said { hear(said, exchange) }
        if let advice { advise(advice, exchange) }
        if forwarded != nil { exchange.add(note: "forwarded by \(socket.addressText)") }
        if isRefused { exchange.add(note: "limit: answers in progress hold too many bytes") }
        if intake.hasWaited {
            exchange.add(note: "limit: waited for other answers of the connection")
        }
        exchange.held = held
        hold(held)
        if isGone { return clientLeft(exchange) }
        // A write that fails ends the connection before it returns: the exchange must be known.
        if let sought, let asked = SourcedRequest(exchange, sought, intake) {
            phase = .playing(exchange, .source)
            cancelWake()
            return supply(asked)
        }
        phase = .playing(exchange, .time)
        play(exchange)
    }

    /// Keeps what the request says of an earlier call.
    private func hear(_ said: SaidOutcome, _ exchange: Exchange) {
        do throws(OutcomeText.Problem) {
            let isKept = loop.core.record(try said.record())
            if !isKept { exchange.add(note: "limit: the journal cannot keep up with outcomes") }
        } catch {
            let text = "\(KnownField.brownoutOutcome.name) \(error.message)"
            advise(Advice(subject: text, text: text), exchange)
        }
    }

    private func advise(_ advice: Advice, _ exchange: Exchange) {
        exchange.add(note: advice.text)
        loop.core.tell(advice)
    }

    /// What an answer will hold. A large one lets others go first; where there is no room for it,
    /// the provider's refusal takes its place.
    private func weigh(_ planned: inout PlannedExchange) -> Int {
        let limits = loop.core.limits
        let bytes = planned.answer.script.heldBytes
        if bytes >= limits.largeAnswer {
            socket.isDemanding = true
            loop.takeTurn()
            if loop.room != .enough { loop.responder.refuse(&planned) }
        }
        guard planned.isRefused else { return limits.answerCost + bytes }
        loop.makeRoom()
        return limits.answerCost
    }

    /// There is room again, or it is the carrier's turn.
    func roomMade() {
        guard case .waitingForRoom(let intake) = phase else { return }
        begin(intake)
        work()
    }

    /// The connection is gone, and with it what was in progress.
    func lose() {
        switch phase {
        case .playing(let exchange, _): clientLeft(exchange)
        case .receiving(let intake), .decoding(let intake), .waitingForRoom(let intake):
            releaseBudget(intake)
            loop.journal(leftBehind: intake, on: socket)
        case .unfinished(let answer): loop.journal(answer, .clientLeft, on: socket)
        case .idle, .planning, .lingering, .dead, .closed: break
        }
        phase = .closed
    }
}

extension ParsedRequest {
    /// What is to be said of it, unless a rule answers all the same.
    fileprivate var refusalAdvice: Advice? {
        if case .refuse = intent { advice } else { nil }
    }
}
