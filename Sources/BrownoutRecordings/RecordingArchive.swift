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

    package func each(_ visit: (RecordingPlace, Recording) throws -> Void) throws {
        var places: [RecordingPlace] = []
        try scan { places.append($0.place) }
        for place in places { try visit(place, load(place)) }
    }

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
    package var place: RecordingPlace
    package var id: String
    package var provenance: Provenance
    package var request: RecordedRequest
    package var status: Int?
    package var ending: RecordedEnding
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

    package init(of recording: Recording, at place: RecordingPlace) {
        self.init(
            place: place, id: recording.id, provenance: recording.provenance,
            request: recording.request, status: recording.response.head?.status,
            ending: recording.response.ending, isStream: recording.form != nil)
    }
}
