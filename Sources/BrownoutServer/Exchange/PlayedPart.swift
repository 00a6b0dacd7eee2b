import BrownoutWire

/// A script in a place of its own, which can be given back before its exchange is over.
final class Playing {
    var script: WireScript

    init(_ script: WireScript) {
        self.script = script
    }
}

/// What counts of a script when its exchange is over.
struct PlayedPart {
    let status: Int
    let hasHead: Bool
    let isInjected: Bool
    let isWhole: Bool
    /// The time that the plan took.
    let elapsed: Duration
    let bodyBytes: Int

    init(_ script: WireScript) {
        status = script.status
        hasHead = script.hasHead
        isInjected = script.isInjected
        isWhole = script.isWhole
        elapsed = script.elapsed
        bodyBytes = script.bodyBytes
    }
}
