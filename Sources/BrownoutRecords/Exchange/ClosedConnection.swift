/// The end of a connection, as far as this side knows of it.
package struct ClosedConnection: Sendable, Equatable {
    /// Its place among all that the server has accepted, from 1.
    package var connection: Int
    /// When it was closed, or was found closed, in microseconds since 1970 (UTC).
    package var at: Int64

    package init(connection: Int, at: Int64) {
        self.connection = connection
        self.at = at
    }
}
