package import BrownoutEngine
package import BrownoutRecordings
import BrownoutRecords
import Synchronization

/// The libraries of recordings that are open: one for each way in which a scenario in force gives
/// recordings back.
package final class RecordingShelf: Sendable {
    private struct Entry {
        var source: ReplaySource
        var library: RecordingLibrary
    }

    /// Beyond these, the library that was opened first is let go of.
    private static let limit = 32

    private let entries = Mutex<[Entry]>([])

    package init() {}

    /// The library of a source; nil where it was not opened.
    package func library(of source: ReplaySource) -> RecordingLibrary? {
        entries.withLock { entries in entries.last { $0.source == source }?.library }
    }

    /// Puts a library in the place of the one of the same source.
    package func put(_ library: RecordingLibrary, of source: ReplaySource) {
        entries.withLock { entries in
            entries.removeAll { $0.source == source }
            entries.append(Entry(source: source, library: library))
            if entries.count > RecordingShelf.limit { entries.removeFirst() }
        }
    }

    /// All that are open, the last one last.
    package var all: [(source: ReplaySource, library: RecordingLibrary)] {
        entries.withLock { $0.map { ($0.source, $0.library) } }
    }
}
