import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutTesting
import Foundation
import Testing

@testable import BrownoutRecordings

/// Files of other tools and what becomes of them: recordings as documents, then the notes. With
/// `UPDATE_GOLDEN=1` in the environment the expectations are written anew, to be read.
@Suite struct ImportTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/Import")
    static let files: [String] = {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        return (names ?? []).filter { !$0.hasSuffix(".expected") }.sorted()
    }()
    static let isUpdating = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"
    static let options = ImportOptions(now: 1_767_225_600_000_000)

    private func read(
        _ text: String, _ format: ImportFormat? = nil, options: ImportOptions = options
    ) throws -> ImportResult {
        try Importer.read(Array(text.utf8), name: "f", format: format, options: options)
    }

    private func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appending(path: name)))
    }

    @Test(arguments: files)
    func aFileBecomesItsExpectedRecordings(name: String) throws {
        let result = try Importer.read(bytes(name), name: name, options: Self.options)
        var text = ""
        for recording in result.recordings {
            text += String(decoding: RecordingDocument.encode(recording), as: UTF8.self)
        }
        for note in result.notes { text += "# \(note)\n" }
        for failure in result.failures { text += "# \(failure.description)\n" }
        let file = Self.folder.appending(path: name + ".expected")
        if Self.isUpdating { try Data(text.utf8).write(to: file) }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(text == expected)
        #expect(Set(result.recordings.map(\.id)).count == result.recordings.count)
    }

    @Test(arguments: files)
    func everyRecordingComesBackFromAnArchiveAsItWas(name: String) throws {
        let recordings = try Importer.read(bytes(name), name: name, options: Self.options)
            .recordings
        let archive = HARExporter.export(recordings, version: "1").bytes
        let again = try Importer.read(archive, name: "har", options: Self.options)
        #expect(again.recordings == recordings)
        #expect(again.notes == [])
    }

    @Test func recordingsNobodyWouldMakeComeBackFromAnArchiveAsTheyWere() throws {
        for seed in 0..<200 as Range<UInt64> {
            var random = RandomRecording(seed: seed)
            let recording = random.recording(id: "r-\(seed)")
            let archive = HARExporter.export([recording], version: "1").bytes
            let again = try Importer.read(archive, name: "har", options: Self.options)
            #expect(again.recordings == [recording], "seed \(seed)")
        }
    }

    @Test func anArchiveIsPlainHARForOthers() throws {
        let recordings = try Importer.read(
            bytes("vcr-gzip-binary.yaml"), name: "f", options: Self.options
        ).recordings
        let archive = try JSON.parse(HARExporter.export(recordings, version: "1").bytes)
        let entry = try #require(archive.value(at: "/log/entries/0"))
        let text = try #require(entry.value(at: "/response/content/text")?.stringValue)
        #expect(text.contains("zipped as sent"))
        #expect(entry.value(at: "/response/content/size")?.intValue == text.utf8.count)
        let query = archive.value(at: "/log/entries/1/request/queryString/0")
        #expect(query == ["name": "api-version", "value": "2024-10-21"])
    }

    @Test func aCassetteIsWhatAnotherOneWas() throws {
        for name in ["vcr-openai-sdk.yaml", "vcr-anthropic-sdk.yaml", "vcr-gzip-binary.yaml"] {
            let recordings = try Importer.read(bytes(name), name: name, options: Self.options)
                .recordings
            let (cassette, notes) = VCRExporter.export(recordings)
            let again = try Importer.read(cassette, name: "again", options: Self.options)
            #expect(again.recordings.map(\.request) == recordings.map(\.request))
            if name != "vcr-gzip-binary.yaml" {
                #expect(again.recordings.map(\.response) == recordings.map(\.response))
            } else {
                #expect(notes.contains { $0.message.contains("'gzip'") })
            }
        }
    }

    @Test func cassettesSayAnyTextAndAnyBytes() throws {
        for seed in 0..<200 as Range<UInt64> {
            var random = RandomRecording(seed: seed)
            var recording = random.recording(id: "r-\(seed)")
            recording.provenance.upstream = "https://api.openai.com"
            recording.request.path = "/v1/chat/completions"
            recording.request.query = nil
            recording.request.headers = [HeaderField("x", random.text())]
            recording.response.head = RecordedHead(
                status: 200, reason: "OK", headers: [HeaderField("y", random.text())])
            let cassette = VCRExporter.export([recording]).bytes
            let again = try Importer.read(cassette, name: "c", options: Self.options).recordings
            #expect(again.map(\.request.body) == [recording.request.body], "seed \(seed)")
            #expect(again.map(\.request.headers) == [recording.request.headers], "seed \(seed)")
            #expect(again.map(\.response.body) == [recording.response.body], "seed \(seed)")
            #expect(
                again.map(\.response.head?.headers) == [recording.response.head?.headers],
                "seed \(seed)")
        }
    }

    @Test func aFileMayBeGzip() throws {
        let plain = try bytes("traceforge.json")
        let coded = Compressed.deflate(plain, .gzip)
        let result = try Importer.read(coded, name: "f.json.gz", options: Self.options)
        let expected = try Importer.read(plain, name: "f.json", options: Self.options)
        #expect(result == expected)
        #expect(throws: ImportError.self) {
            try Importer.read(Array(coded.dropLast(4)), name: "cut", options: Self.options)
        }
    }

    @Test func aHostIsWhatTheUserSaysItIs() throws {
        let cassette = """
            interactions:
            - request: {method: POST, uri: 'https://llm.corp.example/x/y', body: '', headers: {}}
              response: {status: {code: 200, message: OK}, headers: {}, body: {string: ''}}
            version: 1
            """
        let unknown = try read(cassette)
        #expect(unknown.recordings == [])
        #expect(unknown.notes.contains { $0.message.contains("--host llm.corp.example=openai") })
        var options = Self.options
        options.hosts = [(try Glob("*.corp.example"), .anthropic)]
        let known = try read(cassette, options: options)
        #expect(known.recordings.first?.provenance.dialect == .anthropic)
        #expect(known.recordings.first?.request.path == "/x/y")
    }

    @Test(arguments: [
        (
            "https://api.openai.com/v1/chat/completions?a=1", "https://api.openai.com",
            "/v1/chat/completions"
        ),
        (
            "https://api.groq.com/openai/v1/chat/completions", "https://api.groq.com/openai",
            "/v1/chat/completions"
        ),
        (
            "https://api.deepseek.com/chat/completions", "https://api.deepseek.com",
            "/chat/completions"
        ),
        ("http://127.0.0.1:9/v1/messages#x", "http://127.0.0.1:9", "/v1/messages"),
        (
            "https://r.openai.azure.com/openai/deployments/d/chat/completions",
            "https://r.openai.azure.com/openai/deployments/d", "/chat/completions"
        ),
        ("https://api.openai.com/v1/responses", "https://api.openai.com", "/v1/responses"),
        ("https://api.openai.com", "https://api.openai.com", "/"),
        (
            "https://api.openai.com/v1/engines/davinci/completions", "https://api.openai.com",
            "/v1/engines/davinci/completions"
        ),
        (
            "https://api.anthropic.com/v1/organizations/v1/messages", "https://api.anthropic.com",
            "/v1/organizations/v1/messages"
        ),
        (
            "https://eu.api.openai.com/v1/engines/ada/embeddings", "https://eu.api.openai.com",
            "/v1/engines/ada/embeddings"
        ),
    ])
    func aURLIsAnUpstreamAndAProvidersPath(url: String, upstream: String, path: String) {
        let target = ImportedTarget(url, headers: [], Self.options)
        #expect(target?.upstream == upstream)
        #expect(target?.path == path)
        #expect(target?.query == (url.contains("?") ? "a=1" : nil))
    }

    @Test func whereAPathIsCutIsSaidByTheUser() throws {
        var options = Self.options
        options.hosts = [(try Glob("api.openai.com"), .openai)]
        let url = "https://api.openai.com/v1/engines/davinci/completions"
        let target = ImportedTarget(url, headers: [], options)
        #expect(target?.upstream == "https://api.openai.com/v1/engines/davinci")
        #expect(target?.path == "/completions")
    }

    @Test(arguments: [
        ("", "f:1:1: error: the file is empty"), ("{", "f:1:2: error: this is not JSON"),
        ("{}", "f: error: is none of the formats"),
        ("{\"id\":1}\n{x", "f:2:2: error: this line is not JSON"),
        ("interactions: [{kind: message}]", "f:interaction 1 (line 1): error: is a message of a"),
        ("interactions: [", "f:1:16: error: this is not YAML"),
        ("interactions: [{request: {}}]", "f:interaction 1 (line 1): error: has no 'response'"),
        ("interactions: []\nversion: 2", "f: error: a cassette of version 2; 1 is read"),
        (
            "interactions:\n- request: {uri: 'https://api.openai.com/v1', body: !!binary '%'}\n"
                + "  response: {}",
            "f:interaction 1 (line 2), request: error: '!!binary' is not base64"
        ),
        ("a: &a [*b]", "f:1:8: error: alias '*b' names no anchor"),
        ("{\"log\":{\"entries\":[{}]}}", "f:entry 1: error: has no 'request' with a 'url'"),
        ("{\"fixtures\":[{\"match\":{}}]}", "f:fixture 1: error: has no 'response'"),
        ("\u{0}", "f:1:1: error: this is not YAML"),
    ])
    func whatCannotBeReadIsAnErrorWithItsPlace(text: String, message: String) {
        do {
            let result = try read(text)
            let failure = try #require(result.failures.first, "was read: \(result)")
            #expect("\(failure)".hasPrefix(message))
            #expect(result.recordings == [])
        } catch {
            #expect("\(error)".hasPrefix(message))
        }
    }

    @Test func aliasesCannotMakeAFileLarge() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<10 {
            let aliases = [String](repeating: "*a\(level - 1)", count: 10)
            text += "a\(level): &a\(level) [\(aliases.joined(separator: ", "))]\n"
        }
        #expect(throws: ImportError.self) { try read(text) }
        let deep = String(repeating: "[", count: 1_000)
        #expect(throws: ImportError.self) { try read("x: " + deep) }
    }

    @Test func everyFileCutAnywhereIsReadOrRefused() throws {
        for name in Self.files {
            let whole = try bytes(name)
            for end in stride(from: 0, to: whole.count, by: max(whole.count / 40, 1)) {
                _ = try? Importer.read(
                    Array(whole[..<end]), name: name, options: Self.options)
            }
        }
    }

    @Test(
        arguments: [
            ("2025-12-20T15:30:45.123Z", 1_766_244_645_123_000),
            ("2025-12-20T16:30:45.1234567+01:00", 1_766_244_645_123_456),
            ("2025-12-20 15:30:45", 1_766_244_645_000_000), ("yesterday", nil),
            ("2025-12-20T15:30:45 local", nil),
        ] as [(String, Int64?)])
    func timesOfOthersAreRead(text: String, expected: Int64?) {
        #expect(ImportTime.iso(text) == expected)
    }

    @Test func datesOfAnswersAreRead() {
        #expect(ImportTime.http("Sat, 20 Dec 2025 15:30:45 GMT") == 1_766_244_645_000_000)
        #expect(ImportTime.http("Sat Dec 20 15:30:45 2025") == nil)
    }
}
