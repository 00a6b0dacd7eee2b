import BrownoutJSON

/// The members of a request that change nothing about our answer, but that Anthropic would refuse
/// when they are wrong; and those that it does not have. The names are those of the SDK, beta
/// included (`message_create_params.py`), so nothing that it can send is unknown.
enum AnthropicParameters {
    /// Checks a member that the parser itself does not read. `isAnthropic`: other providers of
    /// its API have parameters of their own, which are let through.
    static func check(_ member: JSONMember, isAnthropic: Bool) throws(ProviderError) {
        let (name, value) = (member.key, member.value)
        switch name {
        case "metadata": try metadata(value)
        case "service_tier": try word(value, name, ["auto", "standard_only"])
        case "speed": try word(value, name, ["standard", "fast"])
        case "inference_geo", "user_profile_id", "workspace_id":
            if !value.isNull { _ = try AnthropicField.string(value, name) }
        case "mcp_servers":
            if !value.isNull { _ = try AnthropicField.array(value, name) }
        case "context_management": try object(value, name)
        case "betas", "billing_policy", "compaction", "container", "diagnostics",
            "fallback_credit_token", "fallbacks":
            break
        default:
            if isAnthropic { throw AnthropicField.extra(name) }
        }
    }

    private static func metadata(_ value: JSON) throws(ProviderError) {
        if value.isNull { return }
        guard case .object(let members) = value else {
            throw AnthropicField.notAnObject("metadata")
        }
        for member in members {
            let name = "metadata.\(member.key.prefix(100))"
            guard member.key == "user_id" else { throw AnthropicField.extra(name) }
            if member.value.isNull { continue }
            let id = try AnthropicField.string(member.value, name)
            if id.utf8.count > 256, id.count > 256 {
                throw AnthropicField.refusal(name, "String should have at most 256 characters")
            }
        }
    }

    private static func object(_ value: JSON, _ name: String) throws(ProviderError) {
        if value.isNull { return }
        guard case .object = value else { throw AnthropicField.notAnObject(name) }
    }

    private static func word(
        _ value: JSON, _ name: String, _ words: [String]
    ) throws(ProviderError) {
        if value.isNull { return }
        try AnthropicField.word(value, name, words)
    }
}
