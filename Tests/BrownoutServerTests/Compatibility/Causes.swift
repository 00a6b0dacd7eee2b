import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import BrownoutWire
import BrownoutYAML
import Testing

// Every cause is an error in the provider's form, or is refused with a reason.
extension CompatibilityTests {
    private static let words = "Closed \"today\"."

    @Test(arguments: EndpointSample.all, Cause.allCases)
    func aCauseIsAnsweredOrRefusedWithAReason(_ sample: EndpointSample, _ cause: Cause) throws {
        for stream in sample.kinds {
            let scenario: Scenario
            do throws(SourceErrors) {
                scenario = try Self.scenario(cause.rawValue, for: sample, stream: stream)
            } catch {
                #expect(!error.diagnostics.isEmpty)
                #expect(error.diagnostics.allSatisfy { !$0.message.isEmpty })
                continue
            }
            let request = sample.incoming(stream: stream)
            let planned = Self.plan(request, in: scenario).planned
            #expect(planned.decision.fault?.cause == cause)
            let response = RecordedResponse(planned.answer.script)
            let head = try #require(response.head)
            #expect(response.ending == .complete)
            let type = try #require(head.header("content-type"))
            if head.status < 400 {
                try expectDeclined(response, sample, stream: stream)
                continue
            }
            let place = try placeOfMessage(cause, sample, stream: stream)
            if response.body.first == UInt8(ascii: "{") {
                #expect(type.hasPrefix("application/json"))
                let message = try JSON.parse(response.body).value(at: place)
                // A text, or all that is wrong with a body.
                let says = message?.stringValue?.isEmpty == false
                #expect(says || message?.objectValue?.isEmpty == false, "\(cause) at \(place)")
            } else {
                // What stands before the provider answers in its place.
                #expect(type.hasPrefix("text/html"))
                #expect(response.body.starts(with: "<".utf8))
            }
        }
    }

    /// Where an error has its message: there the scenario's own words stand.
    private func placeOfMessage(
        _ cause: Cause, _ sample: EndpointSample, stream: Bool
    ) throws -> String {
        let answer = Dialects.error(
            CauseFault(cause, message: Self.words), for: sample.request(stream: stream),
            context: Samples.context)
        #expect(answer.field("content-type")?.hasPrefix("application/json") == true)
        return try #require(Self.pointer(to: Self.words, in: JSON.parse(answer.bytes)))
    }

    static func pointer(to text: String, in json: JSON) -> String? {
        switch json {
        case .string(let found): return found == text ? "" : nil
        case .object(let members):
            for member in members {
                if let rest = pointer(to: text, in: member.value) {
                    return "/\(member.key)\(rest)"
                }
            }
        case .array(let items):
            for (index, item) in items.enumerated() {
                if let rest = pointer(to: text, in: item) { return "/\(index)\(rest)" }
            }
        case .null, .bool, .number: break
        }
        return nil
    }

    /// A provider may refuse with a good status, as it answers: the model says nothing, and the
    /// answer ends for the filter's reason.
    private func expectDeclined(
        _ response: RecordedResponse, _ sample: EndpointSample, stream: Bool
    ) throws {
        let said = try Said(response.body, stream: stream, sample)
        #expect(said.reply.choices.map(\.finish) == [.refusal])
    }
}
