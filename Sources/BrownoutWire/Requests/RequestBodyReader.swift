/// Tells the bytes of a request's body from those behind them.
package struct RequestBodyReader: Equatable, Sendable {
    /// How many bytes are still to come.
    package private(set) var missing: Int

    /// Reads the body of a request whose head was taken.
    package init(_ length: RequestHead.BodyLength) {
        missing =
            switch length {
            case .none: 0
            case .length(let length): length
            }
    }

    /// Whether the body is whole.
    package var isWhole: Bool { missing == 0 }

    /// How many of the next bytes belong to the body, which counts them as taken.
    package mutating func take(upTo available: Int) -> Int {
        let taken = min(missing, max(available, 0))
        missing -= taken
        return taken
    }
}
