import AsyncHTTPClient
import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJournal
import BrownoutRecordings
import BrownoutRecords
import BrownoutWire
import NIOCore
import NIOHTTP1
import NIOPosix

// How a carrier asks an upstream.
extension Carrier {
    /// Sends the request on; what comes back is played while it comes, and recorded.
    func ask(_ upstream: Upstream, _ asked: SourcedRequest) {
        guard let client = loop.upstreams else {
            return fail(asked, "the server asks no upstreams any more")
        }
        if let hops = asked.hops, loop.core.hopMark.isOwn(hops) {
            return fail(asked, "the server asks itself: \(upstream.url) leads back to it")
        }
        let tap = UpstreamTap(asked, upstream, self)
        asked.exchange.supply = tap
        tap.begin(client)
    }
}

/// One request to an upstream and its answer on its way to the client: passed on as it comes, and
/// gathered where it is recorded or has to be known whole. Lives on its exchange's loop.
final class UpstreamTap<Client: Carrier>: AnswerSupplier {
    /// Bytes that wait for the client before the upstream is made to wait.
    private let mostBacklog = 256 * 1024
    /// For so long the end of an answer is waited for that the client has had already.
    private let lastPatience = TimeAmount.seconds(1)

    private let asked: SourcedRequest
    private let upstream: Upstream
    private var carrier: Client?
    private let loop: LoopState
    private let began: NIODeadline
    /// The answer goes out only when it is whole.
    private let isGathered: Bool
    private var recorder: Recorder?
    private var ticket: Recorder.Ticket?
    /// What has come but for its body, which is in ``body`` until it is over.
    private var response: RecordedResponse
    private var body = GatheredBody()
    private var task: HTTPClient.Task<Void>?
    /// The upstream waits for this.
    private var held: EventLoopPromise<Void>?
    private var isOver = false
    /// The client had all of the answer when it left; only the framing's end is waited for.
    private var isHeardOut = false
    /// By which the request is known when it comes back.
    private var serial: UInt64 = 0
    /// What counts as kept.
    private var kept = 0

    init(_ asked: SourcedRequest, _ upstream: Upstream, _ carrier: Client) {
        self.asked = asked
        self.upstream = upstream
        self.carrier = carrier
        loop = carrier.loop
        began = loop.now
        isGathered = asked.planned.needsWholeAnswer
        recorder = loop.core.recorder
        response = RecordedResponse(head: nil)
    }

    // MARK: Asking

    func begin(_ client: HTTPClient) {
        let outgoing: HTTPClient.Request
        let (hops, serial) = loop.core.hopMark.next(behind: asked.hops)
        self.serial = serial
        do {
            outgoing = try asked.request.outgoing(to: upstream, hops: hops)
        } catch {
            return finish(.refused, because: "'\(upstream.url)' cannot be asked: \(error)")
        }
        asked.exchange.note(source: .upstream)
        ticket = recorder?.began(asked.request, asked.planned)
        let delegate = TapDelegate(self, on: loop.eventLoop)
        task = client.execute(
            request: outgoing, delegate: delegate,
            eventLoop: .delegateAndChannel(on: loop.eventLoop))
    }

    // MARK: What comes

    func receive(_ head: HTTPResponseHead) {
        guard !isOver else { return }
        let recorded = RecordedHead(
            status: Int(head.status.code), reason: head.status.reasonPhrase,
            headers: head.headers.map { HeaderField($0.name, $0.value) }, at: now)
        response.head = recorded
        guard !isGathered, let carrier else { return }
        carrier.play(
            loop.responder.pass(recorded, asked.planned), for: asked.exchange, isLate: true)
    }

    /// Nil: more can come at once.
    func receive(_ bytes: ByteBuffer) -> EventLoopFuture<Void>? {
        guard !isOver else { return nil }
        if isGathered || recorder != nil { keep(bytes) }
        guard !isGathered, let carrier else { return nil }
        asked.exchange.script.elapse(to: loop.instant - asked.exchange.began)
        asked.exchange.script.receive(bytes.readableBytesView)
        asked.exchange.due = max(asked.exchange.due, loop.instant)
        carrier.supplied(asked.exchange)
        guard !isOver, self.carrier != nil, asked.exchange.script.backlog > mostBacklog else {
            return nil
        }
        let promise = loop.eventLoop.makePromise(of: Void.self)
        held = promise
        return promise.futureResult
    }

