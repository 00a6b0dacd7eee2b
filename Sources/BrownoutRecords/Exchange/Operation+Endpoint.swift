import BrownoutDialects
package import BrownoutEngine

extension Operation {
    /// What a request to an endpoint asks for, by the name that journals have for it; nil: nobody
    /// knows it.
    package init?(endpoint name: String) {
        guard let known = Operation.byEndpoint[name] else { return nil }
        self = known
    }

    private static let byEndpoint = Dictionary(
        Dialects.endpoints.map { ($0.name, $0.operation) }, uniquingKeysWith: { first, _ in first })
}
