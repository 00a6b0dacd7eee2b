package import BrownoutEngine

extension WireScript {
    /// The answer, whose head trickles.
    package func slowingHeaders(_ rate: ByteRate) -> WireScript {
        var script = self
        script.delivery.headRate = rate
        return script
    }
}
