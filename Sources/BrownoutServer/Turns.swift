import NIOCore

/// Requests that wait because a large answer was just made on their loop. Connections take turns,
/// so that nobody waits behind all that another one has asked for.
struct Turns {
    private var queues: [ObjectIdentifier: CircularBuffer<any Carrier>] = [:]
    private var order = CircularBuffer<ObjectIdentifier>()

    var isEmpty: Bool { order.isEmpty }

    mutating func add(_ carrier: any Carrier) {
        let connection = ObjectIdentifier(carrier.socket)
        if queues[connection] == nil { order.append(connection) }
        queues[connection, default: CircularBuffer()].append(carrier)
    }

    /// The carrier whose turn it is.
    mutating func next() -> (any Carrier)? {
        guard let connection = order.popFirst() else { return nil }
        let carrier = queues[connection]?.popFirst()
        if queues[connection]?.isEmpty ?? true {
            queues[connection] = nil
        } else {
            order.append(connection)
        }
        return carrier
    }
}
