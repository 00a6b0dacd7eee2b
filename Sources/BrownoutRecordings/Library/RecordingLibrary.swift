import BrownoutDialects
package import BrownoutEngine
package import BrownoutRecords
import Synchronization

/// The recordings that replay looks answers up in.
///
/// Made once from an archive, of which it keeps some 90 bytes and the id for each recording; the
/// recordings themselves are read when they are asked for, and the last of them kept. Files that
/// change afterwards are not looked at again. What it answers follows from the archive, the
/// request and the arguments alone, whatever other threads ask.
///
/// ``load(_:)``, ``nearest(to:_:)`` and the initialiser read the archive and block; nothing else
/// does.
package final class RecordingLibrary: Sendable {
    /// Recordings that one library takes.
    package static let mostRecordings = 1_000_000
    /// Bytes of recordings that are kept once they were read, unless told otherwise.
    package static let cacheBytes = 64 * 1024 * 1024

    let index: LibraryIndex
    let matcher: RequestMatcher
    /// What is done to requests before they are matched.
    package let redacted: @Sendable (RecordedRequest) -> RecordedRequest
    private let archive: any RecordingArchive
    private let order: ReplayOrder
    /// In microseconds.
    private let lives: [Int64]
    let marks: Mutex<Marks>
    /// How many recordings end in silence, and how many their recorder broke off.
    let silentCount: Int
    let stoppedCount: Int
    private let cache: Mutex<RecordingCache>

    /// What changes while a library is used.
    struct Marks: Sendable {
        /// By number.
        var hits: [UInt32]
        var invalidated: [Bool]
        var invalidatedCount = 0
        var counters = LibraryCounters()
    }

    /// Goes through an archive. `redacted` is what is done to incoming requests before they are
    /// matched; recordings that were made without it are matched, and shown, as if with it. Throws
    /// `CancellationError` as soon as `isWanted` says no.
    package init(
        archive: any RecordingArchive, source: ReplaySource,
        cacheBytes: Int = RecordingLibrary.cacheBytes,
        limit: Int = RecordingLibrary.mostRecordings,
        redacted: @escaping @Sendable (RecordedRequest) -> RecordedRequest = { $0 },
        isWanted: () -> Bool = { true }
    ) throws {
        let matcher = RequestMatcher(source.match)
        var index = LibraryIndex()
        var (silent, stopped) = (0, 0)
        try archive.scan { outline in
            guard index.entries.count < limit else { throw LibraryProblem.tooMany(limit: limit) }
            guard isWanted() else { throw CancellationError() }
            var outline = outline
            if outline.ending == .timedOut || outline.ending == .clientLeft { silent += 1 }
            if outline.ending == .stopped { stopped += 1 }
            outline.request = redacted(outline.request)
            let request = MatchRequest(outline)
            let life = source.timesToLive.firstIndex { life in
                life.endpoints.isEmpty || life.endpoints.contains(request.address.endpoint)
                    ? life.model?.matches(request.model) ?? true : false
            }
            index.add(outline, request, matcher.key(of: request), life: life)
        }
        index.close()
        self.index = index
        silentCount = silent
        stoppedCount = stopped
        self.matcher = matcher
        self.redacted = redacted
        self.archive = archive
        order = source.order
        lives = source.timesToLive.map { $0.time.wholeMicroseconds }
        let count = index.entries.count
        marks = Mutex(
            Marks(
                hits: [UInt32](repeating: 0, count: count),
                invalidated: [Bool](repeating: false, count: count)))
        cache = Mutex(RecordingCache(limit: cacheBytes))
    }

    /// How many recordings it has, expired and invalidated ones included.
    package var count: Int { index.entries.count }

    /// Hits and misses since the library was opened.
    package var counters: LibraryCounters { marks.withLock { $0.counters } }

    /// The key of a request whose secrets have been redacted, by the scenario's rules of matching.
    package func key(of request: MatchRequest) -> MatchKey { matcher.key(of: request) }

    /// Whether any recording has a key.
    package func knows(_ key: MatchKey) -> Bool { index.group(of: key) != nil }

    /// The word under which a session counts how often a request was asked for: requests for a
    /// stream and for a whole answer are counted apart where both were recorded.
    package func series(of key: MatchKey, stream: Bool) -> UInt64 {
        guard stream, let group = index.group(of: key), !group.plain.isEmpty,
            !group.streams.isEmpty
        else { return key.word }
        return ~key.word
    }

    /// What answers a request. `ordinal` is how often its series was asked for before, `wall` the
    /// time in microseconds since 1970. Recordings made of requests for the same kind of answer
    /// come first; others count only where there is none of them.
    package func find(
        _ key: MatchKey, ordinal: Int, stream: Bool, wall: Int64
    ) -> Lookup {
        let group = index.group(of: key)
        return marks.withLock { marks in
            let found = group.map { lookup($0, ordinal, stream, wall, marks) } ?? .none
            switch found {
            case .hit(let hit):
                marks.counters.hits += 1
                marks.hits[hit.number] &+= 1
            case .expired:
                marks.counters.misses += 1
                marks.counters.expired += 1
            case .exhausted, .none: marks.counters.misses += 1
            }
            return found
        }
    }

    /// A recording that was read before and is still held. Asks no file.
    package func cached(_ place: RecordingPlace) -> LoadedRecording? {
        cache.withLock { $0.recording(at: place) }
    }

    /// Reads a recording, and what it says. Blocks: not for an event loop.
    package func load(_ place: RecordingPlace) throws -> LoadedRecording {
        if let recording = cached(place) { return recording }
        let recording = LoadedRecording(try archive.load(place))
        cache.withLock { $0.keep(recording, at: place) }
        return recording
    }

    /// Whether a recording is older than its time to live.
    func isExpired(_ entry: LibraryIndex.Entry, at wall: Int64) -> Bool {
        guard entry.life > 0 else { return false }
        let (age, overflow) = wall.subtractingReportingOverflow(entry.recordedAt)
        return overflow ? wall > 0 : age > lives[Int(entry.life) - 1]
    }

    // MARK: - Order

    private func lookup(
        _ group: LibraryIndex.Group, _ ordinal: Int, _ stream: Bool, _ wall: Int64,
        _ marks: borrowing Marks
    ) -> Lookup {
        let kinds = stream ? [group.streams, group.plain] : [group.plain, group.streams]
        var expired = 0
        for (kind, range) in kinds.enumerated() {
            let good = good(in: range, wall, marks)
            expired += good.expired
            if good.count == 0 { continue }
            guard let turn = turn(ordinal, of: good.count) else {
                return .exhausted(count: good.count)
            }
            let number = Int(index.order[good.place(turn)])
            return .hit(
                Lookup.Found(
                    number: number, place: index.entries[number].place, isSameKind: kind == 0,
                    expired: expired))
        }
        return expired > 0 ? .expired(count: expired) : .none
    }

    /// The recordings of one key and kind that may answer.
    private struct Good {
        var expired = 0
        /// Places in the index's order, or those of them that are listed.
        var range: Range<Int>
        var listed: [Int]?

        var count: Int { listed?.count ?? range.count }

        func place(_ turn: Int) -> Int { listed?[turn] ?? range.lowerBound + turn }
    }

    private func good(in range: Range<Int>, _ wall: Int64, _ marks: borrowing Marks) -> Good {
        if marks.invalidatedCount == 0, index.agesInOrder {
            // Those that have expired come first; by halves.
            var (low, high) = (range.lowerBound, range.upperBound)
            while low < high {
                let middle = low + (high - low) / 2
                let entry = index.entries[Int(index.order[middle])]
                if isExpired(entry, at: wall) { low = middle + 1 } else { high = middle }
            }
            return Good(expired: low - range.lowerBound, range: low..<range.upperBound)
        }
        var good = Good(range: range)
        var listed: [Int] = []
        for place in range {
            let number = Int(index.order[place])
            if marks.invalidated[number] { continue }
            if isExpired(index.entries[number], at: wall) {
                good.expired += 1
            } else {
                listed.append(place)
            }
        }
        good.listed = listed
        return good
    }

    /// Which of so many comes next.
    private func turn(_ ordinal: Int, of count: Int) -> Int? {
        let ordinal = max(ordinal, 0)
        return switch order {
        case .sequence: ordinal < count ? ordinal : nil
        case .repeatLast: min(ordinal, count - 1)
        case .cycle: ordinal % count
        }
    }
}

extension LibraryIndex {
    fileprivate mutating func add(
        _ outline: RecordingOutline, _ request: MatchRequest, _ key: MatchKey, life: Int?
    ) {
        add(
            Entry(
                key: key, place: outline.place, recordedAt: outline.provenance.recordedAt,
                sketch: RequestSketch(request), model: number(of: request.model),
                path: number(of: request.address.path),
                provider: number(of: request.address.provider),
                status: UInt16(clamping: outline.status ?? 0),
                life: life.map { UInt16(clamping: $0 + 1) } ?? 0,
                endpoint: request.address.endpoint, stream: request.stream),
            id: outline.id)
    }
}

extension Duration {
    fileprivate var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, again) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return overflow || again ? .max : sum
    }
}
