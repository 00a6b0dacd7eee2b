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

/// Brings an exchange its answer from elsewhere. Lives on the exchange's loop.
protocol AnswerSupplier: AnyObject {
    /// The answer so far went out but for so many bytes, and more is waited for.
    func sentOn(_ backlog: Int)
    /// The exchange is over, because the client has left or for another reason.
    func exchangeEnded(byClient: Bool)
}

/// A request whose answer comes from elsewhere.
struct SourcedRequest {
    let exchange: Exchange
    let planned: PlannedExchange
    let match: MatchRequest
    private let address: RequestAddress
    private let intake: ReceivedRequest

    /// As an upstream gets it: made when it is asked for, as most recordings are found without.
    var request: RecordedRequest { intake.forwarded(to: address) }
    /// Who has sent it on before.
    var hops: String? { intake.hops }
    var provider: String { planned.request.facts.provider }

    init?(_ exchange: Exchange, _ planned: PlannedExchange, _ intake: ReceivedRequest) {
        guard let address = planned.address else { return nil }
        self.exchange = exchange
        self.planned = planned
        self.address = address
        self.intake = intake
        match = MatchRequest(
            planned.request.facts, method: intake.head.method, path: address.path,
            query: address.query, bytes: intake.decodedBody)
    }
}

// How a carrier gets an answer that is not made here.
extension Carrier {
    /// Begins to get the answer of an exchange; it is played when it comes.
    func supply(_ asked: SourcedRequest) {
        switch asked.planned.wanted {
        case .upstream(let upstream)?: ask(upstream, asked)
        case .recording(let replay)?: lookUp(replay, asked)
        case .nobody?: failUnserved(asked, "no upstream for \(asked.provider)")
        case nil: preconditionFailure("an answer that is made here is not waited for")
        }
    }

    /// Plays an answer that is known now. What took its time to come is not waited for again.
    func play(_ supplied: SuppliedAnswer, for exchange: Exchange, isLate: Bool = false) {
        guard case .playing(let current, .source) = phase, current === exchange else { return }
        exchange.fill(supplied)
        let held = supplied.script.heldBytes
        exchange.held += held
        hold(held)
        if isLate { exchange.due = max(exchange.due, loop.instant) }
        self.supplied(exchange)
    }

    // MARK: Recordings

    private func lookUp(_ replay: ReplaySource, _ asked: SourcedRequest) {
        guard let library = loop.core.recordings.library(of: replay) else {
            return fail(asked, "the recordings of '\(replay.path)' are not open")
        }
        let wall = asked.planned.moment.wall
        let found = library.find(asked, wall: wall) { series in
            loop.core.engine.countReplay(of: series, asked.planned.decision)
        }
        guard case .hit(let hit) = found else { return miss(found, library, replay, asked) }
        if let recording = library.cached(hit.place) { return play(recording, replay, asked) }
        let place = hit.place
        offLoop {
            Result { try library.load(place) }
        } then: { [self] loaded in
            switch loaded {
            case .success(let recording): play(recording, replay, asked)
            case .failure(let error): fail(asked, "a recording cannot be read: \(error)")
            }
        }
    }

    private func play(
        _ loaded: LoadedRecording, _ replay: ReplaySource, _ asked: SourcedRequest
    ) {
        asked.exchange.note(
            source: .recording, recording: "\(replay.path)#\(loaded.recording.id)")
        let supplied = loop.responder.replay(loaded, as: replay, asked.planned)
        if supplied.script.heldBytes >= loop.core.limits.largeAnswer {
            loop.takeTurn()
            if loop.room != .enough { return refuse(asked) }
        }
        play(supplied, for: asked.exchange)
    }

    /// There is no room for an answer that was found.
    private func refuse(_ asked: SourcedRequest) {
        let planned = asked.planned
        loop.makeRoom()
        asked.exchange.add(note: "limit: answers in progress hold too many bytes")
        play(
            loop.responder.refusal(of: planned.request, planned.decision, at: planned.moment),
            for: asked.exchange)
    }

