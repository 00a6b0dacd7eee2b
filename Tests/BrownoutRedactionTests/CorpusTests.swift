import BrownoutJSON
import BrownoutTesting
import Testing

@testable import BrownoutRedaction

/// What is found, and what is taken for a secret, in bodies that were made for it.
@Suite struct CorpusTests {
    /// Bodies of each kind.
    private static let innocent = 6

    private func journalled(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBufferPointer { Redaction.redacted($0) } ?? bytes
    }

    @Test(arguments: CorpusForm.allCases)
    func everyPlantedSecretIsTakenOutOfARecording(form: CorpusForm) {
        for (seed, secret) in PlantedSecret.known.enumerated() {
            var draws = Draws(UInt64(seed))
            let (value, text) = secret.planted(&draws)
            let bytes = form.written(text)
            #expect(form.read(bytes) == text)
            let clean = Redactor().redacted(bytes)?.bytes ?? bytes
            let read = form.read(clean)
            let found = read?.replacing(#/redacted-[a-z]+-[0-9a-f]{4}/#, with: "#")
            #expect(found == text.replacing(value, with: "#"), "\(secret) in \(form)")
            #expect(Redactor().redacted(clean) == nil, "\(secret) in \(form)")
        }
    }

    @Test(arguments: CorpusForm.allCases)
    func everyPlantedCredentialIsTakenOutOfTheJournal(form: CorpusForm) {
        for (seed, secret) in PlantedSecret.known.enumerated()
        where !PlantedSecret.ofPeople.contains(secret) {
            var draws = Draws(UInt64(seed))
            let (value, text) = secret.planted(&draws)
            let read = form.read(journalled(form.written(text)))
            #expect(read?.contains(value) == false, "\(secret) in \(form)")
            #expect(read?.contains("[redacted]") == true, "\(secret) in \(form)")
        }
    }

    @Test(arguments: InnocentBody.allCases)
    func aBodyWithoutSecretsStays(kind: InnocentBody) {
        for seed in 0..<Self.innocent {
            var draws = Draws(UInt64(seed))
            let body = kind.body(&draws)
            let found = Redactor().secrets(in: body).map {
                String(decoding: $0.value, as: UTF8.self)
            }
            #expect(found == [], "\(kind) \(seed)")
            #expect(journalled(body) == body, "\(kind) \(seed)")
        }
    }
}
