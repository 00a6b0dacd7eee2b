import BrownoutEngine

extension Waits {
    /// The same time in all, before the first byte: what a proxy that buffers makes of a stream.
    func heldBack(for stream: EventStream) -> Waits {
        var waits = self
        var tokens = 0
        for index in 0..<stream.count {
            waits.beforeHeaders += stream.pause(index)
            tokens += stream.tokens(index)
        }
        waits.beforeHeaders += total(tokens: tokens)
        waits.dropTokens()
        return waits
    }
}
