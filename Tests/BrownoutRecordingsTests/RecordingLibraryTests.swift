import BrownoutDialects
import BrownoutEngine
import BrownoutRecords
import Testing

@testable import BrownoutRecordings

@Suite struct RecordingLibraryTests {
    private static let second: Int64 = 1_000_000

    private func library(
        _ recordings: [Recording], cacheBytes: Int = RecordingLibrary.cacheBytes,
        _ change: (inout ReplaySource) -> Void = { _ in }
    ) throws -> RecordingLibrary {
        var source = ReplaySource(path: "memory")
        change(&source)
        return try RecordingLibrary(
            archive: MemoryArchive(recordings), source: source, cacheBytes: cacheBytes)
    }

    private func chat(
        _ id: String, _ text: String, at seconds: Int64 = 0, model: String = "gpt-4o",
        stream: Bool = false, status: Int = 200
    ) -> Recording {
        let body = Requests.chat(text, model: model, stream: stream)
        return Requests.recording(id, Requests.recorded(body), at: seconds, status: status)
    }

    private func key(
        _ library: RecordingLibrary, _ text: String, model: String = "gpt-4o"
    ) -> MatchKey {
        library.key(of: Requests.openAI(Requests.chat(text, model: model)))
    }

    /// The ids that so many requests in a row get; "-" for none.
    private func answers(
        _ library: RecordingLibrary, _ text: String, _ count: Int, stream: Bool = false,
        at wall: Int64 = 0
    ) throws -> [String] {
        let key = key(library, text)
        return try (0..<count).map { ordinal in
            let found = library.find(key, ordinal: ordinal, stream: stream, wall: wall)
            guard case .hit(let hit) = found else { return "-" }
            return try library.load(hit.place).recording.id
        }
    }

