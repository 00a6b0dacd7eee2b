import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutRedaction
import BrownoutServer
import BrownoutTesting
import BrownoutWire
import Foundation
import Testing

// Secrets do not get into a recording, wherever they were, and nothing else is lost with them.
extension CompatibilityTests {
    /// One of no form that is known: it is one by where it stands.
    private static let credential = "team-key-of-nobody-7"
    private static let secrets = [
        credential, "ada@example.com", "sk-proj-4f5g6h7j8k9l4f5g6h7j8k9l",
    ]
    private static let said =
        "Write to \(secrets[1]) with \(secrets[2]) or \(credential) about Paris at noon."
    private static let call = Reply.ToolCall(
        id: 11, name: "send", arguments: TokenText(#"{"to":"\#(secrets[1])","city":"Paris"}"#))

    private func field(_ place: CredentialPlace) -> HeaderField {
        switch place {
        case .bearer: HeaderField("Authorization", "Bearer \(Self.credential)")
        case .field(let name): HeaderField(name, Self.credential)
        }
    }

    /// The sample's exchange with secrets in all that is said, and a key in its place.
    private func planted(
        _ sample: EndpointSample, _ place: CredentialPlace, stream: Bool
    ) -> Recording {
        let isChat = sample.endpoint.operation == .chat
        let answer = Self.answer(
            sample, stream: stream,
            Self.reply(
                Reply.Choice(
                    text: TokenText(Self.said), toolCalls: isChat ? [Self.call] : [],
                    finish: isChat ? .toolCalls : .stop)))
        var recording = Self.recording(
            sample, stream: stream, RecordedResponse(WireScript(answer)))
        recording.request.headers = [field(place), HeaderField("x-note", "to be kept")]
        recording.request.body = with(Self.said, sample.body(stream: stream)).bytes
        return recording
    }

    /// A request that says something else than the samples do.
    private func with(_ text: String, _ json: JSON) -> JSON {
        switch json {
        case Samples.prompt: .string(text)
        case .object(let members):
            .object(members.map { JSONMember($0.key, with(text, $0.value)) })
        case .array(let items): .array(items.map { with(text, $0) })
        default: json
        }
    }

    private func has(_ bytes: [UInt8], _ text: String) -> Bool {
        Data(bytes).range(of: Data(text.utf8)) != nil
    }

    /// All that an answer says, whatever events it came in.
    private func saying(_ recording: Recording, _ sample: EndpointSample, stream: Bool) throws
        -> (Said, text: [UInt8])
    {
        let body = recording.response.body
        let plain =
            stream
            ? try #require(
                RecordedAnswer.plain(
                    ofStream: body, sample.streams, endpoint: sample.endpoint, of: sample.dialect)
            ).body : body
        return (try Said(body, stream: stream, sample), plain)
    }

    @Test(arguments: EndpointSample.written, [false, true])
    func noSecretGetsIntoARecording(_ sample: EndpointSample, _ stream: Bool) throws {
        for place in sample.profile.credentials {
            let recording = planted(sample, place, stream: stream)
            let redacted = recording.redacted(by: Redactor())
            let (before, text) = try saying(recording, sample, stream: stream)
            let (after, rest) = try saying(redacted, sample, stream: stream)
            let written = RecordingDocument.encode(redacted)
            for secret in Self.secrets {
                #expect(has(text, secret) && has(recording.request.body, secret))
                #expect(!has(rest, secret) && !has(written, secret), "\(secret) \(place)")
            }
            #expect(!SecretCheck.findings(in: recording).isEmpty)
            #expect(SecretCheck.findings(in: redacted).isEmpty)
            // What is no secret stays.
            for word in ["Write to ", " about Paris at noon."] {
                #expect(has(rest, word) && has(redacted.request.body, word))
            }
            #expect(after.finish == before.finish && after.usage == before.usage)
            #expect(after.names == before.names)
            #expect(redacted.request.header("x-note") == "to be kept")
            let asked = try JSON.parse(redacted.request.body)
            #expect(asked["model"] == sample.body()["model"])
            // What is read from disk answers as it does.
            let read = try RecordingDocument.decode(written)
            #expect(read == redacted)
        }
    }

    /// Embeddings, moderations and counts are asked with what users say, too.
    @Test(arguments: EndpointSample.posted)
    func noSecretOfARequestGetsIntoARecording(_ sample: EndpointSample) throws {
        let script = Self.plan(sample.incoming()).planned.answer.script
        for place in sample.profile.credentials {
            var recording = Self.recording(sample, stream: false, RecordedResponse(script))
            recording.request.headers = [field(place)]
            recording.request.body = with(Self.said, sample.body()).bytes
            let redacted = recording.redacted(by: Redactor())
            let written = RecordingDocument.encode(redacted)
            for secret in Self.secrets { #expect(!has(written, secret), "\(secret) \(place)") }
            #expect(SecretCheck.findings(in: redacted).isEmpty)
            #expect(redacted.response == recording.response)
            let asked = try JSON.parse(redacted.request.body)
            #expect(asked["model"] == sample.body()["model"])
            let saysMore = has(recording.request.body, "Write to ")
            #expect(has(redacted.request.body, "Write to ") == saysMore)
        }
    }

    @Test(arguments: EndpointSample.all)
    func whatIsNoSecretIsRecordedAsItIs(_ sample: EndpointSample) {
        for stream in sample.kinds {
            let script = Self.plan(sample.incoming(stream: stream)).planned.answer.script
            var recording = Self.recording(sample, stream: stream, RecordedResponse(script))
            recording.request.headers = [HeaderField("x-note", "to be kept")]
            #expect(recording.redacted(by: Redactor()) == recording)
            #expect(SecretCheck.findings(in: recording).isEmpty)
        }
    }
}
