import BrownoutJSON

/// Checks of single request fields, with OpenAI's messages and codes when they fail (wire facts,
/// 4: `missing_required_parameter`, `invalid_type`, `invalid_value`, …).
enum OpenAIField {
    static func integer(
        _ value: JSON?, _ name: String, in range: ClosedRange<Int>
    ) throws(ProviderError) -> Int? {
        guard let value, !value.isNull else { return nil }
        guard let integer = value.intValue else { throw type(name, "an integer", value) }
        if integer < range.lowerBound {
            throw bound(name, "integer", "below minimum", ">= \(range.lowerBound)", value)
        }
        if integer > range.upperBound {
            throw bound(name, "integer", "above maximum", "<= \(range.upperBound)", value)
        }
        return integer
    }

    static func decimal(
        _ value: JSON?, _ name: String, in range: ClosedRange<Int>
    ) throws(ProviderError) {
        guard let value, !value.isNull else { return }
        guard let decimal = value.doubleValue else { throw type(name, "a decimal", value) }
        if decimal < Double(range.lowerBound) {
            throw bound(name, "decimal", "below minimum", ">= \(range.lowerBound)", value)
        }
        if decimal > Double(range.upperBound) {
            throw bound(name, "decimal", "above maximum", "<= \(range.upperBound)", value)
        }
    }

    static func bool(_ value: JSON?, _ name: String) throws(ProviderError) -> Bool? {
        guard let value, !value.isNull else { return nil }
        guard let bool = value.boolValue else { throw type(name, "a boolean", value) }
        return bool
    }

    static func string(_ value: JSON?, _ name: String) throws(ProviderError) -> String {
        guard let value else { throw missing(name) }
        guard let string = value.stringValue else { throw type(name, "a string", value) }
        return string
    }

    static func missing(_ name: String) -> ProviderError {
        refusal("Missing required parameter: '\(name)'.", name, "missing_required_parameter")
    }

    static func type(_ name: String, _ expected: String, _ value: JSON) -> ProviderError {
        refusal(
            "Invalid type for '\(name)': expected \(expected), but got \(kind(value)) instead.",
            name, "invalid_type")
    }

    static func value(_ name: String, _ value: String, of supported: String) -> ProviderError {
        refusal(
            "Invalid value: '\(value.prefix(200))'. Supported values are: \(supported).", name,
            "invalid_value")
    }

    static func emptyArray(_ name: String) -> ProviderError {
        refusal(
            "Invalid '\(name)': empty array. Expected an array with minimum length 1, "
                + "but got an empty array instead.", name, "empty_array")
    }

    static func refusal(_ message: String, _ param: String?, _ code: String?) -> ProviderError {
        ProviderError(
            status: 400, type: "invalid_request_error", message: message, code: code, param: param)
    }

    private static func bound(
        _ name: String, _ kind: String, _ side: String, _ expected: String, _ value: JSON
    ) -> ProviderError {
        refusal(
            "Invalid '\(name)': \(kind) \(side) value. Expected a value \(expected), "
                + "but got \(value.text.prefix(60)) instead.", name,
            "\(kind)_\(side == "below minimum" ? "below_min" : "above_max")_value")
    }

    private static func kind(_ value: JSON) -> String {
        switch value.kind {
        case "null": "null"
        case "integer": "an integer"
        case "number": "a decimal number"
        case "array" where value == .array([]): "an empty array"
        case "array": "an array"
        case "object": "an object"
        case let kind: "a \(kind)"
        }
    }
}
