import BrownoutEngine
import BrownoutJSON

/// The messages of a chat, read and counted.
struct OllamaConversation {
    private(set) var userText = ""
    private(set) var endsWithToolResult = false
    /// Names of the tools that were called, in order.
    private(set) var calledTools: [String] = []
    private(set) var hasImages = false
    /// Whether a text of the user's or the system's has the words of a JSON Schema.
    private(set) var mayHoldSchema = false
    /// Five tokens a message, for the role and what templates put around it, and the texts by our
    /// own estimate.
    private(set) var tokens = 3

    /// What a picture costs, about.
    static let pictureTokens = 256

    init(_ messages: [JSON], _ field: GoField) throws(ProviderError) {
        for message in messages { try read(message, field) }
    }

    private mutating func read(_ message: JSON, _ field: GoField) throws(ProviderError) {
        _ = try field.object(message, "messages", of: "api.Message")
        let role = try field.string(message["role"], "messages.role").lowercased()
        let text = try field.string(message["content"], "messages.content")
        _ = try field.string(message["thinking"], "messages.thinking")
        tokens += 5 + TokenEstimate.count(text)
        let images = try OllamaImages.count(message["images"], "messages.images", field)
        tokens += images * Self.pictureTokens
        hasImages = hasImages || images > 0
        endsWithToolResult = role == "tool"
        if role == "user" { userText = text }
        if !mayHoldSchema, role == "user" || role == "system" {
            mayHoldSchema = PromptSchema.mayBe(in: text)
        }
        let calls = try field.array(
            message["tool_calls"], "messages.tool_calls", of: "api.ToolCall")
        for call in calls {
            let function = call["function"]
            let place = "messages.tool_calls.function"
            _ = try field.object(function, place, of: "api.ToolCallFunction")
            calledTools.append(try field.string(function?["name"], place + ".name"))
            _ = try field.object(
                function?["arguments"], place + ".arguments",
                of: "api.ToolCallFunctionArguments")
            tokens += PromptEstimate.tokens(call)
        }
    }
}

/// Pictures, which are base64 without anything around it.
enum OllamaImages {
    static func count(
        _ value: JSON?, _ path: String, _ field: GoField
    ) throws(ProviderError) -> Int {
        let images = try field.array(value, path, of: "api.ImageData")
        for image in images {
            let text = try field.string(image, path)
            guard EncodedBytes.isBase64(text[...]) else {
                throw OllamaErrors.refusal("illegal base64 data at input byte \(fault(in: text))")
            }
        }
        return images.count
    }

    /// The first byte that is none of base64, or where it ends.
    private static func fault(in text: String) -> Int {
        let bytes = Array(text.utf8)
        let place = bytes.firstIndex { byte in
            Alphabet.value(of: byte) == nil && byte != UInt8(ascii: "+")
                && byte != UInt8(ascii: "/")
        }
        return place ?? bytes.count
    }
}
