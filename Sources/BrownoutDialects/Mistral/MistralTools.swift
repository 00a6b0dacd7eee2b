import BrownoutEngine
import BrownoutJSON

/// The tools that a chat with Mistral offers, and whether one has to be called.
struct MistralTools {
    private(set) var tools: [ChatRequest.Tool] = []
    private(set) var choice = ChatRequest.ToolChoice.automatic
    /// What the offer adds to the prompt.
    private(set) var tokens = 0

    init(_ fields: inout MistralFields) {
        for (index, item) in (fields.list("tools") ?? []).enumerated() {
            let place: [JSON] = ["tools", .number(JSONNumber(index))]
            var tool = MistralFields(item, at: place)
            // Connectors that Mistral runs itself are taken, and never called.
            let kind = tool.string("type") ?? "function"
            if kind == "function" {
                tool.require("function")
                if let function = tool.value("function") {
                    var body = MistralFields(function, at: place + ["function"])
                    body.require("name")
                    body.require("parameters")
                    let name = body.string("name") ?? ""
                    tools.append(
                        ChatRequest.Tool(name: name, schema: body.value("parameters") ?? .null))
                    tool.add(body.problems)
                }
            }
            fields.add(tool.problems)
        }
        if let offer = fields.value("tools") { tokens = PromptEstimate.tokens(offer) }
        readChoice(&fields)
    }

    /// `any` is Mistral's word for `required`, which it takes too.
    private mutating func readChoice(_ fields: inout MistralFields) {
        guard let value = fields.value("tool_choice") else { return }
        if let name = value["function"]?["name"]?.stringValue {
            guard tools.contains(where: { $0.name == name }) else {
                return fields.add(
                    "value_error", "tool_choice",
                    "Value error, no tool named '\(name.prefix(100))' is offered", value)
            }
            choice = .named(name)
            return
        }
        switch fields.word("tool_choice", of: ["auto", "none", "any", "required"]) {
        case "none"?: choice = .none
        case "any"?, "required"?: choice = .required
        default: break
        }
    }
}
