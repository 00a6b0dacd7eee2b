import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutScenarios
import BrownoutServer
import BrownoutVerdicts

/// What clients did so far, as calls and as a verdict.
enum VerdictRoutes {
    private static let noJournal = (404, "The server keeps no journal.")
    private static let trouble = (503, "The journal cannot be read.")

    static let all = [
        ControlRoute(
            method: .get, path: PathTemplate("/verdict"), name: "get-verdict",
            summary: "What the clients of a session did so far, judged.",
            detail: "As `brownout drill --json` has it, without a command. Without a session: what "
                + "is under the server's scenario, which sessions with one of their own are not.",
            query: [.session],
            success: .init(summary: "The verdict.", schema: Schema.ref("Verdict")),
            errors: [noJournal, trouble], handle: { call in try await verdict(call) }),
        ControlRoute(
            method: .get, path: PathTemplate("/sessions/{session}/calls"), name: "list-calls",
            summary: "The calls of a session so far, each with its attempts.",
            success: .init(summary: "Calls, oldest first.", schema: Schema.ref("CallList")),
            errors: [noJournal, trouble], handle: { call in try await calls(call) }),
    ]

    private static func verdict(_ call: ControlCall) async throws -> ControlAnswer {
        let session = call.query["session"]
        let run = try await judged(call, session)
        return ControlAnswer(.jsonText(run.bytes))
    }

    private static func calls(_ call: ControlCall) async throws -> ControlAnswer {
        let session = try call.session()
        let run = try await judged(call, session)
        var writer = JSONWriter(reservingCapacity: 64 + run.calls.count * 400)
        writer.beginObject()
        writer.field("session", session)
        writer.key("calls")
        run.calls.write(to: &writer)
        writer.endObject()
        return ControlAnswer(.jsonText(writer.bytes))
    }

    private static func judged(_ call: ControlCall, _ session: String?) async throws -> RunVerdict {
        guard let journal = call.journal else { throw ControlError.noJournal }
        let core = call.server.core
        let snapshot = core.engine.snapshot(of: session ?? SessionName.standard)
        let scenario = snapshot.scenario
        let others = session == nil ? Set(call.server.scenarios.ofSessions.map(\.0)) : []
        let rows = await call.server.data.exchangesInProgress().filter {
            session == nil ? !others.contains($0.session) : $0.session == session
        }
        let scope = EvidenceScope(
            session: session, others: others, run: core.journal?.runNumber,
            isClockManual: core.clock.mode == .manual,
            judgedSince: snapshot.began.inNanoseconds / 1000)
        return try await journal.read { [evidence = journal.evidence] reader throws(JournalError) in
            var evidence = try evidence.read(reader, scope)
            evidence.add(inProgress: rows)
            return RunVerdict(
                evidence, scenario: scenario, name: scenario.name, seed: scenario.seed)
        }
    }
}
