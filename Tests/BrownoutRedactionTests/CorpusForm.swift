import BrownoutCompression
import BrownoutJSON
import BrownoutTesting
import Foundation

/// Forms a text comes in, and the way back.
enum CorpusForm: CaseIterable {
    case plain, json, unicode, jsonInJSON, percent, percentOfAll, percentInJSON
    case base64, base64URL, base64InJSON, base64WithSlashes, base64InPath, base64InLines
    case base64OfJSON, percentOfBase64, gzip, zstd, gzipInBase64, utf16, utf16Back, utf16InBase64
    case delta

    func written(_ text: String) -> [UInt8] {
        let utf8 = Array(text.utf8)
        return switch self {
        case .plain: utf8
        case .json: Self.member(text)
        case .unicode: Array(#"{"a":"\#(Self.unicode(text))"}"#.utf8)
        case .jsonInJSON: Self.member(Self.string(Self.member(text)))
        case .percent: Array("/v1/x?a=\(Self.percent(text, all: false))".utf8)
        case .percentOfAll: Array("/v1/x?a=\(Self.percent(text, all: true))".utf8)
        case .percentInJSON: Self.member(Self.percent(text, all: false))
        case .base64: Array("x-note: \(Self.base64(utf8))".utf8)
        case .base64URL: Array("x-note: \(Self.base64URL(utf8))".utf8)
        case .base64InJSON: Self.member(Self.base64(utf8))
        case .base64WithSlashes:
            Array(#"{"a":"\#(Self.base64(utf8).replacing("/", with: #"\/"#))"}"#.utf8)
        case .base64InPath: Array("/v1/files/\(Self.base64URL(utf8))".utf8)
        case .base64InLines:
            Self.member(Data(utf8).base64EncodedString(options: .lineLength64Characters))
        case .base64OfJSON: Array("x-error-json: \(Self.base64(Self.member(text)))".utf8)
        case .percentOfBase64:
            Array("/v1/x?a=\(Self.percent(Self.base64(utf8), all: false))".utf8)
        case .gzip: StoredCoding.gzip(utf8)
        case .zstd: StoredCoding.zstd(utf8)
        case .gzipInBase64: Self.member(Self.base64(StoredCoding.gzip(utf8)))
        case .utf16: [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case .utf16Back: text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        case .utf16InBase64: Self.member(Self.base64(Self.utf16.written(text)))
        case .delta: Array("data: ".utf8) + Self.member(text) + Array("\n\n".utf8)
        }
    }

    /// The text again; nil for what is not in the form.
    func read(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        switch self {
        case .plain: return text
        case .json, .unicode: return Self.value(text)
        case .delta: return Self.value(String(text.dropFirst(6)))
        case .jsonInJSON: return Self.value(text).flatMap(Self.value)
        case .percent, .percentOfAll: return String(text.dropFirst(8)).removingPercentEncoding
        case .percentInJSON: return Self.value(text)?.removingPercentEncoding
        case .base64, .base64URL: return Self.decoded(String(text.dropFirst(8)))
        case .base64InJSON, .base64WithSlashes, .base64InLines:
            return Self.value(text).flatMap(Self.decoded)
        case .base64InPath: return Self.decoded(String(text.dropFirst(10)))
        case .base64OfJSON: return Self.decoded(String(text.dropFirst(14))).flatMap(Self.value)
        case .percentOfBase64:
            return String(text.dropFirst(8)).removingPercentEncoding.flatMap(Self.decoded)
        case .gzip: return Self.stored(bytes, head: 15, tail: 8)
        case .zstd: return Self.stored(bytes, head: 16, tail: 0)
        case .gzipInBase64:
            return Self.value(text).flatMap { Data(base64Encoded: $0) }
                .flatMap { Self.stored(Array($0), head: 15, tail: 8) }
        case .utf16:
            return String(bytes: bytes, encoding: .utf16)
        case .utf16Back: return String(bytes: bytes, encoding: .utf16BigEndian)
        case .utf16InBase64:
            return Self.value(text).flatMap { Data(base64Encoded: $0) }
                .flatMap { String(data: $0, encoding: .utf16) }
        }
    }

    private static func string(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private static func member(_ text: String) -> [UInt8] {
        Array(JSON.object([JSONMember("a", .string(text))]).text.utf8)
    }

    private static func value(_ text: String) -> String? {
        (try? JSON.parse(text))?["a"]?.stringValue
    }

    private static func stored(_ bytes: [UInt8], head: Int, tail: Int) -> String? {
        bytes.count >= head + tail ? string(Array(bytes[head..<(bytes.count - tail)])) : nil
    }

    private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        base64(bytes).replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func decoded(_ text: String) -> String? {
        var text = text.replacing("-", with: "+").replacing("_", with: "/")
        text.removeAll { $0.isWhitespace }
        while text.utf8.count % 4 != 0 { text += "=" }
        return Data(base64Encoded: text).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func percent(_ text: String, all: Bool) -> String {
        text.utf8.map { byte in
            let isPlain = byte < 0x80 && Draws.all.utf8.contains(byte) || "-._~".utf8.contains(byte)
            if isPlain, !all { return String(UnicodeScalar(byte)) }
            return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    private static func unicode(_ text: String) -> String {
        text.utf16.map { unit in
            let code = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - code.count) + code
        }.joined()
    }
}
