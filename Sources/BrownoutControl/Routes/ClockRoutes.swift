import BrownoutEngine
import BrownoutJSON
import BrownoutScenarios
import BrownoutServer

/// The scenario's time.
enum ClockRoutes {
    private static let success = ControlRoute.Success(
        summary: "The clock, and its time in seconds since the server began.",
        schema: Schema.ref("Clock"))

    static let all = [
        ControlRoute(
            method: .get, path: PathTemplate("/clock"), name: "get-clock",
            summary: "What the scenario's time is.", success: success,
            handle: { call in ControlAnswer(json(call.server, call.server.core.now)) }),
        ControlRoute(
            method: .post, path: PathTemplate("/clock/advance"), name: "advance-clock",
            summary: "Moves a manual clock on.",
            detail: "When this is answered, every answer in progress has been played as far as "
                + "the new time has it.",
            body: .init(
                language: .json,
                schema: Schema.some(of: [
                    "by": step("A duration such as `60s` or `250ms`, or seconds."),
                    "duration": step("The same under another name."),
                    "seconds": Schema.nullable(
                        ["type": "number", "minimum": 0, "maximum": 86_400]),
                ]),
                isRequired: true, example: ["by": "60s"]),
            success: success, errors: [(409, "The clock is not manual.")],
            handle: { call in try await advance(call) }),
    ]

    private static func advance(_ call: ControlCall) async throws -> ControlAnswer {
        let command = try call.command(["by", "duration", "seconds"])
        guard command.count == 1, let (name, value) = command.first else {
            throw ControlError.badBody(
                "one of 'by', 'duration' and 'seconds' is needed, as {\"by\": \"60s\"}")
        }
        let step = try duration(value, of: name)
        let mode = call.server.core.clock.mode
        guard mode == .manual else {
            throw ControlError.conflict(
                "clock-not-manual",
                "the clock is \(mode.text) and goes by itself; start the server with --clock "
                    + "manual, or write 'clock: manual' in its scenario")
        }
        let now = await call.server.data.advance(by: step).elapsed
        return ControlAnswer(
            json(call.server, now), session: nil,
            logged: ["by_s": .seconds(step), "now_s": .seconds(now)])
    }

    private static func step(_ description: String) -> JSON {
        [
            "description": .string(description),
            "anyOf": [
                [
                    "type": "string",
                    "pattern": #"^(0|[1-9][0-9]{0,3})(\.[0-9]{1,3})?(us|ms|s|m)$"#,
                ],
                ["type": "number", "minimum": 0, "maximum": 86_400],
                ["type": "null"],
            ],
        ]
    }

    private static func duration(
        _ value: JSON, of name: String
    ) throws(ControlError) -> Duration {
        if let seconds = value.doubleValue {
            guard (0...86_400).contains(seconds) else {
                throw .badBody("'\(name)' is from 0 to 86400 seconds")
            }
            return .nanoseconds(Int64((seconds * 1_000_000_000).rounded()))
        }
        guard name != "seconds", let text = value.stringValue else {
            throw .badBody(
                name == "seconds"
                    ? "'seconds' is a number, not \(value.kind)"
                    : "'\(name)' is a duration such as '60s', or seconds, not \(value.kind)")
        }
        do throws(DurationText.Problem) {
            return try DurationText.read(text)
        } catch {
            throw .badBody("'\(name)': \(error.message)")
        }
    }

    private static func json(_ server: ControlledServer, _ now: Duration) -> JSON {
        ["clock": .string(server.core.clock.mode.text), "now_s": .seconds(now)]
    }
}
