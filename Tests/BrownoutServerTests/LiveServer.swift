import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutScenarios
import BrownoutServer
import BrownoutTesting
import Foundation

/// A server on a free port of loopback, under a scenario written in YAML, with a journal.
struct LiveServer {
    let core: Core
    let server: DataServer
    let journal: JournalWriter
    let path: String

    var port: Int { server.port }

    /// Runs `body` against a server and stops it; returns what the journal then holds.
    @discardableResult
    static func run(
        _ yaml: String = "scenario: healthy", threads: Int = 2,
        limits: (inout ServerLimits) -> Void = { _ in },
        journalLimits: JournalLimits = JournalLimits(), http2: Bool = false,
        recorder: Recorder? = nil,
        _ body: (LiveServer) async throws -> Void
    ) async throws -> [ExchangeRecord] {
        var loaded = try ScenarioLoader.load(name: "test.yaml", bytes: Array(yaml.utf8))
        // Tests compare answers that were made in different seconds.
        loaded.scenario.created = .seeded
        let path = NSTemporaryDirectory() + "brownout-\(UUID().uuidString).sqlite"
        defer {
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: path + suffix)
            }
        }
        let journal = try JournalWriter(path: path, limits: journalLimits) { _ in }
        var chosen = ServerLimits()
        chosen.graceTime = .milliseconds(200)
        limits(&chosen)
        let core = Core(
            engine: Engine(scenario: loaded.scenario), journal: journal, limits: chosen,
            clock: ScenarioClock(loaded.scenario.clock), recorder: recorder)
        let server = try await DataServer.start(
            core: core, host: "127.0.0.1", port: 0, threads: threads, http2: http2)
        let live = LiveServer(core: core, server: server, journal: journal, path: path)
        do {
            try await body(live)
        } catch {
            await server.stop()
            journal.close()
            throw error
        }
        await server.stop()
        journal.close()
        let reader = try JournalReader(path: path)
        defer { reader.close() }
        return try reader.list(JournalQuery(limit: 100_000)).map(\.record)
    }

    func client(receiveBuffer: Int32? = nil) throws -> RawClient {
        try RawClient(port: port, receiveBuffer: receiveBuffer)
    }

    /// Sends one request on a connection of its own and reads all that comes.
    func exchange(
        _ request: String, seconds: Double = 5, until enough: (String) -> Bool = Request.isWhole
    ) throws -> (text: String, end: ConnectionEnd?) {
        let client = try client()
        try client.send(request)
        return client.read(seconds: seconds, until: enough)
    }
}

/// Requests as bytes.
enum Request {
    static func chat(
        _ text: String = "hi", stream: Bool = false, headers: String = "", extra: String = ""
    ) -> String {
        let body =
            #"{"model":"gpt-4o-mini","stream":\#(stream),"messages":"#
            + #"[{"role":"user","content":"\#(text)"}]\#(extra)}"#
        return post("/v1/chat/completions", body, headers: headers)
    }

    static func message(_ text: String = "hi", stream: Bool = false) -> String {
        let body =
            #"{"model":"claude-sonnet-4-5","max_tokens":200,"stream":\#(stream),"messages":"#
            + #"[{"role":"user","content":"\#(text)"}]}"#
        return post(
            "/v1/messages", body,
            headers: "x-api-key: sk-ant-1\r\nanthropic-version: 2023-06-01\r\n")
    }

    static func post(_ path: String, _ body: String, headers: String = "") -> String {
        let key = headers.contains("x-api-key") ? "" : "Authorization: Bearer sk-good\r\n"
        return "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\(key)"
            + "\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// Whether an answer has come to its own end, by its framing.
    static func isWhole(_ text: String) -> Bool {
        guard let head = text.range(of: "\r\n\r\n") else { return false }
        if text[..<head.lowerBound].contains("transfer-encoding: chunked") {
            return text.hasSuffix("\r\n0\r\n\r\n")
        }
        let length = text[..<head.lowerBound].split(separator: "\r\n")
            .first { $0.hasPrefix("content-length: ") }
            .flatMap { Int($0.dropFirst("content-length: ".count)) }
        return length.map { text[head.upperBound...].utf8.count >= $0 } ?? false
    }

    static func status(_ text: String) -> Int? {
        text.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }

    /// The bytes after the head.
    static func body(_ text: String) -> String {
        text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
    }
}
