import BrownoutJSON

/// The tools of Anthropic's own that a client runs: the API knows their arguments, so a request
/// names their type alone (Anthropic's guides to the bash, text editor, memory and computer use
/// tools). What is made up for them does no harm to a client that does as it is told.
enum AnthropicClientTools {
    /// What a tool is given; nil for one that the provider runs.
    static func schema(ofType type: String, _ tool: JSON) -> JSON? {
        guard !type.contains("toolset") else { return nil }
        if type.hasPrefix("bash_") { return bash }
        if type.hasPrefix("text_editor_") { return editor }
        if type.hasPrefix("memory_") { return memory }
        if type.hasPrefix("computer_") { return computer(tool) }
        return nil
    }

    private static let bash = object(["command": word(["echo hello", "echo ready", "pwd"])])

    private static let editor = object(["command": word(["view"]), "path": word(["/tmp"])])

    private static let memory = object(["command": word(["view"]), "path": word(["/memories"])])

    /// A picture of the screen, or the pointer to a place on it.
    private static func computer(_ tool: JSON) -> JSON {
        func place(_ side: String) -> JSON {
            let size = tool[side]?.intValue ?? 1
            return [
                "type": "integer", "minimum": 0,
                "maximum": .number(JSONNumber(max(min(size, 100_000) - 1, 0))),
            ]
        }
        let coordinate: JSON = [
            "type": "array", "minItems": 2, "maxItems": 2,
            "prefixItems": [place("display_width_px"), place("display_height_px")],
        ]
        return [
            "type": "object",
            "anyOf": [
                object(["action": word(["screenshot"])]),
                object(["action": word(["mouse_move"]), "coordinate": coordinate]),
            ],
        ]
    }

    private static func word(_ words: [String]) -> JSON {
        ["type": "string", "enum": .array(words.map { .string($0) })]
    }

    /// An object with all of these members and no others.
    private static func object(_ members: KeyValuePairs<String, JSON>) -> JSON {
        [
            "type": "object",
            "properties": .object(members.map { JSONMember($0.key, $0.value) }),
            "required": .array(members.map { .string($0.key) }), "additionalProperties": false,
        ]
    }
}
