import AsyncHTTPClient
import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import NIOCore

/// What belongs to one event loop and is only touched on it.
final class LoopState {
    let core: Core
    let eventLoop: any EventLoop
    let pacer: Pacer
    let responder: Responder
    let readRequests: ReadRequests
    /// Where a script's bytes are gathered before they are written; empty between uses.
    var scratch: [UInt8] = []
    var metrics: LoopMetrics
    /// Asks upstreams; nil before the server has begun and after it has stopped.
    var upstreams: HTTPClient?
    private(set) var isStopping = false
    /// What is still in progress is broken off, by us.
    private(set) var isAborting = false
    /// Bytes of an answer gathered before they are handed to its channel.
    private(set) var gathering = LoopState.usualGathering

    /// Connections of the whole server at a time.
    private let connectionLimit: Int
    private var connections: [ObjectIdentifier: AcceptedSocket] = [:]
    /// Who has a request that waits until the journal has room.
    private var waitingForRoom: [any Carrier] = []
    /// What answers in progress on this loop hold, and what of it all loops know of.
    private var held = 0
    private var heldTold = 0
    private let heldStep: Int
    private var turns = Turns()
    /// A large answer was made in this turn of the loop.
    private(set) var isTurnTaken = false
    private var lastGivingUp = NIODeadline.uptimeNanoseconds(0)
    private var dateSecond: Int64 = -1
    private var dateText = ""
    /// Microseconds to add to the loop's clock to get the time since 1970.
    private var wallOffset: Int64 = 0
    private var wallChecked = NIODeadline.uptimeNanoseconds(0)

    private static let usualGathering = 64 * 1024
    /// When memory is short: the less is written that nobody reads, the better.
    private static let sparingGathering = 4 * 1024

    init(core: Core, eventLoop: any EventLoop, connections: Int? = nil) {
        self.core = core
        connectionLimit = connections ?? core.limits.connections
        heldStep = min(1024 * 1024, core.limits.heldBytes / 64)
        self.eventLoop = eventLoop
        self.pacer = Pacer(eventLoop: eventLoop)
        self.responder = Responder(engine: core.engine, isRecorder: core.recorder != nil)
        readRequests = ReadRequests(key: core.readKey)
        self.metrics = LoopMetrics(core.metricLabels)
        scratch.reserveCapacity(64 * 1024)
    }

    /// The gathered bytes, ready to be written. Nothing is gathered any more before they are: a
    /// write can let other carriers of this loop play.
    func takeGathered() -> ByteBuffer {
        let bytes = ByteBuffer(bytes: scratch)
        scratch.removeAll(keepingCapacity: true)
        return bytes
    }

    var now: NIODeadline { eventLoop.now }

    /// The scenario's time.
    var instant: ScenarioInstant { core.clock.instant(at: eventLoop.now) }

    // MARK: Time of day

    /// Microseconds since 1970 at a time of the loop's clock.
    func wallMicroseconds(at now: NIODeadline) -> Int64 {
        if wallOffset == 0 || now - wallChecked > .seconds(1) {
            wallChecked = now
            wallOffset = WallClock.microseconds() - Int64(now.uptimeNanoseconds / 1000)
        }
        return Int64(now.uptimeNanoseconds / 1000) + wallOffset
    }

    /// An HTTP date, made once a second.
    func date(atSecond second: Int64) -> String {
        if second != dateSecond {
            dateSecond = second
            dateText = WireTime.httpDate(second)
        }
        return dateText
    }

    // MARK: Connections

    /// False when the connection is one too many.
    func admit(_ connection: AcceptedSocket) -> Bool {
        let (open, number) = core.counters.connectionOpened()
        connection.number = number
        connections[ObjectIdentifier(connection)] = connection
        return open <= connectionLimit && !isStopping
    }

    func forget(_ connection: AcceptedSocket) {
        guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
        core.counters.connectionClosed()
    }

    /// Lets answers in progress end, and nothing new begin.
    func beginStopping() {
        isStopping = true
        for connection in Array(connections.values) { connection.closeWhenDone() }
    }

    /// Ends the connections that wait for a request.
    func closeIdle() {
        for connection in Array(connections.values) { connection.closeIfIdle() }
    }

    /// Ends everything now.
    func abort() {
        isStopping = true
        isAborting = true
        for connection in Array(connections.values) { connection.abort() }
    }

    var isEmpty: Bool { connections.isEmpty }

    /// The rows of answers in progress, as far as they go; none where nobody keeps rows.
    var rowsInProgress: [ExchangeRecord] {
        connections.values.flatMap { $0.served?.exchanges ?? [] }.compactMap(\.rowInProgress)
    }

