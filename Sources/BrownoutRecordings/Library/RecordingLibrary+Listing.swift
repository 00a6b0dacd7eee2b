import BrownoutEngine
import BrownoutRecords
import Synchronization

extension RecordingLibrary {
    /// Recordings in the order they were made, from `offset` on.
    package func entries(offset: Int = 0, limit: Int, wall: Int64) -> [LibraryEntry] {
        let numbers = index.entries.indices.dropFirst(max(offset, 0)).prefix(max(limit, 0))
        let states = marks.withLock { marks in
            numbers.map { (hits: Int(marks.hits[$0]), isInvalidated: marks.invalidated[$0]) }
        }
        return zip(numbers, states).map { number, state in
            let entry = index.entries[number]
            return LibraryEntry(
                id: index.id(of: number), key: entry.key, provider: index.name(entry.provider),
                model: index.name(entry.model), endpoint: entry.endpoint,
                path: index.name(entry.path), recordedAt: entry.recordedAt,
                status: entry.status == 0 ? nil : Int(entry.status), stream: entry.stream,
                isExpired: isExpired(entry, at: wall), isInvalidated: state.isInvalidated,
                hits: state.hits)
        }
    }

    /// How many recordings are older than their time to live.
    package func expiredCount(at wall: Int64) -> Int {
        index.entries.count { isExpired($0, at: wall) }
    }

    /// What a user is told of recordings that are not whole and whose replay a client may wait for;
    /// nil: there is none.
    package var silentText: String? {
        var parts: [String] = []
        if silentCount > 0 {
            parts.append(
                "\(silentCount) of \(count) recordings end in silence (timed-out, client-left)")
        }
        if stoppedCount > 0 {
            parts.append("\(stoppedCount) of \(count) were broken off when the recorder stopped")
        }
        guard !parts.isEmpty else { return nil }
        return parts.joined(separator: ", ") + "; 'brownout recordings list --broken' shows them"
    }

    /// Recordings stop answering; files stay as they are. How many did so by this.
    package func invalidate(_ what: Invalidation) -> Int {
        let numbers = numbers(what)
        return marks.withLock { marks in
            var count = 0
            for number in numbers where !marks.invalidated[number] {
                marks.invalidated[number] = true
                count += 1
            }
            marks.invalidatedCount += count
            return count
        }
    }

    private func numbers(_ what: Invalidation) -> [Int] {
        switch what {
        case .all: return Array(index.entries.indices)
        case .key(let key):
            guard let group = index.group(of: key) else { return [] }
            return (group.plain.lowerBound..<group.streams.upperBound).map { Int(index.order[$0]) }
        case .pattern(let glob):
            // Each name is tried once, however many recordings have it.
            let names = index.names.map(glob.matches)
            return index.entries.indices.filter { number in
                let entry = index.entries[number]
                return names[Int(entry.model)] || names[Int(entry.path)]
                    || glob.matches(index.id(of: number))
            }
        }
    }
}
