package import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords
package import BrownoutRedaction

extension RecordingShelf {
    /// Opens what a scenario answers from, unless it is open already. Reads all requests of its
    /// recordings, and blocks; throws `CancellationError` as soon as `isWanted` says no.
    package func open(
        _ scenario: Scenario, anew: Bool, isWanted: () -> Bool = { true },
        redactor: @autoclosure () throws -> Redactor
    ) throws {
        guard case .replay(let source) = scenario.source else { return }
        if !anew, library(of: source) != nil { return }
        let redactor = try redactor()
        let archive = try RecordingArchives.open(path: source.path)
        let library = try RecordingLibrary(
            archive: archive, source: source, redacted: { $0.redacted(by: redactor) },
            isWanted: isWanted)
        put(library, of: source)
    }
}
