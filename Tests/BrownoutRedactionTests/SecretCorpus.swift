import BrownoutCompression
import BrownoutJSON
import Foundation

/// Draws that are the same on any day and machine: SplitMix64 (Steele, Lea and Flood, 2014).
struct Draws {
    private var state: UInt64

    init(_ seed: Int) {
        state = UInt64(seed)
    }

    mutating func word() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(word() % UInt64(bound)) }

    mutating func one<Element>(of all: [Element]) -> Element { all[below(all.count)] }

    mutating func text(_ count: Int, of letters: String = Self.all) -> String {
        let letters = Array(letters)
        return String((0..<count).map { _ in letters[below(letters.count)] })
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: word()) }
    }

    mutating func number(_ digits: Int) -> String {
        text(1, of: "123456789") + text(digits - 1, of: "0123456789")
    }

    static let small = "abcdefghijklmnopqrstuvwxyz"
    static let capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    static let all = small + capitals + "0123456789"
}

/// Secrets, each in a text that people or programs write around it.
enum CorpusSecret: CaseIterable {
    case openAI, openAIOld, anthropic, openRouter, google, aws, github, githubFine, gitLab, slack
    case stripe, huggingFace, groq, xAI, client, webToken, bearer, basic, password, apiKey, query
    case assigned, field, user, email, socialSecurity, card, cardInGroups, cardByName

    /// Those that are no credentials, and so are not looked for in the journal.
    static let ofPeople: [CorpusSecret] = [
        .email, .socialSecurity, .card, .cardInGroups, .cardByName,
    ]

    func planted(_ draws: inout Draws) -> (value: String, text: String) {
        let value = value(&draws)
        let text =
            switch self {
            case .bearer: "Authorization: Bearer \(value)"
            case .basic: "authorization: Basic \(value)"
            case .password: #"{"user": "ann", "password": "\#(value)", "n": 1}"#
            case .apiKey: #"{"OPENAI_API_KEY":"\#(value)"}"#
            case .query: "/v1/models?alt=sse&api_key=\(value)&x=1"
            case .assigned: "run with OPENAI_API_KEY=\(value) and wait"
            case .field: "x-api-key: \(value)"
            case .user: "see https://bob:\(value)@llm.example/v1 for more"
            case .cardByName: "card number: \(value)."
            default: "please use \(value) for this, and no other"
            }
        return (value, text)
    }

    private func value(_ draws: inout Draws) -> String {
        let digits = "0123456789"
        switch self {
        case .openAI: return "sk-proj-" + draws.text(44) + "x1"
        case .openAIOld: return "sk-" + draws.text(47) + "7"
        case .anthropic: return "sk-ant-api03-" + draws.text(60) + "AA"
        case .openRouter: return "sk-or-v1-" + draws.text(63, of: "0123456789abcdef") + "9"
        case .google: return "AIza" + draws.text(35)
        case .aws: return "AKIA" + draws.text(16, of: Draws.capitals + digits)
        case .github: return draws.one(of: ["ghp_", "gho_", "ghs_"]) + draws.text(36)
        case .githubFine: return "github_pat_" + draws.text(22) + "_" + draws.text(30)
        case .gitLab: return "glpat-" + draws.text(20)
        case .slack: return "xoxb-" + draws.number(12) + "-" + draws.text(24)
        case .stripe: return draws.one(of: ["sk_live_", "rk_test_"]) + draws.text(24)
        case .huggingFace: return "hf_" + draws.text(34)
        case .groq: return "gsk_" + draws.text(52)
        case .xAI: return "xai-" + draws.text(60)
        case .client: return "ek_" + draws.text(32, of: "0123456789abcdef")
        case .webToken:
            return "eyJ" + draws.text(30) + "." + draws.text(40) + "." + draws.text(43)
        case .bearer: return draws.text(30) + "7"
        case .basic: return Data("ann:\(draws.text(14))".utf8).base64EncodedString()
        case .password, .apiKey, .query, .assigned, .field, .user: return draws.text(18) + "3"
        case .email: return "ann.\(draws.text(6, of: Draws.small))@mail.example.com"
        case .socialSecurity:
            return "\(100 + draws.below(500))-\(10 + draws.below(89))-\(1000 + draws.below(8999))"
        case .card: return Self.card(&draws)
        case .cardInGroups:
            let number = Array(Self.card(&draws))
            return stride(from: 0, to: 16, by: 4).map { String(number[$0..<($0 + 4)]) }
                .joined(separator: " ")
        case .cardByName: return draws.one(of: ["378282246310005", "371449635398431"])
        }
    }

    private static func card(_ draws: inout Draws) -> String {
        let digits = [4] + (0..<14).map { _ in draws.below(10) }
        let sum = digits.enumerated().reduce(0) { sum, item in
            let value = item.element * (item.offset % 2 == 0 ? 2 : 1)
            return sum + value / 10 + value % 10
        }
        return (digits + [(10 - sum % 10) % 10]).map(String.init).joined()
    }
}

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