    private func keep(_ bytes: ByteBuffer) {
        let (size, limits) = (bytes.readableBytes, loop.core.limits)
        let all = loop.core.counters.answerBytes(size)
        kept += size
        let whole = body.count + size
        if whole > limits.recordedBytes || all > limits.answerBytesInFlight, recorder != nil {
            let reason =
                whole > limits.recordedBytes
                ? "an answer of more than \(limits.recordedBytes >> 20) MiB is passed on only"
                : "answers in progress hold more than \(limits.answerBytesInFlight >> 20) MiB"
            recorder?.lost(ticket, because: reason)
            recorder = nil
            guard isGathered else { return forget() }
        }
        guard whole <= limits.answerBytes, all <= limits.answerBytesInFlight else {
            let reason =
                whole > limits.answerBytes
                ? "an answer of more than \(limits.answerBytes >> 20) MiB"
                : "answers in progress hold more than \(limits.answerBytesInFlight >> 20) MiB"
            // What there is of it is no answer.
            forget()
            response.head = nil
            finish(.timedOut, because: "\(reason), and it is needed whole")
            task?.cancel()
            return
        }
        body.append(bytes.readableBytesView)
        response.chunks.append(RecordedChunk(end: body.count, at: now))
    }

    /// Whether what is passed on is kept beside.
    private var isKept: Bool { !isGathered && recorder != nil }

    /// Nothing of the answer is kept any more.
    private func forget() {
        body = GatheredBody()
        response.chunks = []
        _ = loop.core.counters.answerBytes(-kept)
        kept = 0
    }

    /// Microseconds since the request was sent on.
    private var now: Int64 { (loop.eventLoop.now - began).nanoseconds / 1000 }

    func end() { finish(.complete) }

    func fail(_ error: any Error) {
        if isHeardOut, loop.isAborting { return finish(.complete) }
        finish(loop.isAborting ? .stopped : RecordedEnding(error), because: "\(error)")
    }

    /// The answer is over, one way or the other.
    private func finish(_ ending: RecordedEnding, because reason: String? = nil) {
        guard !isOver else { return }
        isOver = true
        release()
        response.body = body.take()
        response.ending = ending
        response.endedAt = now
        if carrier != nil, isKept { asked.exchange.heard(response.body) }
        record()
        // The recorder lets go of it when it is written.
        if !isGathered { response.body = [] }
        guard let carrier else { return }
        self.carrier = nil
        let exchange = asked.exchange
        exchange.supply = nil
        if let reason { exchange.add(note: "upstream: \(ending.rawValue): \(reason.prefix(200))") }
        if response.head == nil {
            refuse(carrier, ending)
        } else if isGathered {
            playGathered(carrier)
        } else {
            exchange.script.receiveEnd(ending)
            exchange.due = max(exchange.due, loop.instant)
            carrier.supplied(exchange)
        }
    }

    /// Gives the exchange to the recorder, which holds its bytes until they are written. That nobody
    /// was reached is no answer of the provider's.
    private func record() {
        let held = kept
        kept = 0
        let counters = loop.core.counters
        let isReturned = loop.core.hopMark.hasReturned(serial)
        guard let recorder, response.ending != .refused, !isReturned else {
            if isReturned {
                recorder?.lost(
                    ticket, because: "the upstream \(upstream.url) is this server itself")
            } else {
                recorder?.unreached(ticket, upstream.url)
            }
            _ = counters.answerBytes(-held)
            return
        }
        recorder.ended(ticket, asked.request, upstream, response, asked.planned) {
            _ = counters.answerBytes(-held)
        }
    }

    /// Nothing came that could be passed on.
    private func refuse(_ carrier: Client, _ ending: RecordedEnding) {
        switch ending {
        case .complete, .refused, .timedOut, .clientLeft, .stopped:
            carrier.fail(asked, "the upstream \(upstream.url) does not answer: \(ending.rawValue)")
        case .closedEarly, .reset: playGathered(carrier)
        }
    }

