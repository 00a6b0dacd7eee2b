import BrownoutRecords
import Synchronization

@testable import BrownoutRecordings

/// An archive that counts how often it is read.
final class MemoryArchive: RecordingArchive {
    struct Missing: Error {}

    private let recordings: [Recording]
    private let loaded = Mutex(0)

    init(_ recordings: [Recording]) {
        self.recordings = recordings
    }

    var loads: Int { loaded.withLock { $0 } }

    func scan(_ visit: (RecordingOutline) throws -> Void) throws {
        for (index, recording) in recordings.enumerated() {
            try visit(RecordingOutline(of: recording, at: RecordingPlace(offset: Int64(index))))
        }
    }

    func load(_ place: RecordingPlace) throws -> Recording {
        loaded.withLock { $0 += 1 }
        guard recordings.indices.contains(Int(place.offset)) else { throw Missing() }
        return recordings[Int(place.offset)]
    }
}
