import BrownoutEngine
import BrownoutRedaction
package import BrownoutJSON

/// Something that was done to a running server, or refused: a change through the control port, or
/// a scenario read again.
package struct ActionRecord: Sendable, Equatable {
    /// Whether the action changed anything.
    package enum Outcome: String, Sendable {
        case done
        case refused
    }

    /// Microseconds since 1970, UTC.
    package var at: Int64
    /// What was done, in kebab-case: `put-scenario`, `reload`, …
    package var action: String
    /// The session it was done to; nil: all, or none in particular.
    package var session: String?
    /// More about it, an object.
    package var detail: JSON
    /// Whether it was done or refused.
    package var outcome: Outcome

    package init(
        at: Int64, action: String, session: String? = nil, detail: JSON = .object([]),
        outcome: Outcome = .done
    ) {
        self.at = at
        self.action = action
        self.session = session
        self.detail = detail
        self.outcome = outcome
    }

    /// The action without credentials that may be in its texts.
    package var redacted: ActionRecord {
        var copy = self
        copy.session = session.map { SessionName.isName($0) ? $0 : $0.redacted }
        copy.detail = detail.redacted
        return copy
    }

    /// As the control port and `--json` show it.
    package var json: JSON { .object(members) }

    fileprivate var members: [JSONMember] {
        [
            JSONMember("at", .string(UTCTime(microseconds: at).text(digits: 6))),
            JSONMember("action", .string(action)),
            JSONMember("session", session.map { .string($0) } ?? .null),
            JSONMember("outcome", .string(outcome.rawValue)),
            JSONMember("detail", detail),
        ]
    }
}

/// An action as it was read back: with the place the database gave it.
package struct StoredAction: Sendable, Equatable {
    /// Counts up from 1 in order of writing.
    package var sequence: Int64
    /// The start of a server that wrote it; nil in a journal from before they were told apart.
    package var run: Int64?
    /// What the row says.
    package var record: ActionRecord

    package init(sequence: Int64, run: Int64? = nil, record: ActionRecord) {
        self.sequence = sequence
        self.run = run
        self.record = record
    }

    /// As the control port and `--json` show it, with its place.
    package var json: JSON {
        .object(
            [JSONMember("sequence", .number(JSONNumber(text: String(sequence))))]
                + record.members)
    }

    /// One line for people.
    package var text: String {
        let time = UTCTime(microseconds: record.at).text(digits: 3)
        let session = record.session.map { " session \($0)" } ?? ""
        return "\(time)  \(record.outcome.rawValue)  \(record.action)\(session)  "
            + record.detail.text.printable
    }
}

extension JSON {
    /// The value without the credentials in its texts.
    fileprivate var redacted: JSON {
        switch self {
        case .string(let text): .string(text.redacted)
        case .array(let items): .array(items.map(\.redacted))
        case .object(let members): .object(members.map { JSONMember($0.key, $0.value.redacted) })
        case .null, .bool, .number: self
        }
    }
}