    @Test(arguments: [
        (ReplayOrder.sequence, ["a", "b", "c", "-", "-"]),
        (.repeatLast, ["a", "b", "c", "c", "c"]), (.cycle, ["a", "b", "c", "a", "b"]),
    ])
    func recordedAnswersComeInOrder(order: ReplayOrder, ids: [String]) throws {
        let library = try library([
            chat("x", "Bye"), chat("a", "Hi"), chat("b", "Hi", status: 429), chat("y", "No"),
            chat("c", "Hi"),
        ]) { $0.order = order }
        let found = try answers(library, "Hi", 5)
        #expect(found == ids)
        let last = library.find(key(library, "Hi"), ordinal: 7, stream: false, wall: 0)
        if order == .sequence { #expect(last == .exhausted(count: 3)) }
        let none = library.find(key(library, "Nobody asked"), ordinal: 0, stream: false, wall: 0)
        #expect(none == .none)
    }

    @Test func recordingsOfTheSameKindOfAnswerComeFirst() throws {
        let both = try library([
            chat("s1", "Hi", stream: true), chat("p1", "Hi"), chat("s2", "Hi", stream: true),
            chat("p2", "Hi"),
        ])
        let plain = try answers(both, "Hi", 3)
        let streams = try answers(both, "Hi", 3, stream: true)
        #expect(plain == ["p1", "p2", "p2"])
        #expect(streams == ["s1", "s2", "s2"])
        let hi = key(both, "Hi")
        #expect(both.series(of: hi, stream: true) != both.series(of: hi, stream: false))

        let one = try library([chat("s1", "Hi", stream: true)])
        let found = one.find(key(one, "Hi"), ordinal: 0, stream: false, wall: 0)
        let place = RecordingPlace(offset: 0)
        #expect(found == .hit(.init(number: 0, place: place, isSameKind: false, expired: 0)))
        #expect(one.series(of: hi, stream: true) == one.series(of: hi, stream: false))
    }

    @Test func anExpiredRecordingIsPassedOverAndReported() throws {
        let glob = try Glob("gpt-*")
        let library = try library([
            chat("old", "Hi", at: 0), chat("new", "Hi", at: 50),
            chat("o3", "Hi", at: 0, model: "o3"),
            Requests.recording("e", Requests.recorded("{}", path: "/v1/embeddings"), at: 0),
        ]) {
            $0.timesToLive = [
                RecordingLife(endpoints: [.embeddings], time: .seconds(5)),
                RecordingLife(model: glob, endpoints: [.chatCompletions], time: .seconds(60)),
            ]
        }
        let hi = key(library, "Hi")
        func look(_ wall: Int64) -> Lookup {
            library.find(hi, ordinal: 0, stream: false, wall: wall * Self.second)
        }
        func hit(_ number: Int, expired: Int) -> Lookup {
            let place = RecordingPlace(offset: Int64(number))
            return .hit(.init(number: number, place: place, isSameKind: true, expired: expired))
        }
        #expect(look(60) == hit(0, expired: 0))
        #expect(look(61) == hit(1, expired: 1))
        #expect(look(111) == .expired(count: 2))
        let o3 = library.find(
            key(library, "Hi", model: "o3"), ordinal: 0, stream: false, wall: .max)
        #expect(o3 == hit(2, expired: 0))
        #expect(library.expiredCount(at: 6 * Self.second) == 1)
        #expect(library.expiredCount(at: 600 * Self.second) == 3)
        let counters = LibraryCounters(hits: 3, misses: 1, expired: 1)
        #expect(library.counters == counters)
    }

    @Test func whatIsInvalidatedAnswersNothingMore() throws {
        let library = try library([
            chat("a1", "Hi"), chat("a2", "Hi"), chat("b1", "Bye"), chat("c1", "Hi", model: "o3"),
        ])
        let byID = library.invalidate(.pattern(try Glob("a1")))
        let next = try answers(library, "Hi", 1)
        #expect(byID == 1)
        #expect(next == ["a2"])
        let byModel = library.invalidate(.pattern(try Glob("o*")))
        let byKey = library.invalidate(.key(key(library, "Hi")))
        let nobody = library.invalidate(.key(MatchKey(word: 1)))
        let gone = library.find(key(library, "Hi"), ordinal: 0, stream: false, wall: 0)
        #expect([byModel, byKey, nobody] == [1, 1, 0])
        #expect(gone == .none)
        let rest = library.entries(limit: 9, wall: 0).filter { !$0.isInvalidated }
        #expect(rest.map(\.id) == ["b1"])
        let byPath = library.invalidate(.pattern(try Glob("/v1/chat/*")))
        let again = library.invalidate(.all)
        #expect([byPath, again] == [1, 0])
    }

    @Test func recordingsAreListedInTheOrderTheyWereMade() throws {
        let library = try library([
            chat("a", "Hi", at: 1), chat("b", "Bye", at: 2, stream: true, status: 500),
            chat("ç👋", "So", at: 3),
        ])
        _ = try answers(library, "Bye", 2)
        let entries = library.entries(offset: 1, limit: 1, wall: 0)
        let entry = LibraryEntry(
            id: "b", key: key(library, "Bye"), provider: "openai", model: "gpt-4o",
            endpoint: .chatCompletions, path: "/v1/chat/completions", recordedAt: 2 * Self.second,
            status: 500, stream: true, isExpired: false, isInvalidated: false, hits: 2)
        #expect(entries == [entry])
        let last = library.entries(offset: 2, limit: .max, wall: 0).map(\.id)
        #expect(last == ["ç👋"])
        #expect(library.entries(offset: 3, limit: 5, wall: 0) == [])
    }

    @Test func recordingsThatWereReadAreKeptWithinALimit() throws {
        let big = String(repeating: "x", count: 10_000)
        let recordings = (0..<10).map { number in
            let body = Requests.chat("\(number)")
            return Requests.recording("\(number)", Requests.recorded(body), answer: big)
        }
        let cost = RecordingCache.cost(of: recordings[0])
        let archive = MemoryArchive(recordings)
        let library = try RecordingLibrary(
            archive: archive, source: ReplaySource(path: "memory"), cacheBytes: 3 * cost)
        func load(_ number: Int64) throws -> String {
            try library.load(RecordingPlace(offset: number)).recording.id
        }
        func isHeld(_ number: Int64) -> Bool {
            library.cached(RecordingPlace(offset: number)) != nil
        }
        for number: Int64 in [0, 1, 2, 0, 3, 0] { _ = try load(number) }
        #expect(archive.loads == 4)
        #expect([0, 1, 2, 3].map(isHeld) == [true, false, true, true])
        #expect(throws: MemoryArchive.Missing.self) { try load(99) }
    }

    @Test func aCacheHoldsNoMoreThanItsLimitWhateverComes() throws {
        var cache = RecordingCache(limit: 50_000)
        var state: UInt64 = 7
        for _ in 0..<5_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = Int64(state >> 58)
            let place = RecordingPlace(offset: number)
            if let held = cache.recording(at: place) {
                #expect(held.recording.id == "\(number)")
                continue
            }
            let answer = String(repeating: "x", count: Int(number) * 1000)
            let request = Requests.recorded(Requests.chat("Hi"))
            cache.keep(
                LoadedRecording(Requests.recording("\(number)", request, answer: answer)),
                at: place)
            #expect(cache.bytes <= 50_000)
        }
    }

    @Test func whatComesFirstFromWhicheverThreadTheAnswersAreTheSame() async throws {
        let recordings = (0..<200).map { chat("\($0)", "question \($0 % 40)") }
        let library = try library(recordings) { $0.order = .cycle }
        func ask() async -> [[Lookup]] {
            await withTaskGroup(of: (Int, [Lookup]).self) { group in
                for number in (0..<40).shuffled() {
                    group.addTask {
                        let key = self.key(library, "question \(number)")
                        let found = (0..<7).shuffled().map { ordinal in
                            let found = library.find(key, ordinal: ordinal, stream: false, wall: 0)
                            return (ordinal, found)
                        }
                        return (number, found.sorted { $0.0 < $1.0 }.map(\.1))
                    }
                }
                var all = [[Lookup]](repeating: [], count: 40)
                for await (number, found) in group { all[number] = found }
                return all
            }
        }
        let first = await ask()
        for _ in 0..<5 {
            let again = await ask()
            #expect(again == first)
        }
        #expect(library.counters.hits == 40 * 7 * 6)
    }

