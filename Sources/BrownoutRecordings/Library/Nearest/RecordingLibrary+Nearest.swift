import BrownoutDialects
import BrownoutEngine
import BrownoutRecords
import Synchronization

/// A recording that nearly answers a request.
package struct NearMiss: Equatable, Sendable {
    /// The recording's id, by which a miss names it.
    package var id: String
    /// Where in the library's archive the recording is.
    package var place: RecordingPlace
    /// Nil where the request is the same, and the recording has expired or was given already.
    package var difference: Difference?
}

extension RecordingLibrary {
    /// The recordings that are nearest to a request, of different keys, those that match best
    /// first. Looks at what the index holds of each recording, some nanoseconds apiece, and reads
    /// the winners. Blocks: not for an event loop.
    package func nearest(to request: MatchRequest, _ count: Int = 3) throws -> [NearMiss] {
        try numbers(nearest: request, count).map { number in
            let entry = index.entries[number]
            let recording = try load(entry.place).recording
            let recorded = MatchRequest(
                redacted(recording.request), provider: recording.provenance.provider,
                dialect: recording.provenance.dialect)
            return NearMiss(
                id: recording.id, place: entry.place,
                difference: matcher.firstDifference(recorded, request))
        }
    }

    /// Their numbers. Of recordings that are as near as each other the first counts.
    private func numbers(nearest request: MatchRequest, _ count: Int) -> [Int] {
        let invalidated = marks.withLock { $0.invalidated }
        let target = Target(request, key(of: request), index)
        var best: [(score: Int, number: Int)] = []
        for number in index.entries.indices where !invalidated[number] {
            let entry = index.entries[number]
            let score = target.distance(to: entry)
            if best.count == count, let last = best.last, score >= last.score { continue }
            if let same = best.firstIndex(where: { index.entries[$0.number].key == entry.key }) {
                if best[same].score <= score { continue }
                best.remove(at: same)
            }
            let place = best.firstIndex { $0.score > score } ?? best.count
            best.insert((score, number), at: place)
            if best.count > count { best.removeLast() }
        }
        return best.map(\.number)
    }

    /// What a request is nearest by: its words, and beside them what it is about.
    private struct Target {
        let key: MatchKey
        let sketch: RequestSketch
        let endpoint: Endpoint
        let path: UInt32?
        let model: UInt32?
        let provider: UInt32?

        init(_ request: MatchRequest, _ key: MatchKey, _ index: LibraryIndex) {
            self.key = key
            sketch = RequestSketch(request)
            endpoint = request.address.endpoint
            path = index.knownNumber(of: request.address.path)
            model = index.knownNumber(of: request.model)
            provider = index.knownNumber(of: request.address.provider)
        }

        /// Another endpoint weighs more than any words, which differ in 64 bits at most.
        func distance(to entry: LibraryIndex.Entry) -> Int {
            if entry.key == key { return -1 }
            var distance = sketch.distance(to: entry.sketch)
            if endpoint != entry.endpoint || (endpoint == .unknown && path != entry.path) {
                distance += 128
            }
            if provider != entry.provider { distance += 32 }
            if model != entry.model { distance += 12 }
            return distance
        }
    }
}

extension RecordingLibrary {
    /// Bytes of a message about a miss.
    package static let longestMessage = 1_000

    /// What the provider's error says to a request that no recording answers: one line that names
    /// the nearest recordings and the first difference of each. Blocks: not for an event loop.
    package func missMessage(of request: MatchRequest, _ lookup: Lookup) -> String {
        do {
            return missMessage(of: request, lookup, try nearest(to: request))
        } catch {
            return Self.cut(
                missMessage(of: request, lookup, []) + Self.oneLine(" (not read: \(error))"))
        }
    }

    private func missMessage(
        of request: MatchRequest, _ lookup: Lookup, _ nearest: [NearMiss]
    ) -> String {
        var text: String
        switch lookup {
        case .hit: text = "A recording answers this request"
        case .expired(let count): text = Self.all(count, "this request has expired", "have expired")
        case .exhausted(let count):
            text = Self.all(count, "this request has been given", "have been given")
        case .none: text = "No recording answers this request"
        }
        text += " (key \(key(of: request).hex))."
        if nearest.isEmpty {
            if count == 0 { text += " There are no recordings." }
        } else {
            text += nearest.count == 1 ? " The nearest is " : " The nearest are "
            let same =
                switch lookup {
                case .expired: "the same request, expired"
                case .exhausted: "the same request, given before"
                case .hit, .none: "the same request"
                }
            text += nearest.map { Self.text(of: $0, same: same) }.joined(separator: "; ") + "."
        }
        return Self.cut(text)
    }

    private static func all(_ count: Int, _ one: String, _ many: String) -> String {
        count == 1
            ? "The only recording of \(one)" : "All \(count) recordings of this request \(many)"
    }

    private static func text(of miss: NearMiss, same: String) -> String {
        let id = Difference.shortened(oneLine(miss.id), 0)
        return "'\(id)' (\(miss.difference.map { oneLine($0.text) } ?? same))"
    }

    /// Without what would end a line or move a cursor.
    private static func oneLine(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .lineSeparator, .paragraphSeparator: " "
                    default: scalar
                    }
                }))
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > longestMessage else { return text }
        var bytes = 0
        let kept = text.unicodeScalars.prefix { scalar in
            bytes += UTF8.width(scalar)
            return bytes <= longestMessage - "…".utf8.count
        }
        return String(String.UnicodeScalarView(kept)) + "…"
    }
}
