package import BrownoutEngine
package import BrownoutRecords

/// Where recordings are kept: a file, a folder of files, or a store. Reading one is the only
/// thing that costs memory, and only as long as its reader keeps it.
///
/// What is called back by ``scan(_:)`` and ``each(_:)`` does not ask the archive anything: a store
/// reads with one connection.
package protocol RecordingArchive: Sendable {
    /// Goes through all recordings in the order they were made, without their answers' bodies.
    /// Two with the same id are an error.
    func scan(_ visit: (RecordingOutline) throws -> Void) throws
    /// Reads one recording.
    func load(_ place: RecordingPlace) throws -> Recording
    /// Reads the recording with this id; one that there is not is an error.
    func load(id: String) throws -> Recording
    /// Goes through all recordings, whole, one at a time.
    func each(_ visit: (RecordingPlace, Recording) throws -> Void) throws
    /// What a person is told of a place: `Recordings/chat.yaml:12`.
    func description(of place: RecordingPlace) -> String
}

extension RecordingArchive {
    /// Goes through the archive; a store looks the id up.
    package func load(id: String) throws -> Recording {
        var found: RecordingPlace?
        try scan { outline in
            if outline.id.utf8.elementsEqual(id.utf8) { found = outline.place }
        }
        guard let found else { throw RecordingError.unknown(id, in: "the recordings") }
        return try load(found)
    }

    /// Scans all places first and then loads them one by one; files and stores read in one pass.
    package func each(_ visit: (RecordingPlace, Recording) throws -> Void) throws {
        var places: [RecordingPlace] = []
        try scan { places.append($0.place) }
        for place in places { try visit(place, load(place)) }
    }

    /// A description for an archive that has no files to name: it gives the offset alone.
    package func description(of place: RecordingPlace) -> String {
        "recording at \(place.offset)"
    }
}

/// Where in its archive a recording is.
package struct RecordingPlace: Equatable, Hashable, Sendable {
    /// The file's index in its folder; 0 in a store.
    package var file: Int32
    /// Bytes of its text; 0 in a store.
    package var length: Int32
    /// The offset in its file, or the row of the store.
    package var offset: Int64

    package init(file: Int32 = 0, offset: Int64, length: Int32 = 0) {
        self.file = file
        self.offset = offset
        self.length = length
    }
}

/// What a recording is about, without its answer.
package struct RecordingOutline: Equatable, Sendable {
    /// Where in its archive the recording is; ``RecordingArchive/load(_:)`` takes it.
    package var place: RecordingPlace
    /// The recording's id, unique in its archive.
    package var id: String
    /// When, from whom and by what it was recorded.
    package var provenance: Provenance
    /// The whole request, body included: replay makes its keys of it.
    package var request: RecordedRequest
    /// The status of the answer; nil where the upstream ended before it sent a head.
    package var status: Int?
    /// How the answer ended; all but ``RecordedEnding/complete`` leave no whole answer.
    package var ending: RecordedEnding
    /// Whether the answer is a stream of events. The request may have asked for something else.
    package var isStream: Bool

    package init(
        place: RecordingPlace, id: String, provenance: Provenance, request: RecordedRequest,
        status: Int?, ending: RecordedEnding, isStream: Bool
    ) {
        self.place = place
        self.id = id
        self.provenance = provenance
        self.request = request
        self.status = status
        self.ending = ending
        self.isStream = isStream
    }

    /// Whether a client would call it a failure: an error's status, or no whole answer.
    package var isFailure: Bool {
        guard let status, ending == .complete else { return true }
        return status >= 400
    }

    /// The outline of a recording that was read whole.
    package init(of recording: Recording, at place: RecordingPlace) {
        self.init(
            place: place, id: recording.id, provenance: recording.provenance,
            request: recording.request, status: recording.response.head?.status,
            ending: recording.response.ending, isStream: recording.form != nil)
    }
}
