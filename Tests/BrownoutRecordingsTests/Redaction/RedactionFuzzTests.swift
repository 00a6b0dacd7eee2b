import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import BrownoutRedaction
import BrownoutTesting
import Foundation
import Testing

@testable import BrownoutRecordings

/// Secrets of every kind, in every place, written in every way, cut into chunks and events.
@Suite struct RedactionFuzzTests {
    /// What reaches a disk.
    typealias Writer = @Sendable (Recording) -> [UInt8]

    static let writers: [(name: String, write: Writer)] = [
        ("all parts", parts), ("the format", RecordingDocument.encode),
    ]

    /// Every byte of a recording, one part behind the other.
    private static func parts(_ recording: Recording) -> [UInt8] {
        let (request, response) = (recording.request, recording.response)
        var text = [
            recording.id, recording.provenance.upstream, recording.provenance.client,
            request.method, request.path, request.query ?? "", response.head?.reason ?? "",
        ]
        text += (request.headers + (response.head?.headers ?? [])).map { $0.name + ": " + $0.value }
        return Array(text.joined(separator: "\n").utf8) + [0x0A] + request.body + [0x0A]
            + response.body
    }

    /// `BROWNOUT_FUZZ_SEED=N swift test --filter RedactionFuzzTests` repeats a run.
    private static let seed =
        ProcessInfo.processInfo.environment["BROWNOUT_FUZZ_SEED"].flatMap { UInt64($0) }
        ?? UInt64.random(in: 0...(.max))

    private let redactor: Redactor

    init() throws {
        redactor = Redactor(patterns: [
            try RedactionPattern(name: "employee", expression: "EMP-\\d{6}")
        ])
    }

    @Test(arguments: PlantedPlace.allCases)
    func noSecretIsLeftAnywhere(place: PlantedPlace) throws {
        var draws = Draws(Self.seed)
        for secret in PlantedSecret.toldByThemselves {
            // Three a run, which another run adds to.
            for form in PlantedForm.allCases.shuffled(using: &draws).prefix(3) {
                let value = secret.value(&draws)
                let recording = place.recording(form.written(value), &draws)
                let redacted = recording.redacted(by: redactor)
                let label: Comment =
                    "\(secret) \(value) as \(form), BROWNOUT_FUZZ_SEED=\(Self.seed)"
                #expect(redacted != recording, label)
                // What is looked for below is found where nothing was redacted.
                let planted = Self.parts(recording) + Self.decodedParts(recording)
                #expect(!Self.search(planted, for: value).isEmpty, label)
                for writer in Self.writers {
                    let hits = Self.search(writer.write(redacted), for: value)
                    #expect(hits.isEmpty, label)
                }
                #expect(Self.search(Self.decodedParts(redacted), for: value).isEmpty, label)
                let again = redacted.redacted(by: redactor)
                #expect(again == redacted, label)
                Self.expectWhole(redacted, label)
                #expect(SecretCheck.findings(in: redacted, by: redactor).isEmpty, label)
                #expect(!SecretCheck.findings(in: recording, by: redactor).isEmpty, label)
            }
        }
    }

    /// A credential that an answer echoes is found though nothing else gives it away.
    @Test func whatTheRequestSentIsFoundInTheAnswer() throws {
        var draws = Draws(Self.seed)
        for form in PlantedForm.allCases {
            let key = "team/key " + draws.text(12, of: "abcdefgh\"\\\u{e9}")
            for place in PlantedPlace.allCases where !place.hidesAnything {
                var recording = place.recording(
                    form == .plain ? "team-key-plain1" : form.written(key), &draws)
                recording.request.headers.append(
                    HeaderField("Authorization", "Bearer team-key-plain1"))
                recording.request.headers.append(HeaderField("X-Api-Key", key))
                let redacted = recording.redacted(by: redactor)
                let written = Self.parts(redacted) + Self.decodedParts(redacted)
                let label: Comment = "\(place) \(form) BROWNOUT_FUZZ_SEED=\(Self.seed)"
                if form != .form {
                    #expect(Self.search(written, for: key).isEmpty, label)
                }
                #expect(Self.search(written, for: "team-key-plain1").isEmpty, label)
            }
        }
    }

