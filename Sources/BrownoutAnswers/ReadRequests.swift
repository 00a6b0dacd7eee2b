import BrownoutDialects
package import BrownoutEngine

/// Requests that were read before, so that one that says the same is not read again: a retry, or a
/// prompt that every test asks. One event loop has one, bounded in entries and in bytes.
///
/// The same are requests with the same method, target and body, and with the same fields, but for
/// those that no provider's reading depends on. What is kept holds under the scenario that it was
/// read under alone. A request is kept once it has come twice, so that prompts that all differ cost
/// no more than their hash.
package final class ReadRequests {
    /// What reading a request brings, whoever asks.
    struct Entry {
        let request: ParsedRequest
        let prompt: PromptSketch?
        /// Not held: a scenario that is no longer in force goes.
        fileprivate weak var snapshot: Snapshot?
        fileprivate let weight: Int
    }

    /// Requests that are kept at a time.
    package static let mostEntries = 1024
    /// Bytes that they may take all together: a body that was read is up to some sixteen times as
    /// large.
    package static let mostBytes = 16 << 20
    /// Beyond this a body is not kept; hashing is the least of what it costs.
    package static let mostBytesOfOne = 256 << 10
    /// Hashes of requests that came once.
    private static let mostSeen = 4096

    private let key: BodyHash.Key
    private var entries: [BodyHash: Entry] = [:]
    /// The hashes of what is kept, the oldest first from `oldest` on.
    private var order: [BodyHash] = []
    private var oldest = 0
    private(set) var bytes = 0
    private var seen: [UInt64]
    private var text: [UInt8] = []

    /// Fields on which no provider's reading depends: what tells attempts and traces apart, and what
    /// is read of every request anyway.
    private static let asides: KnownFieldSet = [
        .host, .date, .connection, .userAgent, .contentLength, .traceparent, .tracestate,
        .requestID, .idempotencyKey, .invocation, .retryCount, .clientTimeout, .clientRuntime,
        .brownoutCall, .brownoutSession, .brownoutOutcome,
    ]

    /// Nothing was read yet. The key should come from the system's source of randomness.
    package init(key: BodyHash.Key) {
        self.key = key
        seen = Array(repeating: 0, count: ReadRequests.mostSeen)
    }

    /// Requests that are kept now.
    var count: Int { entries.count }

    /// What a request and its body are known by; nil: such a request is not kept.
    func hash(of request: IncomingRequest, _ body: UnsafeBufferPointer<UInt8>) -> BodyHash? {
        guard body.count <= ReadRequests.mostBytesOfOne else { return nil }
        text.removeAll(keepingCapacity: true)
        text.append(counted: request.method)
        text.append(counted: request.target)
        request.headers.append(besides: ReadRequests.asides, to: &text)
        // No text is as long as that, so the body begins here and nowhere else.
        text.append(count: .max)
        text.append(contentsOf: body)
        return text.withUnsafeBufferPointer { BodyHash(of: $0, under: key) }
    }

    /// What reading this brought under a scenario; nil: it was not read, or is not kept.
    func known(_ hash: BodyHash, under snapshot: Snapshot) -> Entry? {
        guard let entry = entries[hash], entry.snapshot === snapshot else { return nil }
        return entry
    }

    /// Keeps what was read, if the same has come before; its prompt, if it is kept.
    func keep(
        _ hash: BodyHash, bytes count: Int, under snapshot: Snapshot, _ request: ParsedRequest
    ) -> PromptSketch? {
        let place = Int(hash.low % UInt64(ReadRequests.mostSeen))
        guard seen[place] == hash.high else {
            seen[place] = hash.high
            return nil
        }
        // They are read of every request, and who asks chooses how large they are.
        var facts = request.facts
        facts.headers = []
        let prompt = PromptSketch(facts.body)
        let entry = Entry(
            request: request.with(facts), prompt: prompt, snapshot: snapshot,
            weight: 2048 + count * 16)
        if let old = entries.updateValue(entry, forKey: hash) {
            bytes -= old.weight
        } else {
            order.append(hash)
        }
        bytes += entry.weight
        while entries.count > ReadRequests.mostEntries || bytes > ReadRequests.mostBytes {
            forgetOldest()
        }
        return prompt
    }

    private func forgetOldest() {
        if let old = entries.removeValue(forKey: order[oldest]) { bytes -= old.weight }
        oldest += 1
        guard oldest > ReadRequests.mostEntries else { return }
        order.removeFirst(oldest)
        oldest = 0
    }
}

extension [UInt8] {
    /// A text behind its length: neighbouring ones cannot run together, whatever they hold.
    fileprivate mutating func append(counted text: String) {
        append(count: text.utf8.count)
        append(contentsOf: text.utf8)
    }

    fileprivate mutating func append(count: Int) {
        Swift.withUnsafeBytes(of: UInt64(count).littleEndian) { append(contentsOf: $0) }
    }
}
