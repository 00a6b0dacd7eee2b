/// What a client says its body is.
enum MediaType: Equatable {
    case json
    case yaml
    /// Nothing that helps: no type, plain text, or the type of a form, which `curl -d` and
    /// Python's `urllib` state for whatever they send.
    case unsaid

    static let ofYAML = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"]

    private init?(_ field: String?) {
        let name = field?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased() ?? ""
        switch name {
        case "application/json", "text/json": self = .json
        case "", "text/plain", "application/x-www-form-urlencoded": self = .unsaid
        default:
            guard MediaType.ofYAML.contains(name) else { return nil }
            self = .yaml
        }
    }

    /// Throws where a `Content-Type` states what a body in this language cannot have.
    static func check(
        _ field: String?, for language: ControlRoute.Body.Language
    ) throws(ControlError) {
        if let type = MediaType(field), type != .yaml || language == .yaml { return }
        let known = language == .yaml ? "application/yaml or application/json" : "application/json"
        throw ControlError(
            status: 415, code: "unsupported-media-type",
            message: "a body of '\((field ?? "").shown)' is not taken here; send \(known)")
    }
}
