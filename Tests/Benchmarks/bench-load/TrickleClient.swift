import Glibc

/// Sends requests one byte a write, on many connections in turns, and counts answers: what a server
/// does with input that comes in the smallest pieces.
struct TrickleClient {
    private struct Connection {
        var descriptor: Int32
        /// Bytes of the request that are out; all of them: the answer is awaited.
        var sent = 0
    }

    private let target: Target
    private var poller = Poller()
    private var connections: [Connection] = []
    private var block = [UInt8](repeating: 0, count: 65536)
    private var ready: [Int] = []

    init(_ target: Target, connections count: Int) {
        self.target = target
        for tag in 0..<count {
            connections.append(Connection(descriptor: poller.connect(to: target.port, tag: tag)))
        }
    }

    /// Answers that came within a time. An answer is of one piece, which those that are measured
    /// send in one write.
    mutating func run(microseconds: Int) -> Int {
        let begin = now()
        var answers = 0
        while now() - begin < microseconds {
            for tag in connections.indices where connections[tag].sent < target.request.count {
                poller.send(
                    [target.request[connections[tag].sent]], to: connections[tag].descriptor)
                connections[tag].sent += 1
            }
            ready.removeAll(keepingCapacity: true)
            poller.wait(microseconds: 0, &ready)
            for tag in ready {
                let received = recv(connections[tag].descriptor, &block, block.count, 0)
                guard received > 0 else { fail("a connection ended") }
                guard connections[tag].sent == target.request.count else {
                    fail("an answer before the request was whole")
                }
                connections[tag].sent = 0
                answers += 1
            }
        }
        return answers
    }
}
