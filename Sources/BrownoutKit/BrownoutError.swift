/// Why a server did not start, or did not do what it was asked for.
public struct BrownoutError: Error, CustomStringConvertible, Sendable {
    /// What is wrong and, of a scenario, where: `flaky.yaml:4:5: error: …`.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
