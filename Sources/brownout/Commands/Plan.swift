import ArgumentParser
import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutScenarios
import BrownoutWire

/// `brownout plan SCENARIO --calls N`
struct Plan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a scenario will decide, before anything runs.",
        discussion: """
            The calls are named call-1, call-2, … and come one after the other, each retried \
            until it succeeds or --attempts is reached. A client that sends the header \
            x-brownout-call: call-1 meets exactly this plan, as far as its rules are pure.

            Examples:
              brownout plan Scenarios/first-day.yaml --calls 5
              brownout plan Scenarios/outage-and-recovery.yaml --every 500ms
              brownout plan Scenarios/streams-that-break.yaml --stream --seed 7 --json
            """)

    @Argument(help: "The scenario's file.")
    var scenario: String

    @Option(parsing: .unconditional, help: "How many calls.")
    var calls = 10

    @Option(parsing: .unconditional, help: "Attempts of a call at most.")
    var attempts = 3

    @Option(
        help: """
            The scenario's time between two calls, such as 500ms; without it, the calls are \
            spread over the phases that go by time.
            """,
        transform: Plan.duration)
    var every: Duration?

    @Option(help: "The provider that is asked.")
    var provider = "openai"

    @Option(help: "The model that is asked for.")
    var model: String?

    @Flag(help: "The requests ask for streams.")
    var stream = false

    @Option(help: "The client's API key.")
    var key = "sk-plan"

    @Option(help: "The client's address.")
    var client = "127.0.0.1"

    @Option(help: "The session the calls are made in.")
    var session = "default"

    @Option(parsing: .unconditional, help: "In place of the scenario's seed.")
    var seed: UInt64?

    @Flag(help: "One JSON object a decision.")
    var json = false

    func validate() throws {
        guard (1...100_000).contains(calls) else {
            throw ValidationError("--calls is \(calls); expected 1 to 100000")
        }
        guard (1...100).contains(attempts) else {
            throw ValidationError("--attempts is \(attempts); expected 1 to 100")
        }
        guard NetworkAddress(client) != nil else {
            throw ValidationError("--client is '\(client)'; expected an address")
        }
        guard !key.isEmpty else { throw ValidationError("--key is empty") }
    }

    func run() throws {
        var scenario = try ScenarioFile.load(scenario, seed: seed).scenario
        let isMade = scenario.source == .synthesise
        // What recordings and upstreams say is not known here.
        scenario.source = .synthesise
        guard let dialect = dialect(in: scenario) else {
            let names = DialectName.allCases.map(\.rawValue) + scenario.providers.map(\.name)
            throw Failure(
                .usage,
                "error: unknown provider '\(provider)'; allowed: "
                    + names.joined(separator: ", "))
        }
        let engine = Engine(scenario: scenario)
        let responder = Responder(engine: engine)
        let step = every ?? Plan.step(scenario, calls: calls)
        var timeline = PlanTimeline(scenario.phases)
        var lines: [[String]] = []
        for index in 1...calls {
            let time = step * (index - 1)
            for _ in 1...attempts {
                let planned = responder.plan(
                    request("call-\(index)", dialect),
                    at: AnswerMoment(elapsed: time, wall: 0, date: "", closing: false))
                let decision = planned.decision
                engine.release(decision)
                timeline.note(decision.phase, call: index, at: time)
                if case .refuse(let error) = planned.request.intent {
                    throw Failure(.usage, "error: nobody can ask this: \(error.message)")
                }
                if json {
                    Terminal.print(self.json("call-\(index)", decision, at: time).text + "\n")
                } else {
                    lines.append(row("call-\(index)", decision, at: time))
                }
                if planned.answer.script.succeeds {
                    engine.succeed(decision)
                    break
                }
            }
        }
        if json { return }
        Terminal.print("scenario '\(scenario.name)', seed \(scenario.seed)\n")
        if !isMade {
            Terminal.print("answers come from elsewhere; each is taken for a success here\n")
        }
        let clock =
            step > .zero ? "the clock, \(step.written) between calls here" : "the clock, at 0 here"
        if let keys = scenario.keys, keys.determinism != .pure {
            let why = keys.determinism == .timed ? clock : "the order of arrival"
            Terminal.print("which keys have expired depends on \(why)\n")
        }
        for rule in scenario.rules where rule.determinism != .pure {
            let why = rule.determinism == .timed ? clock : "the order of arrival"
            Terminal.print("rule '\(rule.name)' depends on \(why)\n")
        }
        for limit in scenario.limits {
            let why = limit.determinism == .timed ? clock : "what is in progress: nothing here"
            Terminal.print("limit '\(limit.name)' depends on \(why)\n")
        }
        if !scenario.phases.isEmpty {
            if step > .zero { Terminal.print("\(step.written) between calls\n") }
            Terminal.print("\n" + Plan.table(timeline.rows) + "\n")
        }
        Terminal.print(Plan.table([Plan.titles] + lines, leavingOut: step > .zero ? [] : [1]))
    }

    private static func duration(_ text: String) throws -> Duration {
        do throws(DurationText.Problem) {
            return try DurationText.read(text)
        } catch {
            throw ValidationError(error.message)
        }
    }

    /// What spreads the calls over the phases that go by time, so that each of them is seen.
    private static func step(_ scenario: Scenario, calls: Int) -> Duration {
        var total = Duration.zero
        var left = calls
        for phase in scenario.phases {
            switch phase.end {
            case .after(let time): total += time
            case .calls(let count): left -= min(count, left)
            case .advanced, .never: break
            }
        }
        return total > .zero ? max(total / max(left, 1), .milliseconds(1)) : .zero
    }

    private func dialect(in scenario: Scenario) -> DialectName? {
        DialectName(rawValue: provider)
            ?? scenario.providers.first { $0.name == provider }?.dialect
    }

    /// What a client asks that sends the header: the answer's length decides whether a position
    /// is reached, and with it whether the attempt succeeds.
    private func request(_ call: String, _ dialect: DialectName) -> IncomingRequest {
        SampleRequest.request(
            call, to: provider, dialect, model: model, stream: stream, key: key,
            session: session, client: NetworkAddress(client))
    }

    private static let titles = [
        "CALL", "AT", "ATTEMPT", "PHASE", "RULE", "ANSWER", "WAIT", "ID",
    ]

    private func row(_ call: String, _ decision: Decision, at time: Duration) -> [String] {
        [
            call, DecisionText.text(time), String(decision.arrival.attempt), decision.phase ?? "-",
            decision.rule ?? "-", Plan.answer(decision),
            DecisionText.text(decision.waitBeforeHead(isStream: stream)), decision.id.text,
        ]
    }

    private static func answer(_ decision: Decision) -> String {
        if let fault = decision.fault { return fault.written }
        return decision.reply == nil ? "ok" : "ok, scripted"
    }

    private func json(_ call: String, _ decision: Decision, at time: Duration) -> JSON {
        .object([
            JSONMember("call", .string(call)),
            JSONMember("attempt", .number(JSONNumber(decision.arrival.attempt))),
            JSONMember("id", .string(decision.id.text)),
            JSONMember("at_us", .number(JSONNumber(Int(time.inMicroseconds)))),
            JSONMember("phase", decision.phase.map(JSON.string) ?? .null),
            JSONMember("rule", decision.rule.map(JSON.string) ?? .null),
            JSONMember("fault", decision.fault.map { .string($0.written) } ?? .null),
            JSONMember("cause", decision.fault?.cause.map { .string($0.rawValue) } ?? .null),
            JSONMember(
                "wait_us",
                .number(JSONNumber(Int(decision.waitBeforeHead(isStream: stream).inMicroseconds)))),
        ])
    }

    /// Rows under their titles; without the columns left out, and without one of phases where no
    /// row has any.
    private static func table(_ rows: [[String]], leavingOut columns: [Int] = []) -> String {
        let isWithoutPhases = rows[0].count > 3 && rows.dropFirst().allSatisfy { $0[3] == "-" }
        let rows = rows.map { row in
            row.enumerated().filter { index, _ in
                !columns.contains(index) && !(isWithoutPhases && index == 3)
            }.map(\.element)
        }
        return TextTable.text(rows)
    }
}
