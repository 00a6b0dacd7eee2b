import BrownoutJournal
import BrownoutRecords
import BrownoutTesting
import Foundation

/// One request under one fault, on a real socket, beside the same request without the fault.
struct FaultRun {
    /// Everything the client got.
    var bytes: [UInt8]
    var end: ConnectionEnd?
    /// What a healthy provider sends: every byte of it, the date apart.
    var healthy: [UInt8]
    var journal: [ExchangeRecord]

    static let words = "one two three four five six seven eight nine ten eleven twelve"

    /// `fault` as a scenario writes it. A stream of `words` unless `request` asks otherwise.
    static func of(
        _ fault: String, request: String = Request.chat(stream: true), reply: String? = nil,
        seconds: Double = 5, top: String = ""
    ) async throws -> FaultRun {
        let reply = reply ?? "{text: \"\(words)\"}"
        let base = "scenario: wire\ncreated: seeded\nreply: \(reply)\n\(top)\n"
        var healthy: [UInt8] = []
        try await LiveServer.run(base) { live in
            let client = try live.client()
            try client.send(request)
            healthy =
                client.receive(seconds: 5) { Request.isWhole(String(decoding: $0, as: UTF8.self)) }
                .bytes
        }
        var seen: (bytes: [UInt8], end: ConnectionEnd?) = ([], nil)
        let journal = try await LiveServer.run(
            base + "rules: [{name: fault, fault: \(fault)}]"
        ) { live in
            let client = try live.client()
            try client.send(request)
            seen = client.receive(seconds: seconds) {
                Request.isWhole(String(decoding: $0, as: UTF8.self))
            }
        }
        return FaultRun(bytes: seen.bytes, end: seen.end, healthy: healthy, journal: journal)
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var head: String { text.components(separatedBy: "\r\n\r\n")[0] }
    var body: String { Request.body(text) }
    var healthyHead: String {
        String(decoding: healthy, as: UTF8.self).components(separatedBy: "\r\n\r\n")[0]
    }
    var healthyBody: String { Request.body(String(decoding: healthy, as: UTF8.self)) }
    /// The healthy stream's events, each with its blank line.
    var healthyEvents: [String] {
        Chunks.payload(of: healthyBody).components(separatedBy: "\n\n").dropLast().map {
            $0 + "\n\n"
        }
    }

    func field(_ name: String) -> [String] {
        head.components(separatedBy: "\r\n").filter { $0.hasPrefix(name + ": ") }
            .map { String($0.dropFirst(name.count + 2)) }
    }
}
