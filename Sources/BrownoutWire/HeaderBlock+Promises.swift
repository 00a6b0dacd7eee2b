package import BrownoutEngine

extension HeaderBlock {
    /// What the fields promise about when to ask again, in their order, and what
    /// `x-should-retry` says. Of other fields no text is made.
    package var promises: (waits: [PromisedWait], shouldRetry: Bool?) {
        var waits: [PromisedWait] = []
        var shouldRetry: Bool?
        lines.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                var colon = start
                while colon < bytes.count, bytes[colon] != UInt8(ascii: ":"),
                    bytes[colon] != UInt8(ascii: "\n")
                {
                    colon += 1
                }
                let isField = colon < bytes.count && bytes[colon] == UInt8(ascii: ":")
                var end = colon
                while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
                let name = UnsafeBufferPointer(rebasing: bytes[start..<colon])
                if isField, HeaderBlock.mayPromise(name) {
                    // Behind the colon and its space, before the CR.
                    let value = min(colon + 2, end)..<max(min(colon + 2, end), end - 1)
                    take(
                        String(decoding: name, as: UTF8.self),
                        String(decoding: bytes[value], as: UTF8.self))
                }
                start = end + 1
            }
        }
        return (waits, shouldRetry)

        func take(_ name: String, _ value: String) {
            if let wait = PromisedWait(field: name, value: value) {
                waits.append(wait)
            } else if name.lowercased() == "x-should-retry" {
                shouldRetry = value == "true" ? true : value == "false" ? false : nil
            }
        }
    }

    /// `retry-after`, `retry-after-ms`, `x-should-retry`, and what has `reset` in it: others need
    /// not be made text of.
    private static func mayPromise(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count >= 11 else { return false }
        switch name[0] | 0x20 {
        case UInt8(ascii: "r"): return true
        case UInt8(ascii: "a"), UInt8(ascii: "x"):
            return has("reset", in: name) || has("should-retry", in: name)
        default: return false
        }
    }

    private static func has(_ word: StaticString, in name: UnsafeBufferPointer<UInt8>) -> Bool {
        let count = word.utf8CodeUnitCount
        guard name.count >= count else { return false }
        for start in 0...(name.count - count) {
            var length = 0
            while length < count, name[start + length] | 0x20 == word.utf8Start[length] | 0x20 {
                length += 1
            }
            if length == count { return true }
        }
        return false
    }
}
