import BrownoutEngine
import BrownoutRecords

/// The recordings that were read last, up to so many bytes; the one used longest ago goes first.
struct RecordingCache: Sendable {
    private struct Slot: Sendable {
        var place: RecordingPlace
        var recording: LoadedRecording?
        var bytes: Int
        /// The slot used before and after it; -1 for none.
        var older: Int
        var newer: Int
    }

    private let limit: Int
    private(set) var bytes = 0
    private var slots: [Slot] = []
    private var free: [Int] = []
    private var places: [RecordingPlace: Int] = [:]
    private var oldest = -1
    private var newest = -1

    init(limit: Int) {
        self.limit = limit
    }

    mutating func recording(at place: RecordingPlace) -> LoadedRecording? {
        guard let index = places[place] else { return nil }
        if index != newest {
            unlink(index)
            link(index)
        }
        return slots[index].recording
    }

    /// A recording larger than the limit is not kept.
    mutating func keep(_ recording: LoadedRecording, at place: RecordingPlace) {
        let cost = Self.cost(of: recording.recording)
        guard cost <= limit, places[place] == nil else { return }
        while bytes + cost > limit { forgetOldest() }
        let slot = Slot(place: place, recording: recording, bytes: cost, older: -1, newer: -1)
        let index = free.popLast() ?? slots.count
        if index == slots.count { slots.append(slot) } else { slots[index] = slot }
        places[place] = index
        bytes += cost
        link(index)
    }

    private mutating func forgetOldest() {
        let index = oldest
        unlink(index)
        places[slots[index].place] = nil
        bytes -= slots[index].bytes
        slots[index].recording = nil
        free.append(index)
    }

    private mutating func link(_ index: Int) {
        slots[index].older = newest
        slots[index].newer = -1
        if newest >= 0 { slots[newest].newer = index } else { oldest = index }
        newest = index
    }

    private mutating func unlink(_ index: Int) {
        let (older, newer) = (slots[index].older, slots[index].newer)
        if older >= 0 { slots[older].newer = newer } else { oldest = newer }
        if newer >= 0 { slots[newer].older = older } else { newest = older }
    }

    /// Bytes a recording takes in memory, about: its bodies, its chunks, and what names and
    /// values of header fields take beside their texts. What it says of its cost and calls is
    /// small.
    static func cost(of recording: Recording) -> Int {
        let (request, response) = (recording.request, recording.response)
        let fields = request.headers + (response.head?.headers ?? [])
        let headers = fields.reduce(0) { $0 + 96 + $1.name.utf8.count + $1.value.utf8.count }
        return 1024 + request.body.count + response.body.count + headers
            + response.chunks.count * MemoryLayout<RecordedChunk>.stride
    }
}
