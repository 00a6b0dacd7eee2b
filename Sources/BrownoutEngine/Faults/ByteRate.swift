/// Bytes in a time, as whole numbers, so that every machine spaces them alike.
package struct ByteRate: Equatable, Sendable {
    /// At least 1.
    package var bytes: Int
    /// The time in which that many bytes go out: a second or a minute, as scenarios write it.
    package var per: Duration

    /// So many bytes in each stretch of time. At least one, or the caller is wrong.
    package init(bytes: Int, per: Duration = .seconds(1)) {
        precondition(bytes > 0, "a rate of no bytes")
        self.bytes = bytes
        self.per = per
    }

    /// How long so many bytes take.
    package func time(for count: Int) -> Duration { per * count / bytes }

    /// What goes out in one piece: what a twentieth of a second brings, and at least a byte.
    package var piece: Int {
        max(1, Int(Double(bytes) * 50_000 / max(per.inMicroseconds, 1)))
    }
}