    /// The answer as if it had been recorded, at once.
    private func playGathered(_ carrier: Client) {
        var replay = ReplaySource(path: "")
        replay.pace = .none
        let recording = LoadedRecording(
            Recorder.recording(
                asked.request, upstream, response, asked.planned,
                id: asked.planned.decision.id.text),
            longestBody: PassedReading.longestBody)
        carrier.play(
            loop.responder.replay(recording, as: replay, asked.planned), for: asked.exchange,
            isLate: true)
    }

    // MARK: The exchange

    func sentOn(_ backlog: Int) {
        if backlog <= mostBacklog { release() }
    }

    private func release() {
        held?.succeed()
        held = nil
    }

    /// A client that leaves ends the upstream's answer too, unless it has had all of it; one whose
    /// answer a fault cut short does not, where it is recorded.
    func exchangeEnded(byClient: Bool) {
        if isKept, body.count <= PassedReading.longestBody { asked.exchange.heard(body.bytes) }
        let hasAll = byClient && recorder != nil && hasBroughtAll
        carrier = nil
        if loop.isAborting || recorder == nil || byClient && !hasAll {
            // First, as the client library tells at once that it was cancelled.
            finish(loop.isAborting && !byClient ? .stopped : .clientLeft)
            task?.cancel()
            return
        }
        release()
        guard hasAll else { return }
        isHeardOut = true
        loop.eventLoop.assumeIsolated().scheduleTask(in: lastPatience) { [self] in
            guard !isOver else { return }
            finish(.complete)
            task?.cancel()
        }
    }

    /// Whether the client was given all that the protocol has of an answer.
    private var hasBroughtAll: Bool {
        guard let carrier, !isGathered, case .playing(_, .source) = carrier.phase,
            asked.exchange.script.backlog == 0, let head = response.head
        else { return false }
        let bytes = body.bytes
        let plain = CodedBody(head.headers)?.decoded(bytes, atMost: loop.core.limits.answerBytes)
        let dialect = asked.planned.request.facts.dialect
        return RecordedAnswer.hasEnded(
            plain ?? bytes, response.form(of: dialect), of: dialect)
    }
}

/// Hands what the client library says to the tap, on its loop.
private final class TapDelegate: HTTPClientResponseDelegate {
    typealias Response = Void

    private let tap: NIOLoopBound<any Tap>
    private let eventLoop: any EventLoop

    init(_ tap: any Tap, on eventLoop: any EventLoop) {
        self.tap = NIOLoopBound(tap, eventLoop: eventLoop)
        self.eventLoop = eventLoop
    }

    func didReceiveHead(
        task: HTTPClient.Task<Void>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        tap.value.receive(head)
        return eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Void>, _ buffer: ByteBuffer
    ) -> EventLoopFuture<Void> {
        tap.value.receive(buffer) ?? eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        tap.value.fail(error)
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) throws {
        tap.value.end()
    }
}

/// What the client library tells a tap.
private protocol Tap: AnyObject {
    func receive(_ head: HTTPResponseHead)
    func receive(_ bytes: ByteBuffer) -> EventLoopFuture<Void>?
    func end()
    func fail(_ error: any Error)
}

extension UpstreamTap: Tap {}

extension RecordedRequest {
    /// The request as it is sent on.
    fileprivate func outgoing(
        to upstream: Upstream, hops: String
    ) throws -> HTTPClient.Request {
        var headers = HTTPHeaders()
        for field in self.headers { headers.add(name: field.name, value: field.value) }
        headers.add(name: HopMark.field, value: hops)
        return try HTTPClient.Request(
            url: Upstream.url(upstream.url, path: path, query: query),
            method: HTTPMethod(rawValue: method), headers: headers,
            body: body.isEmpty ? nil : .byteBuffer(ByteBuffer(bytes: body)))
    }
}

extension RecordedEnding {
    /// How an exchange ended that the client library calls an error.
    init(_ error: any Error) {
        switch error {
        case let error as IOError:
            self = error.errnoCode == ECONNREFUSED ? .refused : .reset
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            self = .closedEarly
        case let error as HTTPClientError
        where [.readTimeout, .writeTimeout, .deadlineExceeded].contains(error):
            self = .timedOut
        case is NIOConnectionError: self = .refused
        case let error as HTTPClientError
        where [.connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout]
            .contains(error):
            self = .refused
        default: self = .closedEarly
        }
    }
}
