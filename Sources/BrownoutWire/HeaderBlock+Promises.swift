package import BrownoutEngine

extension HeaderBlock {
    /// What the fields promise about when to ask again, in their order, and what
    /// `x-should-retry` says. Of other fields no text is made.
    package var promises: (waits: [PromisedWait], shouldRetry: Bool?) {
        var waits: [PromisedWait] = []
        var shouldRetry: Bool?
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                HeaderBlock.mayPromise(line[..<colon])
            else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self)
            let value = String(decoding: line[colon...].dropFirst(2).dropLast(), as: UTF8.self)
            if let wait = PromisedWait(field: name, value: value) {
                waits.append(wait)
            } else if name.lowercased() == "x-should-retry" {
                shouldRetry = value == "true" ? true : value == "false" ? false : nil
            }
        }
        return (waits, shouldRetry)
    }

    /// By its length, its first letter and its last: `retry-after`, `x-should-retry`, `…-reset`,
    /// `…-ms`, `x-ratelimit-reset-requests`, `-tokens`.
    private static func mayPromise(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.count >= 11, let first = name.first, let last = name.last else { return false }
        return "xra".utf8.contains(first | 0x20) && "rysti".utf8.contains(last | 0x20)
    }
}
