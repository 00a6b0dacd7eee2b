import NIOCore

/// Requests that wait because a large answer was just made on their loop. Connections take turns,
/// so that nobody waits behind all that another one has asked for, and those that have asked for
/// nothing large go before the others.
struct Turns {
    private var queues: [ObjectIdentifier: CircularBuffer<any Carrier>] = [:]
    private var modest = CircularBuffer<ObjectIdentifier>()
    private var demanding = CircularBuffer<ObjectIdentifier>()
    private var count = 0

    var isEmpty: Bool { queues.isEmpty }

    mutating func add(_ carrier: any Carrier) {
        let connection = ObjectIdentifier(carrier.socket)
        if queues[connection] == nil { append(connection, of: carrier.socket) }
        queues[connection, default: CircularBuffer()].append(carrier)
    }

    private mutating func append(_ connection: ObjectIdentifier, of socket: AcceptedSocket) {
        if socket.isDemanding {
            demanding.append(connection)
        } else {
            modest.append(connection)
        }
    }

    /// The carrier whose turn it is. One in eight is of a connection that demands much, however
    /// many others there are.
    mutating func next() -> (any Carrier)? {
        count &+= 1
        let isForAll = count % 8 == 0
        guard
            let connection = isForAll
                ? demanding.popFirst() ?? modest.popFirst()
                : modest.popFirst() ?? demanding.popFirst(),
            let carrier = queues[connection]?.popFirst()
        else { return nil }
        if queues[connection]?.isEmpty ?? true {
            queues[connection] = nil
        } else {
            append(connection, of: carrier.socket)
        }
        return carrier
    }
}
