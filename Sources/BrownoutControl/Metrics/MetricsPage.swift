import BrownoutAnswers
import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutRedaction
import BrownoutServer

/// What `GET /metrics` answers. Names begin with `brownout_` and end in their unit; all labels
/// have a bounded number of values.
struct MetricsPage {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private var page = PrometheusText()

    var text: String { page.text }

    /// Asks every event loop; nil when the server stops.
    init?(_ server: ControlledServer) async {
        guard let data = await server.data.metrics() else { return nil }
        add(server)
        add(requests: data)
        add(times: data)
        add(connections: server.core.counters.snapshot)
        add(journalOf: server)
        add(recordingsOf: server)
        add(stateOf: server)
        add(limitsOf: server)
    }

    private mutating func add(_ server: ControlledServer) {
        page.family("brownout_build_info", .gauge, "Always 1; the version is a label.")
        page.sample("brownout_build_info", ["version": server.version], 1)
        page.family("brownout_uptime_seconds", .gauge, "Since the server began.")
        page.sample(
            "brownout_uptime_seconds", [:],
            DecimalText.seconds(nanoseconds: server.uptime.inNanoseconds, digits: 3))
    }

    private mutating func add(requests data: DataMetrics) {
        let name = "brownout_requests_total"
        page.family(
            name, .counter,
            "Requests whose answer is over. Status none: no status line went out. The phase that "
                + "held, where one did.")
        for (key, count) in data.requests.sorted(by: { $0.key.order < $1.key.order }) {
            page.sample(
                name,
                [
                    "provider": key.provider, "endpoint": key.endpoint, "model": key.model,
                    "status": key.status.map { String($0) } ?? "none",
                    "cause": key.cause?.rawValue ?? "none",
                ], further: key.phase.map { [("phase", $0)] } ?? [], count)
        }
        page.single(
            "brownout_requests_in_progress", .gauge, "Requests whose answer is not over.",
            data.inProgress)
        let faults = "brownout_faults_total"
        page.family(
            faults, .counter,
            "Faults of answers that are over. Reached false: the client met nothing of it.")
        for kind in FaultKind.allCases where !kind.isAtAccept {
            let count = data.faults[kind] ?? DataMetrics.FaultCount()
            page.sample(faults, ["fault": kind.name, "reached": "true"], count.reached)
            page.sample(faults, ["fault": kind.name, "reached": "false"], count.missed)
        }
        let accepts = "brownout_connection_faults_total"
        page.family(
            accepts, .counter,
            "Faults of connections, before any request. Reached false: the client left before.")
        for kind in FaultKind.allCases where kind.isAtAccept {
            let count = data.connectionFaults[kind] ?? DataMetrics.FaultCount()
            page.sample(accepts, ["fault": kind.name, "reached": "true"], count.reached)
            page.sample(accepts, ["fault": kind.name, "reached": "false"], count.missed)
        }
        let endings = "brownout_endings_total"
        page.family(endings, .counter, "How answers ended, in the journal's words.")
        for (ending, count) in data.endings.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            page.sample(endings, ["ending": ending.rawValue], count)
        }
        let refusals = "brownout_edge_refusals_total"
        page.family(refusals, .counter, "What never became a request, and why.")
        for (reason, count) in data.refusals.sorted(by: { $0.key < $1.key }) {
            page.sample(refusals, ["reason": reason], count)
        }
        page.single(
            "brownout_sent_bytes_total", .counter, "Bytes of answers that are over.",
            data.sentBytes)
    }

    private mutating func add(times data: DataMetrics) {
        let metrics: [(String, String, KeyPath<AnswerTimes, Histogram>)] = [
            (
                "brownout_first_byte_seconds", "From a request to the first byte of its answer.",
                \.firstByte
            ),
            (
                "brownout_planned_first_byte_seconds", "The same, as it was planned.",
                \.plannedFirstByte
            ),
            (
                "brownout_answer_seconds",
                "From a request to the last byte of its answer, where the script came to its end.",
                \.answer
            ),
            ("brownout_planned_answer_seconds", "The same, as it was planned.", \.plannedAnswer),
        ]
        for (name, help, path) in metrics {
            page.family(name, .histogram, help)
            for (provider, times) in data.times.sorted(by: { $0.key < $1.key }) {
                page.histogram(name, ["provider": provider], times[keyPath: path])
            }
        }
        page.family(
            "brownout_pacing_error_seconds", .histogram,
            "By how much steps of answers came later than they were due.")
        page.histogram("brownout_pacing_error_seconds", [:], data.pacing)
    }

    private mutating func add(connections counters: [(name: String, value: Int)]) {
        func value(_ name: String) -> Int { counters.first { $0.name == name }?.value ?? 0 }
        page.single(
            "brownout_open_connections", .gauge, "Connections of the data port.",
            value("open_connections"))
        page.single(
            "brownout_accepted_connections_total", .counter, "Connections of the data port.",
            value("accepted_connections"))
        page.single(
            "brownout_refused_connections_total", .counter,
            "Connections closed at once because there were too many.",
            value("refused_connections"))
    }

    private mutating func add(journalOf server: ControlledServer) {
        guard let journal = server.core.journal?.counters else { return }
        page.single(
            "brownout_journal_written_total", .counter, "Exchanges on disk.", journal.written)
        page.single(
            "brownout_journal_lost_total", .counter,
            "Exchanges given up because the journal could not be written.", journal.lost)
        page.single(
            "brownout_journal_queued", .gauge, "Exchanges on their way to the disk.",
            journal.queued)
        page.single(
            "brownout_journal_trouble", .gauge, "1 while the journal cannot be written.",
            journal.trouble == nil ? 0 : 1)
    }

    private mutating func add(recordingsOf server: ControlledServer) {
        guard let recordings = server.core.recorder?.counters else { return }
        page.single(
            "brownout_recordings_written_total", .counter, "Recordings on disk.",
            recordings.written)
        page.single(
            "brownout_recordings_not_whole_total", .counter,
            "Recordings on disk of exchanges that did not end whole.", recordings.notWhole)
        page.single(
            "brownout_recordings_lost_total", .counter,
            "Exchanges that were passed on and could not be recorded.", recordings.lost)
    }

    private mutating func add(stateOf server: ControlledServer) {
        let (core, engine) = (server.core, server.core.engine)
        page.single(
            "brownout_sessions", .gauge, "Sessions of which something is remembered.",
            engine.sessionCount)
        page.single(
            "brownout_session_scenarios", .gauge, "Sessions with a scenario of their own.",
            engine.sessionScenarios.count)
        page.single(
            "brownout_temporary_rules", .gauge, "Temporary rules in force.",
            engine.temporaryRules(at: core.now).count)
        page.single(
            "brownout_event_listeners", .gauge, "Who follows the events.",
            core.events.subscriptionCount)
        page.single(
            "brownout_events_dropped_total", .counter,
            "Events left out for listeners that were too slow.", core.events.droppedCount)
    }
}

