import BrownoutEngine
import BrownoutRecords
import BrownoutRedaction
import BrownoutTesting
import Foundation
import Testing

@testable import BrownoutRecordings

@Suite struct SecretCheckTests {
    private func findings(
        in bytes: [UInt8], window: Int = SecretCheck.window
    ) throws -> [SecretFinding] {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("check-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        let findings = try SecretCheck.findings(
            inFile: path, by: Redactor(), window: window)
        #expect(findings.allSatisfy { $0.file == path })
        return findings
    }

    @Test func aFindingSaysWhereItIsAndShowsLittle() throws {
        let findings = try findings(
            in: Array("a: 1\nto: bob@example.com\n\nkey: sk-abcdefgh12345\n".utf8))
        #expect(findings.map(\.line) == [2, 4])
        #expect(findings.map(\.column) == [5, 6])
        #expect(findings.map(\.kind) == [.email, .secret])
        #expect(findings.map(\.shown) == ["bob… (15 bytes)", "sk-a… (16 bytes)"])
    }

    @Test func escapesAreSeenThrough() throws {
        let findings = try findings(
            in: Array(#"{"a":"x?to=bob%40example.com","b":"1\u00323-45-6789"}"#.utf8))
        #expect(findings.map(\.kind) == [.email, .socialSecurity])
    }

    @Test func base64IsSeenThrough() throws {
        let secret = "to: bob@example.com, and a text of some length that follows it"
        let plain = Data(secret.utf8).base64EncodedString()
        let gzip = Data(Compressed.deflate(Array(secret.utf8), .gzip))
            .base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
            .replacing("\n", with: "\n    ")
        let zstd = Data(Compressed.zstd(Array(secret.utf8))).base64EncodedString()
        let text = "x: \(plain)\ny: !!binary |\n    \(gzip)\nz=\(zstd)\n"
        let findings = try findings(in: Array(text.utf8))
        #expect(findings.map(\.place) == ["base64", "gzip in base64", "zstd in base64"])
        #expect(findings.map(\.line).first == 1)
        #expect(findings.map(\.line).dropFirst().first == 3)
        #expect(findings.allSatisfy { $0.kind == .email })
    }

    @Test func whatWasRedactedIsClean() throws {
        let text = "Authorization: Bearer sk-abcdefgh1, bob@example.com, 4111111111111111"
        #expect(try findings(in: Array(text.utf8)).count == 3)
        #expect(try findings(in: Array(Redactor().redacted(text).utf8)).isEmpty)
    }

    @Test func imagesAndWordsAreNoBlocks() throws {
        let random = (0..<3000).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
        let text = "image: \(Data(random).base64EncodedString())\nchat_completion_chunk_2024\n"
        #expect(try findings(in: Array(text.utf8)).isEmpty)
    }

    /// Lines go on being counted from one window to the next.
    @Test func aLargeFileIsGoneThroughInWindows() throws {
        let line = Array("nothing in this line of text\n".utf8)
        var bytes = Array(repeatElement(line, count: 1_000).joined())
        bytes += Array("bob@example.com\n".utf8)
        let findings = try findings(in: bytes, window: 4_000)
        #expect(findings.map(\.line) == [1_001])
    }

    @Test func aRecordingSaysInWhichPartItIs() {
        let recording = Recording(
            id: "r1",
            provenance: Provenance(
                recordedAt: 0, provider: "openai", dialect: .openai, upstream: "https://h",
                recorder: "test"),
            request: RecordedRequest(
                method: "GET", path: "/v1", headers: [HeaderField("Cookie", "id=12")]),
            response: RecordedResponse(
                head: RecordedHead(
                    status: 200, reason: "OK", headers: [HeaderField("Content-Encoding", "br")]),
                body: Compressed.brotli(Array("bob@example.com".utf8))))
        let findings = SecretCheck.findings(in: recording)
        #expect(findings.map(\.place) == ["request header Cookie", "response body"])
        #expect(findings.map(\.kind) == [.secret, .email])
    }

    @Test func aFileThatIsNotThereIsAnError() {
        #expect(throws: (any Error).self) { _ = try SecretCheck.findings(inFile: "/nowhere/x") }
    }
}
