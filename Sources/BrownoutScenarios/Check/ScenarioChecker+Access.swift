import BrownoutEngine

// Who may connect: `access`.
extension ScenarioChecker {
    mutating func access(_ node: ScenarioNode) -> Access? {
        guard let fields = fields(node, .access) else { return nil }
        var access = Access()
        if let node = fields["refuse-with"] {
            access.refusal = refusal(node, for: .permissionDenied)
        }
        return access
    }
}
