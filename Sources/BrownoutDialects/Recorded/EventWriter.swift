import BrownoutJSON

/// Writes events with JSON as their data.
struct EventWriter {
    private(set) var bytes: [UInt8] = []

    /// An event without a name, as OpenAI sends them.
    mutating func write(_ data: JSON) {
        bytes.append(text: "data: ")
        bytes.appendJSON(data)
        bytes.append(text: "\n\n")
    }

    /// An event whose name is also the type its data begins with, as Anthropic sends them.
    mutating func write(_ type: String, _ members: [JSONMember] = []) {
        bytes.append(text: "event: ")
        bytes.append(text: type)
        bytes.append(UInt8(ascii: "\n"))
        write(.object([JSONMember("type", .string(type))] + members))
    }

    /// The end of an OpenAI stream.
    mutating func writeDone() {
        bytes.append(text: "data: [DONE]\n\n")
    }
}

extension TokenText {
    /// The tokens as texts of their own.
    var tokens: [String] { ends.indices.map { String(token($0)) } }
}
