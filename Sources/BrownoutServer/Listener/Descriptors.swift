import NIOCore

/// How many connections the descriptors that the system grants are enough for.
enum Descriptors {
    /// - Parameters:
    ///   - limit: Connections that there may be in any case.
    ///   - granted: Descriptors that the process may have.
    ///   - open: Those it has.
    ///   - cores: Each may have an event loop of the control port yet, which takes three.
    ///   - isDouble: Each answer may take a connection to an upstream too.
    static func connections(
        limit: Int, granted: Int, open: Int, cores: Int, isDouble: Bool
    ) -> Int {
        // For the control port, the journal, recordings, and what is accepted to be closed.
        let kept = 3 * cores + min(max(granted / 8, 16), 512)
        return max(1, min(limit, (granted - open - kept) / (isDouble ? 2 : 1)))
    }
}
