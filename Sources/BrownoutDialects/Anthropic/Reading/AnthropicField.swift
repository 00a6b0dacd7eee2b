import BrownoutJSON

/// Checks of single request fields, with Anthropic's messages when they fail: the place, a colon,
/// what is wrong (wire facts, 6.4: `max_tokens: Field required`). A null is like an absent field
/// where the field is optional.
enum AnthropicField {
    static func integer(_ value: JSON?, _ name: String) throws(ProviderError) -> Int? {
        guard let value, !value.isNull else { return nil }
        guard let integer = value.intValue else {
            throw refusal(name, "Input should be a valid integer")
        }
        return integer
    }

    /// A number between 0 and 1.
    static func fraction(_ value: JSON?, _ name: String) throws(ProviderError) {
        guard let value, !value.isNull else { return }
        guard let number = value.doubleValue else {
            throw refusal(name, "Input should be a valid number")
        }
        guard (0...1).contains(number) else { throw refusal(name, "range: 0..1") }
    }

    static func bool(_ value: JSON?, _ name: String) throws(ProviderError) -> Bool? {
        guard let value, !value.isNull else { return nil }
        guard let bool = value.boolValue else {
            throw refusal(name, "Input should be a valid boolean")
        }
        return bool
    }

    static func string(_ value: JSON?, _ name: String) throws(ProviderError) -> String {
        guard let value else { throw missing(name) }
        guard let string = value.stringValue else {
            throw refusal(name, "Input should be a valid string")
        }
        return string
    }

    static func array(_ value: JSON?, _ name: String) throws(ProviderError) -> [JSON] {
        guard let value else { throw missing(name) }
        guard let array = value.arrayValue else {
            throw refusal(name, "Input should be a valid list")
        }
        return array
    }

    static func missing(_ name: String) -> ProviderError { refusal(name, "Field required") }

    static func refusal(_ name: String, _ problem: String) -> ProviderError {
        refusal("\(name): \(problem)")
    }

    static func refusal(_ message: String) -> ProviderError {
        ProviderError(status: 400, type: "invalid_request_error", message: message)
    }
}
