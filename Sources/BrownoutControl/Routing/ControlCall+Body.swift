import BrownoutJSON
import BrownoutScenarios

extension ControlCall {
    /// What diagnostics call the body.
    static let bodyName = "body"

    /// The members of a command in JSON, each known; nothing is an empty one, and what is null
    /// is not given.
    func command(_ known: [String]) throws(ControlError) -> [String: JSON] {
        if body.allSatisfy({ [0x20, 0x09, 0x0A, 0x0D].contains($0) }) { return [:] }
        guard let members = try parsed().objectValue else {
            throw .badBody("the body must be a JSON object, such as {}")
        }
        var values: [String: JSON] = [:]
        var seen: Set<String> = []
        for member in members {
            guard seen.insert(member.key).inserted else {
                throw .badBody("member '\(member.key.shown)' occurs twice")
            }
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
