import BrownoutJSON
import BrownoutYAML

/// Files of tools whose form is not read, by what they cannot be mistaken for: whoever brings one
/// is told what it is.
enum ForeignFormat {
    /// What a text is, by how it begins; nil for what is not known.
    static func name(of bytes: [UInt8]) -> String? {
        bytes.starts(with: "httprr trace".utf8) ? "a trace of Go's httprr" : nil
    }

    /// What a value is, by its members; nil for what is not known, or is read.
    static func name<Value: ForeignValue>(of value: Value) -> String? {
        if let cassette = cassette(value) { return cassette }
        if value["log"]?["entries"]?.list != nil, value is YAMLTree {
            return "an HTTP archive written as YAML"
        }
        if value["imposters"]?.list != nil { return "a file of Mountebank's imposters" }
        if value["data"]?["pairs"]?.list != nil { return "a simulation of Hoverfly" }
        if value["info"]?["schema"]?.word?.contains("getpostman.com") == true {
            return "a collection of Postman"
        }
        if value["openapi"]?.word != nil || value["swagger"]?.word != nil {
            return "an OpenAPI description"
        }
        for mapping in [value] + (value["mappings"]?.list ?? []) where isMapping(mapping) {
            return "a file of WireMock's mappings"
        }
        guard let first = value.list?.first ?? (value.list == nil ? value : nil) else {
            return nil
        }
        if first["scope"]?.word != nil, first["response"] != nil {
            return "a file of nock's recordings"
        }
        return first["httpRequest"] != nil ? "a file of MockServer's expectations" : nil
    }

    /// Cassettes of others than vcrpy.
    private static func cassette<Value: ForeignValue>(_ value: Value) -> String? {
        if value["http_interactions"]?.list != nil {
            let recorder = value["recorded_with"]?.word?.lowercased() ?? ""
            return recorder.hasPrefix("betamax")
                ? "a cassette of betamax" : "a cassette of Ruby's VCR"
        }
        if value["requests"]?.list != nil, value["responses"]?.list != nil {
            return "a cassette of two lists, 'requests' and 'responses'"
        }
        if let first = value["interactions"]?.list?.first, first["request"]?["url"] != nil,
            first["response"]?["code"] != nil
        {
            return "a cassette of go-vcr"
        }
        return nil
    }

    /// WireMock says what of a request has to match, and has words of its own for what it answers.
    private static func isMapping<Value: ForeignValue>(_ value: Value) -> Bool {
        guard let request = value["request"], let response = value["response"] else { return false }
        let asked = [
            "urlPath", "urlPattern", "urlPathPattern", "urlPathTemplate", "bodyPatterns",
            "queryParameters",
        ]
        let answered = [
            "jsonBody", "bodyFileName", "base64Body", "transformers", "fixedDelayMilliseconds",
            "proxyBaseUrl", "additionalProxyRequestHeaders",
        ]
        return asked.contains { request[$0] != nil } || answered.contains { response[$0] != nil }
    }
}

/// A tree of JSON or YAML, as far as finding out whose it is goes.
protocol ForeignValue {
    subscript(key: String) -> Self? { get }
    var list: [Self]? { get }
    /// A scalar's text.
    var word: String? { get }
}

extension JSON: ForeignValue {
    var list: [JSON]? { arrayValue }
    var word: String? { stringValue }
}

extension YAMLTree: ForeignValue {
    var list: [YAMLTree]? { items }
    var word: String? { text }
}
