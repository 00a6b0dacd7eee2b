import BrownoutJSON

/// Finds the JSON Schema in a prompt that wants to be answered in it: clients of models without
/// structured output put it there, and parse what comes back.
struct PromptSchema {
    /// The schema that stands last; nil: none was found so far.
    private var schema: JSON?
    private var words = PromptWords()
    /// Bytes that may still be looked at as a schema.
    private var rest = 4_000_000

    /// What a prompt's texts, in order, ask for. In JSON mode nothing has to be asked for in words.
    static func shape(in texts: [String], isJSONMode: Bool) -> ChatRequest.PromptShape? {
        var finder = PromptSchema()
        for text in texts { finder.read(Array(text.utf8)) }
        guard let schema = finder.schema, isJSONMode || finder.words.askForJSON else { return nil }
        return ChatRequest.PromptShape(schema: schema, isFenced: finder.words.askForCodeBlock)
    }

    /// Whether a text has the words of a schema at all. Every text of a prompt is asked, so this
    /// builds nothing.
    static func mayBe(in text: String) -> Bool {
        let found = text.utf8.withContiguousStorageIfAvailable { bytes in
            guard let brace = place(of: UInt8(ascii: "{"), in: bytes) else { return false }
            var rest = bytes[brace...]
            while let quote = rest.firstIndex(of: UInt8(ascii: "\"")) {
                rest = rest[(quote + 1)...]
                switch rest.first {
                case UInt8(ascii: "p")?: if rest.starts(with: "properties\"".utf8) { return true }
                case UInt8(ascii: "$")?: if rest.starts(with: "$defs\"".utf8) { return true }
                case UInt8(ascii: "d")?: if rest.starts(with: "definitions\"".utf8) { return true }
                default: break
                }
            }
            return false
        }
        return found ?? false
    }

    /// The first place of a byte of ASCII, looked for in eight bytes at a time.
    private static func place(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let raw = UnsafeRawBufferPointer(bytes)
        let ones: UInt64 = 0x0101_0101_0101_0101
        let wanted = UInt64(byte) &* ones
        var place = 0
        while place &+ 8 <= bytes.count {
            // A byte that is the wanted one becomes zero, and borrows from its high bit.
            let word = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self) ^ wanted
            if (word &- ones) & ~word & (ones &* 0x80) != 0 { break }
            place &+= 8
        }
        return bytes[place...].firstIndex(of: byte)
    }

    /// The texts of a message's content.
    static func texts(of content: JSON) -> [String] {
        switch content {
        case .string(let text): [text]
        case .array(let parts): parts.compactMap { $0["text"]?.stringValue }
        default: []
        }
    }

    private mutating func read(_ bytes: [UInt8]) {
        var place = 0
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "{"), let end = end(ofObjectAt: place, in: bytes),
                let value = parsed(bytes[place..<end])
            {
                if let found = Self.schema(in: value) {
                    schema = found
                    words.takeSchema()
                }
                // An object that is none is an example, or what a tool is given.
                place = end
            } else {
                words.take(bytes[place])
                place += 1
            }
        }
        words.end()
    }

    /// Where an object ends; nil for a brace that begins none.
    private mutating func end(ofObjectAt start: Int, in bytes: [UInt8]) -> Int? {
        var depth = 0
        var (inString, isEscaped, isFirst) = (false, false, true)
        for place in start..<bytes.count {
            rest -= 1
            guard rest > 0 else { return nil }
            let byte = bytes[place]
            if inString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return place + 1 }
            case UInt8(ascii: "\""): inString = true
            case 0x20, 0x0A, 0x0D, 0x09: continue
            default: break
            }
            // Code has braces too, and no text behind them.
            if isFirst, place > start {
                guard inString else { return nil }
                isFirst = false
            }
        }
        return nil
    }

    private func parsed(_ bytes: ArraySlice<UInt8>) -> JSON? {
        do throws(JSONParseError) { return try JSON.parse(Array(bytes)) } catch { return nil }
    }

    /// The value itself, or what it wraps as OpenAI's `response_format` does.
    private static func schema(in value: JSON) -> JSON? {
        if isSchema(value) { return value }
        for name in ["json_schema", "schema"] {
            if let inner = value[name] { return schema(in: inner) }
        }
        return nil
    }

    private static func isSchema(_ value: JSON) -> Bool {
        if let type = value["type"], !isType(type) { return false }
        if case .object(let parts)? = value["properties"] {
            return parts.allSatisfy { part in
                switch part.value {
                case .object, .bool: true
                default: false
                }
            }
        }
        guard value["$defs"]?.objectValue != nil || value["definitions"]?.objectValue != nil else {
            return false
        }
        return ["type", "$ref", "anyOf", "oneOf", "allOf"].contains { value[$0] != nil }
    }

    private static func isType(_ value: JSON) -> Bool {
        let types = ["object", "array", "string", "number", "integer", "boolean", "null"]
        switch value {
        case .string(let name): return types.contains(name)
        case .array(let names): return !names.isEmpty && names.allSatisfy(isType)
        default: return false
        }
    }
}

extension ChatRequest {
    /// Reads from the prompt what shape the answer is to have, unless a field of its own says it.
    mutating func readShape(of messages: JSON?, system: JSON? = nil) {
        var isJSONMode = false
        switch responseFormat["type"]?.stringValue {
        case nil, "text": break
        case "json_object": isJSONMode = true
        default: return
        }
        var texts = system.map { PromptSchema.texts(of: $0) } ?? []
        for message in messages?.arrayValue ?? [] {
            guard ["user", "system", "developer"].contains(message["role"]?.stringValue) else {
                continue
            }
            texts += PromptSchema.texts(of: message["content"] ?? .null)
        }
        promptShape = PromptSchema.shape(in: texts, isJSONMode: isJSONMode)
    }
}