    /// Looks answers up the long way: everything that is good, one after the other.
    private func model(
        _ recordings: [Recording], gone: [Bool], _ order: ReplayOrder, ordinal: Int, stream: Bool,
        wall: Int64, life: Int64
    ) -> Lookup {
        var expired = 0
        for (kind, wanted) in [stream, !stream].enumerated() {
            var good: [Int] = []
            for (number, recording) in recordings.enumerated() where !gone[number] {
                let body = String(decoding: recording.request.body, as: UTF8.self)
                guard body.contains(#""stream":\#(wanted)"#) else { continue }
                let isOld = wall - recording.provenance.recordedAt > life
                if isOld { expired += 1 } else { good.append(number) }
            }
            if good.isEmpty { continue }
            if order == .sequence, ordinal >= good.count { return .exhausted(count: good.count) }
            let turn = order == .cycle ? ordinal % good.count : min(ordinal, good.count - 1)
            let place = RecordingPlace(offset: Int64(good[turn]))
            return .hit(
                .init(number: good[turn], place: place, isSameKind: kind == 0, expired: expired))
        }
        return expired > 0 ? .expired(count: expired) : .none
    }

    @Test(arguments: ReplayOrder.allCases, [false, true])
    func whatIsGoodIsFoundHoweverItsAgesLie(order: ReplayOrder, inOrder: Bool) throws {
        for seed: UInt64 in 1...30 {
            var dice = RandomRecording(seed: seed)
            var ages = (0..<(1 + dice.below(12))).map { _ in Int64(dice.below(20)) }
            if inOrder { ages.sort() }
            let recordings = ages.enumerated().map { number, age in
                chat("\(number)", "Hi", at: age, stream: dice.chance(40))
            }
            let library = try library(recordings) {
                $0.order = order
                $0.timesToLive = [RecordingLife(time: .seconds(5))]
            }
            var gone = ages.map { _ in false }
            if dice.chance(30) {
                gone[0] = true
                _ = library.invalidate(.pattern(try Glob("0")))
            }
            for _ in 0..<60 {
                let (ordinal, stream) = (dice.below(15), dice.chance(50))
                let wall = Int64(dice.below(30)) * Self.second
                let found = library.find(
                    key(library, "Hi"), ordinal: ordinal, stream: stream, wall: wall)
                let expected = model(
                    recordings, gone: gone, order, ordinal: ordinal, stream: stream, wall: wall,
                    life: 5 * Self.second)
                #expect(found == expected, "RandomRecording(seed: \(seed))")
            }
        }
    }

    @Test func moreRecordingsThanALibraryTakesAreRefused() throws {
        let archive = MemoryArchive((0..<4).map { chat("\($0)", "Hi") })
        #expect(throws: LibraryProblem.tooMany(limit: 3)) {
            try RecordingLibrary(archive: archive, source: ReplaySource(path: "memory"), limit: 3)
        }
        let full = try RecordingLibrary(
            archive: archive, source: ReplaySource(path: "memory"), limit: 4)
        #expect(full.count == 4)
    }

    @Test func recordingsMadeWithoutRedactionAreMatchedAsIfWithIt() throws {
        let archive = MemoryArchive([chat("a", "my key is sk-12345678")])
        let library = try RecordingLibrary(
            archive: archive, source: ReplaySource(path: "memory")
        ) { request in
            var request = request
            let text = String(decoding: request.body, as: UTF8.self)
            request.body = Array(text.replacing("sk-12345678", with: "[gone]").utf8)
            return request
        }
        let found = library.find(
            key(library, "my key is [gone]"), ordinal: 0, stream: false, wall: 0)
        guard case .hit = found else {
            Issue.record("not found")
            return
        }
    }

    /// A hundred times as many recordings do not make a look-up slower; 3 times is for noise.
    @Test func aLookUpTakesAsLongAmongManyAsAmongFew() {
        func time(_ count: Int) -> Duration {
            var index = LibraryIndex()
            let name = index.number(of: "name")
            for number in 0..<count {
                let entry = LibraryIndex.Entry(
                    key: MatchKey(word: SipHash.word("\(number)")),
                    place: RecordingPlace(offset: Int64(number)), recordedAt: 0,
                    sketch: RequestSketch(bits: 0), model: name, path: name, provider: name,
                    status: 200, life: 0, endpoint: .messages, stream: false)
                index.add(entry, id: "\(number)")
            }
            index.close()
            let keys = (0..<1_000).map { MatchKey(word: SipHash.word("\($0 * (count / 1_000))")) }
            let clock = ContinuousClock()
            return (0..<5).map { _ in
                clock.measure {
                    for key in keys where index.group(of: key) == nil {
                        Issue.record("a key is lost")
                    }
                }
            }.min() ?? .zero
        }
        let (few, many) = (time(1_000), time(100_000))
        #expect(many < few * 3)
    }
}
