/// Durations as a scenario writes them, for the command line and the control port.
package enum DurationText {
    /// Why a text is no duration.
    package struct Problem: Error, Equatable, Sendable {
        /// A sentence without its full stop: what is wrong, the nearest right unit, and what is
        /// allowed.
        package var message: String
    }

    /// Reads `250ms`, `1.5s`, `2m`.
    package static func read(_ text: String) throws(Problem) -> Duration {
        do throws(GrammarError) {
            return try DurationValue.read(trimmed(text))
        } catch {
            let nearest = error.nearest.map { "; did you mean '\($0)'?" } ?? ""
            let allowed =
                error.allowed.isEmpty
                ? ""
                : "; allowed: "
                    + error.allowed.joined(separator: ", ")
            throw Problem(message: error.message + nearest + allowed)
        }
    }
}