extension MetricsPage {
    /// Buckets of limits that are shown: those asked first.
    private static let bucketLimit = 100

    /// Sessions, subjects and limits' names are bounded together with the buckets.
    private mutating func add(limitsOf server: ControlledServer) {
        let readings = server.core.engine.limitReadings(at: server.core.now)
        page.single(
            "brownout_limit_buckets", .gauge,
            "Buckets of limits that are kept; \(MetricsPage.bucketLimit) readings of them are shown.",
            server.core.engine.limitBucketCount)
        let shown = readings.prefix(MetricsPage.bucketLimit)
        let metrics: [(String, String, (LimitReading) -> String)] = [
            ("brownout_limit_amount", "What a bucket holds.", { String($0.amount) }),
            (
                "brownout_limit_remaining", "What is left in a bucket.",
                { String($0.remaining) }
            ),
            (
                "brownout_limit_reset_seconds", "Until a bucket is as if nothing had been used.",
                { DecimalText.seconds(nanoseconds: $0.reset.inNanoseconds, digits: 6) }
            ),
        ]
        for (name, help, value) in metrics {
            page.family(name, .gauge, help)
            for reading in shown {
                page.sample(
                    name,
                    [
                        "limit": reading.limit, "session": reading.session,
                        "subject": reading.subject.redacted,
                        "dimension": reading.dimension.rawValue,
                    ], value(reading))
            }
        }
    }
}

extension DataMetrics.Request {
    /// For a page that is the same every time.
    fileprivate var order: String {
        [
            provider, endpoint, model, status.map { String($0) } ?? "", cause?.rawValue ?? "",
            phase ?? "",
        ]
        .joined(separator: "\u{0}")
    }
}
