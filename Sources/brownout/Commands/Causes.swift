import ArgumentParser
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutWire
import BrownoutYAML

/// `brownout causes [CAUSE]`
struct Causes: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "causes",
        abstract: "Show every cause, and what each provider answers for it.",
        discussion: """
            The answers are those to a plain chat request with the header x-brownout-call: \
            call-1, at the beginning of 2026, by a scenario with the seed 0.

            Examples:
              brownout causes
              brownout causes rate-limited
            """)

    @Argument(help: "A cause; without one, all.")
    var cause: String?

    @Flag(help: "A JSON array.")
    var json = false

    func run() throws {
        let causes = try cause.map { [try Causes.named($0)] } ?? Cause.allCases
        let answers = causes.map(CauseAnswers.init)
        if json {
            Terminal.print(JSON.array(answers.map(\.json)).text + "\n")
        } else if cause != nil {
            Terminal.print(answers.map(\.details).joined())
        } else {
            let titles =
                ["CAUSE", "RETRY"]
                + DialectName.allCases.map { $0.rawValue.uppercased() }
                + ["MEANING"]
            Terminal.print(
                TextTable.text([titles] + answers.map(\.row), width: TextTable.width)
                    + "\n`brownout causes CAUSE` shows category, headers and bodies.\n")
        }
    }

    private static func named(_ name: String) throws -> Cause {
        if let cause = Cause(rawValue: name) { return cause }
        let nearest = NearestWord.nearest(to: name, among: Cause.allCases.map(\.rawValue))
        throw Failure(
            .usage,
            "error: no cause is called '\(name)'"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "; `brownout causes` shows all"))
    }
}

/// What each provider answers for a cause.
private struct CauseAnswers {
    let cause: Cause
    let answers: [(dialect: DialectName, answer: Answer)]

    init(_ cause: Cause) {
        self.cause = cause
        answers = DialectName.allCases.map { ($0, CauseAnswers.answer(cause, by: $0)) }
    }

    /// What the server would answer, decision and all, so that ids and dates are such.
    private static func answer(_ cause: Cause, by dialect: DialectName) -> Answer {
        let fault = CauseFault(cause)
        let scenario = Scenario(
            name: cause.rawValue,
            rules: [
                Rule(name: cause.rawValue, action: .effect(Effect(fault: .error(fault))))
            ])
        let request = Router.parse(
            SessionRequest(
                SampleRequest.request("call-1", to: dialect.rawValue, dialect, key: "sk-causes")),
            in: scenario)
        let engine = Engine(scenario: scenario)
        let decision = engine.decide(request.facts, at: .zero)
        let context = AnswerContext(
            exchange: decision.id, dice: decision.dice, key: decision.key,
            now: 1_767_225_600, date: "Thu, 01 Jan 2026 00:00:00 GMT")
        return Dialects.error(fault, for: request, context: context)
    }

    var row: [String] {
        let retry = cause.isRetryable ? "yes" : "no"
        let statuses = answers.map { String($0.answer.head.status) }
        return [cause.rawValue, retry] + statuses + [cause.summary]
    }

    var details: String {
        let delay = cause.suggestedDelay.map { ", retry after \($0.inMilliseconds) ms" } ?? ""
        let truth = cause.isRetryable ? "worth a retry" : "not worth a retry"
        let providers = answers.map { dialect, answer in
            let head = answer.head
            let fields = head.fields.fields.map { "\($0.name): \($0.value)\n" }.joined()
            return "\n\(dialect.rawValue): \(head.status) \(head.reason)\n"
                + CauseAnswers.indented(fields + "\n" + answer.text)
        }
        return "\(cause.rawValue): \(cause.summary)\n"
            + "category \(cause.category.rawValue), \(truth)\(delay)\n" + providers.joined()
    }

    /// Pages have lines that end with CR LF.
    private static func indented(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let shown = lines.last?.isEmpty == true ? lines.dropLast() : lines[...]
        return shown.map { $0.isEmpty ? "\n" : "  \($0)\n" }.joined()
    }

    var json: JSON {
        [
            "cause": .string(cause.rawValue), "summary": .string(cause.summary),
            "category": .string(cause.category.rawValue), "retryable": .bool(cause.isRetryable),
            "suggested_delay_ms": cause.suggestedDelay.map {
                .number(JSONNumber($0.inMilliseconds))
            } ?? .null,
            "providers": .object(
                answers.map { JSONMember($0.dialect.rawValue, $0.answer.json) }),
        ]
    }
}

extension Answer {
    /// The body as it is sent. No answer to the sample request is a stream.
    fileprivate var text: String {
        guard case .whole(let body) = body else { return "" }
        return String(decoding: body.bytes, as: UTF8.self)
    }

    fileprivate var json: JSON {
        let fields = head.fields.fields.map { JSONMember($0.name, .string($0.value)) }
        return [
            "status": .number(JSONNumber(head.status)), "headers": .object(fields),
            "body": (try? JSON.parse(text)) ?? .string(text),
        ]
    }
}
