package import BrownoutEngine
import BrownoutDialects

/// What clients say in `x-brownout-outcome`: `failed; category=rate_limit; request-id=req_…`.
///
/// An outcome, then parameters as RFC 9110 (5.6.6) has them: `category`, `retryable`, `message`, and
/// one of `request-id` and `call`, which say what it is about. Without them it is about the session's
/// last call that had ended before.
package struct OutcomeText: Sendable, Equatable {
    /// What is wrong with a text: a sentence's end, behind the name of the header.
    package struct Problem: Error, Equatable {
        package let message: String
    }

    /// The bytes of a message that are kept; the rest is cut off.
    package static let longestMessage = 4096

    package var subject = OutcomeRecord.Subject.latest
    package var outcome: DeclaredOutcome
    package var category: ErrorCategory?
    package var retryable: Bool?
    package var message: String?

    /// Reads the value of the header.
    package init(_ text: String) throws(Problem) {
        var parts = OutcomeText.parts(text)[...]
        outcome = try OutcomeText.outcome(parts.popFirst() ?? "")
        // RFC 9110 lets a parameter be empty.
        for part in parts where !part.isEmpty {
            guard let equals = part.firstIndex(of: "=") else {
                throw Problem(
                    message: "has '\(Self.short(part))', where a parameter such as "
                        + "category=rate_limit is expected")
            }
            let name = part[..<equals].lowercased()
            try set(name, OutcomeText.unquoted(part[part.index(after: equals)...]))
        }
    }

    private mutating func set(_ name: String, _ value: String) throws(Problem) {
        switch name {
        case "category": category = try OutcomeText.category(value)
        case "retryable":
            guard value == "true" || value == "false" else {
                throw Problem(message: "has retryable=\(Self.short(value)); it is true or false")
            }
            retryable = value == "true"
        case "message": message = OutcomeText.cut(value)
        case "request-id", "call":
            guard subject == .latest else {
                throw Problem(message: "names what it is about twice; call or request-id is enough")
            }
            subject = name == "call" ? .call(value) : .request(id: value)
        default:
            throw Problem(
                message:
                    "has the parameter '\(Self.short(name))'; there are category, retryable, message, "
                    + "request-id and call")
        }
    }

    /// An outcome by its word.
    package static func outcome(_ word: String) throws(Problem) -> DeclaredOutcome {
        guard let outcome = DeclaredOutcome(rawValue: word) else {
            throw Problem(
                message: "says '\(short(word))'; an outcome is one of "
                    + DeclaredOutcome.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return outcome
    }

    /// A category by its word.
    package static func category(_ word: String) throws(Problem) -> ErrorCategory {
        guard let category = ErrorCategory(rawValue: word) else {
            throw Problem(
                message: "has the category '\(short(word))'; there are "
                    + ErrorCategory.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return category
    }

    /// Somebody's text as far as a diagnostic shows it.
    private static func short(_ text: String) -> String {
        text.count > 60 ? text.prefix(60) + "…" : text
    }

    /// A message as far as it is kept.
    package static func cut(_ message: String) -> String {
        guard message.utf8.count > longestMessage else { return message }
        var kept = message.prefix(longestMessage)
        while kept.utf8.count > longestMessage { kept.removeLast() }
        return String(kept)
    }

    /// The text between semicolons that are not within quotes, without the space around it.
    private static func parts(_ text: String) -> [String] {
        var parts = [""]
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if character == ";", !isQuoted {
                parts.append("")
                continue
            }
            if isEscaped {
                isEscaped = false
            } else if character == "\\", isQuoted {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            }
            parts[parts.count - 1].append(character)
        }
        return parts.map { part in
            let trimmed = part.drop { $0 == " " || $0 == "\t" }
            let end = trimmed.lastIndex { $0 != " " && $0 != "\t" }
            return end.map { String(trimmed[...$0]) } ?? ""
        }
    }

    /// A value without quotes around it.
    private static func unquoted(_ value: Substring) -> String {
        guard value.count >= 2, value.first == "\"", value.last == "\"" else {
            return String(value)
        }
        var text = ""
        var isEscaped = false
        for character in value.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            isEscaped = false
            text.append(character)
        }
        return text
    }
}

extension OutcomeRecord.Subject {
    /// What a request id is about: the exchange that it is made of, where we made it.
    package static func request(id: String) -> OutcomeRecord.Subject {
        Dialects.exchange(fromRequestID: id).map { .exchange($0.word) } ?? .request(id)
    }
}

extension OutcomeRecord {
    /// A record of what was said at a moment.
    package init(_ text: OutcomeText, session: String, at: Int64, scenarioTime: Int64?) {
        self.init(
            at: at, scenarioTime: scenarioTime, session: session, subject: text.subject,
            outcome: text.outcome, category: text.category, retryable: text.retryable,
            message: text.message)
    }
}
