/// Where recordings are kept: a file, a folder of files, or a store. Reading one is the only
/// thing that costs memory, and only as long as its reader keeps it.
package protocol RecordingArchive: Sendable {
    /// Goes through all recordings in the order they were made, without their bodies' answers.
    func scan(_ visit: (RecordingOutline) throws -> Void) throws
    /// Reads one recording.
    func load(_ place: RecordingPlace) throws -> Recording
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

    package init(of recording: Recording, at place: RecordingPlace) {
        self.init(
            place: place, id: recording.id, provenance: recording.provenance,
            request: recording.request, status: recording.response.head?.status,
            ending: recording.response.ending, isStream: recording.response.isStream)
    }
}
