import Foundation

/// A secret to be planted where it must be found: in recordings, and where it is a credential, in
/// the journal.
package enum PlantedSecret: String, CaseIterable, Sendable {
    case openAI, openAIOld, anthropic, openRouter, google, aws, github, githubFine, gitLab, slack
    case stripe, huggingFace, groq, xAI, client, webToken, bearer, basic, password, apiKey, query
    case assigned, field, user, email, socialSecurity, socialSecuritySpaced, card, cardInGroups
    case cardByName, employee

    /// Those that are secrets whatever a scenario says; of an employee's number only a pattern of
    /// its own tells.
    package static let known = allCases.filter { $0 != .employee }

    /// Those that are no credentials, and so are not looked for in the journal.
    package static let ofPeople: [PlantedSecret] = [
        .email, .socialSecurity, .socialSecuritySpaced, .card, .cardInGroups, .cardByName,
    ]

    /// Those that are told by themselves, whatever stands around them.
    package static let toldByThemselves = allCases.filter { secret in
        switch secret {
        case .bearer, .basic, .password, .apiKey, .query, .assigned, .field, .user, .cardByName:
            false
        default: true
        }
    }

    /// The secret, and a text that people or programs write around it.
    package func planted(_ draws: inout Draws) -> (value: String, text: String) {
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

    /// The secret alone.
    package func value(_ draws: inout Draws) -> String {
        switch self {
        case .openAI: return "sk-proj-" + draws.text(40, of: Draws.all + "-_") + "x1"
        case .openAIOld: return "sk-" + draws.text(47) + "7"
        case .anthropic: return "sk-ant-api03-" + draws.text(60) + "AA"
        case .openRouter: return "sk-or-v1-" + draws.text(63, of: "0123456789abcdef") + "9"
        case .google: return "AIza" + draws.text(35)
        case .aws: return "AKIA" + draws.text(16, of: Draws.capitals + Draws.digits)
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
        case .email:
            return draws.text(6, of: Draws.small) + ".o'" + draws.text(4, of: Draws.small) + "+"
                + draws.text(2, of: Draws.digits) + "@" + draws.text(5, of: Draws.small)
                + ".example.com"
        case .socialSecurity: return Self.socialSecurity(&draws, separator: "-")
        case .socialSecuritySpaced: return Self.socialSecurity(&draws, separator: " ")
        case .card: return Self.card(&draws, separator: "")
        case .cardInGroups: return Self.card(&draws, separator: draws.one(of: [" ", "-"]))
        case .cardByName: return draws.one(of: ["378282246310005", "371449635398431"])
        case .employee: return "EMP-" + draws.text(6, of: Draws.digits)
        }
    }

    private static func socialSecurity(_ draws: inout Draws, separator: String) -> String {
        [100 + draws.below(500), 10 + draws.below(89), 1000 + draws.below(8999)]
            .map(String.init).joined(separator: separator)
    }

    /// A Visa card's number with its check digit.
    private static func card(_ draws: inout Draws, separator: String) -> String {
        let digits = [4] + (0..<14).map { _ in draws.below(10) }
        let sum = digits.enumerated().reduce(0) { sum, item in
            let value = item.element * (item.offset % 2 == 0 ? 2 : 1)
            return sum + value / 10 + value % 10
        }
        let number = digits + [(10 - sum % 10) % 10]
        return stride(from: 0, to: 16, by: 4)
            .map { number[$0..<($0 + 4)].map(String.init).joined() }.joined(separator: separator)
    }
}
