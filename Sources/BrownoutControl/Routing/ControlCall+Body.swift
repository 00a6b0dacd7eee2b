import BrownoutJSON
import BrownoutScenarios

extension ControlCall {
    /// What diagnostics call the body.
    static let bodyName = "body"

    /// The body as YAML, of which JSON is a part. Clients say `application/json` of YAML too, so
    /// what is no JSON is read as what it may be. Escapes of JSON that YAML does not know are
    /// written out, at the cost of places in diagnostics.
    func yaml() -> [UInt8] {
        guard saysJSON, let json = try? JSON.parse(body) else { return body }
        let hasEscape = zip(body, body.dropFirst()).contains {
            $0 == UInt8(ascii: "\\") && $1 == UInt8(ascii: "u")
        }
        guard hasEscape || body.contains(UInt8(ascii: "\t")) else { return body }
        return Array(json.text.utf8)
    }

    /// The members of a command in JSON, each known; nothing is an empty one, and what is null
    /// is not given.
    func command(_ known: [String]) throws(ControlError) -> [String: JSON] {
        if body.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) { return [:] }
        guard let members = try parsed().objectValue else {
            throw .badBody("the body must be a JSON object, such as {}")
        }
        var values: [String: JSON] = [:]
        for member in members {
            guard known.contains(member.key) else {
                let names = known.map { "'\($0)'" }.joined(separator: ", ")
                throw .badBody("unknown member '\(member.key.shown)'; these are known: \(names)")
            }
            if !member.value.isNull { values[member.key] = member.value }
        }
        return values
    }

    private func parsed() throws(ControlError) -> JSON {
        do {
            return try JSON.parse(body)
        } catch {
            throw .badBody("the body is not JSON: \(error.message), at byte \(error.offset)")
        }
    }
}
