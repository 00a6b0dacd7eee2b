import Glibc

/// Counts the events of a stream as its bytes arrive in any portions.
///
/// An event ends with two line feeds in a row. Nothing else of an answer does: lines of HTTP end
/// with a carriage return too, and the JSON of an event holds no line feed.
struct EventCounter {
    private(set) var events = 0
    private var endedWithLineFeed = false

    /// Counts the events that end in the bytes.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let base = bytes.baseAddress else { return }
        var previous = endedWithLineFeed ? -1 : -2
        var offset = 0
        while offset < bytes.count, let found = memchr(base + offset, 10, bytes.count - offset) {
            let place = UnsafeRawPointer(found) - UnsafeRawPointer(base)
            if place == previous + 1 {
                events += 1
                previous = -2
            } else {
                previous = place
            }
            offset = place + 1
        }
        endedWithLineFeed = previous == bytes.count - 1
    }
}
