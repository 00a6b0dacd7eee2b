import Glibc

/// Holds many connections open whose answers never end, or that are not used again.
struct HoldClient {
    private let target: Target
    private let request: [UInt8]
    private let count: Int
    private var poller = Poller()
    private var block = [UInt8](repeating: 0, count: 65536)

    /// Time all heads have to arrive in.
    private static let patience = 30_000_000

    init(_ target: Target, connections: Int, sending request: KeyPath<Target, [UInt8]> = \.request)
    {
        self.target = target
        self.request = target[keyPath: request]
        self.count = connections
    }

    /// The number of connections on which an answer has begun.
    mutating func open() -> Int {
        var descriptors: [Int32] = []
        for tag in 0..<count {
            let descriptor = poller.connect(to: target.port, tag: tag)
            poller.send(request, to: descriptor)
            descriptors.append(descriptor)
        }
        var ready: [Int] = []
        var begun = 0
        let begin = now()
        while begun < count, now() - begin < HoldClient.patience {
            ready.removeAll(keepingCapacity: true)
            poller.wait(microseconds: 100_000, &ready)
            for tag in ready {
                if recv(descriptors[tag], &block, block.count, 0) > 0 { begun += 1 }
                poller.stopWatching(descriptors[tag])
            }
        }
        return begun
    }

    func waitForEndOfInput() {
        fflush(nil)
        while readLine() != nil {}
    }
}
