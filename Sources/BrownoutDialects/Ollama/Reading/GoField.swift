import BrownoutJSON

/// Members of a request as Go reads them into a struct: null is like absent, and what has another
/// type is refused in the words of `encoding/json`.
struct GoField {
    /// The struct that Go reads the body into: `ChatRequest`.
    let name: String

    /// The body of a request; what is no object does not fit the struct.
    func body(of request: RoutedRequest) throws(ProviderError) -> JSON {
        switch request.body {
        case .success(.null): throw OllamaErrors.noBody
        case .success(let body):
            guard case .object = body else {
                throw OllamaErrors.refusal(
                    "json: cannot unmarshal \(Self.kind(body)) into Go value of type api.\(name)")
            }
            return body
        case .failure(let problem): throw OllamaErrors.unreadable(problem)
        }
    }

    func string(_ value: JSON?, _ path: String) throws(ProviderError) -> String {
        switch value {
        case nil, .null?: return ""
        case .string(let text)?: return text
        case let other?: throw refusal(other, path, "string")
        }
    }

    func bool(_ value: JSON?, _ path: String) throws(ProviderError) -> Bool? {
        switch value {
        case nil, .null?: return nil
        case .bool(let bool)?: return bool
        case let other?: throw refusal(other, path, "bool")
        }
    }

    func integer(_ value: JSON?, _ path: String) throws(ProviderError) -> Int? {
        switch value {
        case nil, .null?: return nil
        case let other?:
            guard let integer = other.intValue else { throw refusal(other, path, "int") }
            return integer
        }
    }

    /// Empty where there is none.
    func array(_ value: JSON?, _ path: String, of type: String) throws(ProviderError) -> [JSON] {
        switch value {
        case nil, .null?: return []
        case .array(let items)?: return items
        case let other?: throw refusal(other, path, "[]" + type)
        }
    }

    /// Empty where there is none.
    func object(
        _ value: JSON?, _ path: String, of type: String
    ) throws(ProviderError) -> [JSONMember] {
        switch value {
        case nil, .null?: return []
        case .object(let members)?: return members
        case let other?: throw refusal(other, path, type)
        }
    }

    private func refusal(_ value: JSON, _ path: String, _ type: String) -> ProviderError {
        OllamaErrors.refusal(
            "json: cannot unmarshal \(Self.kind(value)) into Go struct field \(name).\(path) of "
                + "type \(type)")
    }

    /// What Go calls a JSON value.
    static func kind(_ value: JSON) -> String {
        switch value {
        case .null: "null"
        case .bool: "bool"
        case .number(let number):
            number.int == nil ? "number " + number.text.prefix(60) : "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSONParseError {
    /// What Go's `encoding/json` says of a text that is none, but for the character that it names.
    var goText: String {
        switch reason {
        case .end: "unexpected EOF"
        case .value, .encoding, .literal, .sign: "invalid character looking for beginning of value"
        case .key, .trailingComma:
            "invalid character looking for beginning of object key string"
        case .colon: "invalid character after object key"
        case .member: "invalid character after object key:value pair"
        case .item: "invalid character after array element"
        case .content: "invalid character after top-level value"
        case .fraction: "invalid character after decimal point in numeric literal"
        case .exponent: "invalid character in exponent of numeric literal"
        case .leadingZero: "invalid character after top-level value"
        case .control: "invalid character in string literal"
        case .escape, .secondEscape: "invalid character in string escape code"
        case .highSurrogate, .twoHighSurrogates, .lowSurrogate:
            "invalid character in string escape code"
        case .depth: "exceeded max depth"
        }
    }
}