    // MARK: Journal room

    /// Calls back `carrier` once the journal has room again.
    func waitForRoom(_ carrier: any Carrier, in journal: JournalWriter) {
        waitingForRoom.append(carrier)
        guard waitingForRoom.count == 1 else { return }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let eventLoop = self.eventLoop
        journal.whenRoom { eventLoop.execute { bound.value.roomMade() } }
    }

    private func roomMade() {
        let waiting = waitingForRoom
        waitingForRoom = []
        for carrier in waiting { carrier.roomMade() }
    }

    // MARK: Room for answers

    /// Counts bytes that an answer holds in, or out when negative. What all loops hold is added up
    /// in steps, so that a small answer costs an addition.
    func hold(_ change: Int) {
        held += change
        let untold = held - heldTold
        guard untold >= heldStep || untold <= -heldStep else { return }
        heldTold = held
        let all = core.counters.heldBytes(untold)
        let isShort = all > core.limits.heldBytes / 2
        gathering = isShort ? LoopState.sparingGathering : LoopState.usualGathering
    }

    /// Room for a further answer.
    var room: AnswerRoom {
        let all = core.counters.heldBytes + held - heldTold
        if all >= core.limits.heldBytes { return .none }
        return all < core.limits.heldBytesWithLarge ? .enough : .little
    }

    /// There was no room: answers that nobody reads are given up. At most once a second, as every
    /// connection is asked.
    func makeRoom() {
        guard now - lastGivingUp > .seconds(1) else { return }
        lastGivingUp = now
        for connection in Array(connections.values) { connection.abortUnreadAnswers() }
    }

    /// A large answer was made: whoever asks next waits for another turn of the loop, so that the
    /// loop hears meanwhile who has left.
    func takeTurn() {
        guard !isTurnTaken else { return }
        isTurnTaken = true
        let isolated = eventLoop.assumeIsolated()
        isolated.scheduleTask(in: LoopState.turnPause) { [self] in nextTurn() }
    }

    /// Calls back `carrier` in a later turn of the loop.
    func waitForTurn(_ carrier: any Carrier) {
        turns.add(carrier)
        takeTurn()
    }

    private func nextTurn() {
        isTurnTaken = false
        for _ in 0..<LoopState.requestsOfTurn {
            guard !isTurnTaken, let carrier = turns.next() else { break }
            carrier.roomMade()
        }
        if !turns.isEmpty { takeTurn() }
    }

    /// A task for right now would run before the loop returns to its sockets.
    private static let turnPause = TimeAmount.microseconds(100)
    private static let requestsOfTurn = 32

    // MARK: Journal

    /// Journals what never became a request.
    func journal(_ refusal: EdgeRefusal, from socket: AcceptedSocket, status: Int?, bytes: Int) {
        metrics.refused(refusal)
        guard core.isRecording else { return }
        var record = row(from: socket)
        record.status = status
        record.bytesSent = bytes
        record.ending = refusal == .clientLeft ? .clientLeft : .limit
        record.note = refusal.note
        core.record(record)
    }

    /// Journals a request whose client has left before it was whole, or could be answered.
    func journal(leftBehind intake: ReceivedRequest, on socket: AcceptedSocket) {
        metrics.refused(.clientLeft)
        guard core.isRecording else { return }
        var record = row(of: intake, on: socket)
        responder.describe(intake.headOnly, in: &record)
        record.clientLeft = (now - intake.began).nanoseconds / 1000
        record.ending = .clientLeft
        let place = intake.isWhole ? "before its request could be answered" : intake.breakingPlace
        record.note = "the client left \(place)"
        core.record(record)
    }

    /// What is known of a connection, for something that began so many microseconds ago.
    func row(from socket: AcceptedSocket, ago passed: Int64 = 0) -> ExchangeRecord {
        var record = ExchangeRecord(id: 0, startedAt: wallMicroseconds(at: now) - passed)
        record.scenarioTime = max(instant.nanoseconds / 1000 - passed, 0)
        record.client = socket.addressText
        record.connection = socket.number
        return record
    }

    /// What is known of a request's client and body.
    func row(of intake: ReceivedRequest, on socket: AcceptedSocket) -> ExchangeRecord {
        let passed = (now - intake.began).nanoseconds / 1000
        var record = row(from: socket, ago: passed)
        record.httpProtocol = intake.head.httpProtocol
        record.requestBody = intake.bodyPrefix(core.limits.journalBodyBytes)
        record.requestBodyBytes = intake.receivedBytes
        return record
    }
}