    private func miss(
        _ found: Lookup, _ library: RecordingLibrary, _ replay: ReplaySource,
        _ asked: SourcedRequest
    ) {
        switch replay.onMiss {
        case .synthesise:
            asked.exchange.note(source: .missing)
            asked.exchange.add(note: "no recording: synthesised")
            play(synthesised(asked), for: asked.exchange)
        case .upstream:
            let provider = asked.provider
            guard let upstream = replay.upstreams.first(where: { $0.provider == provider }) else {
                return failUnserved(asked, "no recording, and no upstream for \(provider)")
            }
            asked.exchange.add(note: "no recording: asked upstream")
            ask(upstream, asked)
        case .fail:
            loop.core.counters.recordingMissed()
            let (match, exchange) = (library.redacted(asked), asked.exchange)
            offLoop {
                let nearest = try? library.nearest(to: match, 1).first
                return (library.missMessage(of: match, found), nearest?.id)
            } then: { [self] message, nearest in
                exchange.note(source: .missing, recording: nearest.map { "\(replay.path)#\($0)" })
                exchange.add(note: message)
                play(refused(asked, message), for: exchange)
            }
        }
    }

    private func synthesised(_ asked: SourcedRequest) -> SuppliedAnswer {
        let planned = asked.planned
        return loop.responder.make(planned.request, planned.decision, at: planned.moment)
    }

    /// The provider's 404 for a request that no recording answers.
    private func refused(_ asked: SourcedRequest, _ message: String) -> SuppliedAnswer {
        answer(asked, asked.withoutSource(404, message, "recording_not_found"))
    }

    /// A request for a provider that has no upstream.
    private func failUnserved(_ asked: SourcedRequest, _ reason: String) {
        guard let recorder = loop.core.recorder else { return fail(asked, reason) }
        recorder.unserved(asked.provider)
        fail(asked, "\(reason); give --upstream \(asked.provider)=URL")
    }

    /// An answer that cannot be got, for a reason that is not the upstream's.
    func fail(_ asked: SourcedRequest, _ reason: String) {
        asked.exchange.add(note: reason)
        play(answer(asked, asked.withoutSource(502, reason, "no_source")), for: asked.exchange)
    }

    private func answer(_ asked: SourcedRequest, _ error: ProviderError) -> SuppliedAnswer {
        let request = asked.planned.request.with(.refuse(error))
        return loop.responder.make(request, asked.planned.decision, at: asked.planned.moment)
    }

    // MARK: Work that blocks

    /// Does what blocks, or takes long, on another thread, then goes on here.
    func offLoop<Value: Sendable>(
        _ work: @escaping @Sendable () -> Value, then: @escaping (Value) -> Void
    ) {
        loop.core.readers.runIfActive(eventLoop: loop.eventLoop, work)
            .assumeIsolated().whenSuccess(then)
    }
}

extension SourcedRequest {
    /// What the provider says where nothing has an answer.
    fileprivate func withoutSource(
        _ status: Int, _ message: String, _ code: String
    ) -> ProviderError {
        Dialects.withoutSource(
            status: status, message: message, code: code, dialect: planned.request.facts.dialect)
    }
}

extension RecordingLibrary {
    /// What answers a request: as it came, or, where that finds nothing, with its secrets put
    /// away as they were in the recordings. `ordinal` counts the requests of a series.
    fileprivate func find(_ asked: SourcedRequest, wall: Int64, ordinal: (UInt64) -> Int) -> Lookup
    {
        var key = key(of: asked.match)
        if !knows(key) { key = self.key(of: redacted(asked)) }
        let stream = asked.match.stream
        return find(
            key, ordinal: ordinal(series(of: key, stream: stream)), stream: stream, wall: wall)
    }

    fileprivate func redacted(_ asked: SourcedRequest) -> MatchRequest {
        let facts = asked.planned.request.facts
        return MatchRequest(
            redacted(asked.request), provider: facts.provider, dialect: facts.dialect)
    }
}
