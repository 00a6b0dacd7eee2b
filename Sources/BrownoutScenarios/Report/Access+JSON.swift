package import BrownoutEngine
package import BrownoutJSON

extension Access {
    /// As a scenario writes it; ``ScenarioLoader/access(name:bytes:merging:)`` reads it back.
    package var json: JSON {
        var members: [JSONMember] = []
        if !allow.isEmpty { members.append(JSONMember("allow", allow.json)) }
        if !deny.isEmpty { members.append(JSONMember("deny", deny.json)) }
        if let countries = countries.json { members.append(JSONMember("countries", countries)) }
        if !trusted.isEmpty { members.append(JSONMember("trust-forwarded-for", trusted.json)) }
        if let refusal = refusal?.refusalJSON {
            members.append(JSONMember("refuse-with", refusal))
        }
        return .object(members)
    }
}

extension AddressSet {
    fileprivate var json: JSON { .array(patterns.map { .string($0.text) }) }
}

extension Countries {
    fileprivate var json: JSON? {
        var members: [JSONMember] = []
        if !allow.isEmpty {
            members.append(JSONMember("allow", .array(allow.map { .string($0) })))
        }
        if !deny.isEmpty { members.append(JSONMember("deny", .array(deny.map { .string($0) }))) }
        if !table.entries.isEmpty {
            let entries = table.entries.map { entry in
                JSONMember(entry.code, .array(entry.addresses.map { .string($0.text) }))
            }
            members.append(JSONMember("table", .object(entries)))
        }
        return members.isEmpty ? nil : .object(members)
    }
}

extension Fault {
    /// The fault as `refuse-with` writes it; nil for the provider's own answer.
    var refusalJSON: JSON? {
        guard case .error(let fault) = self else { return .string(kind.name) }
        guard let override = fault.override else { return nil }
        var members: [JSONMember] = []
        if let status = override.status {
            members.append(JSONMember("status", .number(JSONNumber(status))))
        }
        if !override.headers.isEmpty {
            let fields = override.headers.map { JSONMember($0.name, .string($0.value)) }
            members.append(JSONMember("headers", .object(fields)))
        }
        switch override.body {
        case nil: break
        case .json(let json)?: members.append(JSONMember("body", json))
        case .text(let text)?: members.append(JSONMember("body", .string(text)))
        }
        return .object(members)
    }
}