    @Test func everyBorderWithinASecretMovesBehindItsMarker() throws {
        let secret = "bob@example.com"
        let body = Array(#"{"to":"\#(secret)!"}"#.utf8)
        for border in 1..<body.count {
            var draws = Draws(1)
            var recording = PlantedPlace.responseText.recording("", &draws)
            recording.response.body = body
            recording.response.chunks = [
                RecordedChunk(end: border, at: 1), RecordedChunk(end: body.count, at: 2),
            ]
            let redacted = recording.redacted(by: redactor).response
            #expect(Self.search(redacted.body, for: "example").isEmpty)
            #expect(redacted.chunks.count == 2)
            let first = redacted.body[..<redacted.chunks[0].end]
            #expect(String(decoding: first, as: UTF8.self).contains("redacted") == (border > 7))
            #expect(redacted.chunks[1].end == redacted.body.count)
        }
    }

    // MARK: - What is looked for

    /// Bodies behind their codings, and what the events of streams spread.
    private static func decodedParts(_ recording: Recording) -> [UInt8] {
        let (request, response) = (recording.request, recording.response)
        let fields = response.head?.headers ?? []
        let bodies = [
            DecodedBody(request.body, [], request.headers, limit: 1 << 20).bytes,
            DecodedBody(response.body, [], fields, limit: 1 << 20).bytes,
        ]
        var joined = ""
        for line in String(decoding: bodies[1], as: UTF8.self).split(separator: "\n") {
            guard let json = try? JSON.parse(String(line.trimmingPrefix("data: "))) else {
                continue
            }
            let choice = json["choices"]?.arrayValue?.first
            guard choice?["index"]?.intValue != 1 else { continue }
            let delta = choice?["delta"] ?? json["delta"]
            let call = delta?["tool_calls"]?.arrayValue?.first?["function"]
            let text = delta?["content"] ?? delta?["text"] ?? call?["arguments"]
            joined += text?.stringValue ?? ""
        }
        return bodies[0] + [0x0A] + bodies[1] + [0x0A] + Array(joined.utf8)
    }

    /// The levels of escapes behind which a value is in bytes: none where it is in none.
    private static func search(_ bytes: [UInt8], for value: String) -> [Int] {
        var texts = [bytes]
        var next = 0
        while next < texts.count, texts.count < 15 {
            texts += [unescaped(texts[next]), unpercented(texts[next])].compactMap(\.self)
            next += 1
        }
        let digits = value.filter(\.isNumber)
        let wanted = [Data(value.utf8)] + (digits.count >= 9 ? [Data(digits.utf8)] : [])
        return texts.indices.filter { index in
            let text = Data(texts[index])
            let spaced = Data(texts[index].map { $0 == UInt8(ascii: "+") ? 0x20 : $0 })
            return wanted.contains { text.range(of: $0) != nil || spaced.range(of: $0) != nil }
        }
    }

    /// Nil where there is nothing to undo.
    private static func unescaped(_ text: [UInt8]) -> [UInt8]? {
        undone(text, sign: "\\") { rest in
            guard rest.count > 1, "\"\\/u".utf8.contains(rest[rest.startIndex + 1]) else {
                return nil
            }
            let sign = rest[rest.startIndex + 1]
            if sign != UInt8(ascii: "u") { return ([sign], 2) }
            let code = String(decoding: rest.dropFirst(2).prefix(4), as: UTF8.self)
            guard let scalar = UInt32(code, radix: 16).flatMap(UnicodeScalar.init) else {
                return nil
            }
            return (Array(String(scalar).utf8), 6)
        }
    }

    private static func unpercented(_ text: [UInt8]) -> [UInt8]? {
        undone(text, sign: "%") { rest in
            let code = String(decoding: rest.dropFirst().prefix(2), as: UTF8.self)
            return UInt8(code, radix: 16).map { ([$0], 3) }
        }
    }

    private static func undone(
        _ text: [UInt8], sign: Unicode.Scalar,
        _ undo: (ArraySlice<UInt8>) -> (bytes: [UInt8], count: Int)?
    ) -> [UInt8]? {
        let sign = UInt8(ascii: sign)
        guard var place = text.firstIndex(of: sign) else { return nil }
        var out = Array(text[..<place])
        while place < text.count {
            if text[place] == sign, let done = undo(text[place...]) {
                out += done.bytes
                place += done.count
            } else {
                out.append(text[place])
                place += 1
            }
        }
        return out
    }

    /// What frames a recording still fits it.
    private static func expectWhole(_ recording: Recording, _ label: Comment) {
        let response = recording.response
        #expect(
            recording.request.header("content-length") == "\(recording.request.body.count)", label)
        #expect(response.head?.header("content-length") == "\(response.body.count)", label)
        let ends = response.chunks.map(\.end)
        #expect(ends.last ?? 0 == response.body.count, label)
        #expect(zip(ends, ends.dropFirst()).allSatisfy { $0 < $1 }, label)
        let text = String(decoding: response.body, as: UTF8.self)
        if text.hasPrefix("{") { #expect((try? JSON.parse(text)) != nil, label) }
        for line in text.split(separator: "\n") where line.hasPrefix("data: {") {
            #expect((try? JSON.parse(String(line.dropFirst(6)))) != nil, label)
        }
    }
}
