import Synchronization

/// What a server writes into requests that it sends on, so that it knows one that comes back: an
/// upstream can be the server itself, behind gateways too.
///
/// Each hop leaves the marks of those before it, and looks for its own alone: recorders may stand
/// one behind the other.
final class HopMark: Sendable {
    /// The marks of all hops, separated by commas.
    static let field = "x-brownout-hops"

    /// This server's, the same for its life.
    private let name: String
    private let serials = Atomic<UInt64>(0)
    /// The requests that came back and whose answer is still to come.
    private let returned = Mutex<Set<UInt64>>([])

    init() {
        name = String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// What a request is sent on with that came with `hops`, and the number by which it is known.
    func next(behind hops: String?) -> (value: String, serial: UInt64) {
        let serial = serials.wrappingAdd(1, ordering: .relaxed).newValue
        let own = "\(name).\(String(serial, radix: 16))"
        return (hops.map { "\($0), \(own)" } ?? own, serial)
    }

    /// Whether a request with such hops was sent on by this server; notes which one it was.
    func isOwn(_ hops: String) -> Bool {
        var isOwn = false
        for hop in hops.split(separator: ",") {
            let parts = hop.filter { $0 != " " }.split(separator: ".")
            guard parts.count == 2, parts[0] == name else { continue }
            isOwn = true
            if let serial = UInt64(parts[1], radix: 16), serial <= serials.load(ordering: .relaxed)
            {
                _ = returned.withLock { $0.insert(serial) }
            }
        }
        return isOwn
    }

    /// Whether a request that was sent on came back; asked once, when its answer is there.
    func hasReturned(_ serial: UInt64) -> Bool {
        returned.withLock { $0.remove(serial) != nil }
    }
}
