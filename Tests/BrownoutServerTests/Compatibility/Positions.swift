import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords
import BrownoutServer
import BrownoutTesting
import BrownoutWire
import BrownoutYAML
import Testing

@testable import BrownoutScenarios

// Every position is a place in the answer, or is refused with a reason.
extension CompatibilityTests {
    /// As the scenario language shows them.
    private static let positions = Grammar.position.examples

    @Test func everyFormOfAPositionIsAmongThoseTheLanguageShows() throws {
        let forms = try Self.positions.map { try form(PositionValue.read($0)) }
        #expect(forms.sorted() == Array(0..<10))
    }

    private func form(_ position: Position) -> Int {
        switch position {
        case .start: 0
        case .headers: 1
        case .byte: 2
        case .event: 3
        case .token: 4
        case .percent: 5
        case .terminal: 6
        case .elapsed: 7
        case .inToolArguments: 8
        case .inUTF8: 9
        }
    }

    @Test(arguments: EndpointSample.written, positions)
    func aPositionIsReachedOrRefusedWithAReason(
        _ sample: EndpointSample, _ position: String
    ) throws {
        for stream in sample.kinds {
            let scenario: Scenario
            do throws(SourceErrors) {
                scenario = try Self.scenario(
                    "{cut: reset, at: \(position)}", for: sample, stream: stream)
            } catch {
                #expect(!error.diagnostics.isEmpty)
                #expect(error.diagnostics.allSatisfy { $0.message.contains("can never happen") })
                continue
            }
            let place = try PositionValue.read(position)
            let offer = place == .inToolArguments ? sample.offer : []
            let request = sample.incoming(stream: stream, offer)
            let script = Self.plan(request, in: scenario).planned.answer.script
            let label: Comment = "\(position), \(stream ? "streamed" : "plain")"
            #expect(script.meetsFault, label)
            #expect(script.steps.last == .reset, label)
            let healthy = try Self.plan(
                request, in: Self.scenario("ok", for: sample, stream: stream)
            ).planned.answer.script
            expectPlace(place, script, RecordedResponse(healthy).body, sample, label)
        }
    }

    /// What went out before the reset is what the position counts.
    private func expectPlace(
        _ position: Position, _ script: WireScript, _ healthy: [UInt8], _ sample: EndpointSample,
        _ label: Comment
    ) {
        var (played, bytes) = (script, [UInt8]())
        while played.next(into: &bytes) != nil {}
        let sent = RecordedResponse(script).body
        let isPlain = script.plainBody != nil
        let ends = isPlain ? [] : EventBorders(of: healthy, sample.streams.framing).ends
        switch position {
        case .start: #expect(bytes.isEmpty, label)
        case .headers: #expect(played.hasHead && sent.isEmpty, label)
        case .byte(let count): #expect(sent.count == count, label)
        case .event(let count): #expect(played.events == count, label)
        case .token(let count): #expect(played.tokens == (isPlain ? 0 : count), label)
        case .elapsed(let time): #expect(played.elapsed == time, label)
        // The example is a half.
        case .percent:
            let half = isPlain ? healthy.count / 2 : ends[ends.count / 2 - 1]
            #expect(sent.count == half, label)
        case .terminal:
            #expect(sent.count == (isPlain ? healthy.count - 1 : ends[ends.count - 2]), label)
        case .inToolArguments:
            #expect(RecordedAnswer.toolMark(sent, of: sample.dialect) != nil, label)
        case .inUTF8: #expect((sent.last ?? 0) >= 0xC2, label)
        }
        // Where the fault does not have its own say in what is made up.
        if position != .inToolArguments, position != .inUTF8 {
            #expect(healthy.starts(with: sent), label)
        }
    }

    /// A position behind what a plain answer has is none: it is one event.
    @Test(arguments: EndpointSample.all)
    func anEventThatNoAnswerHasIsRefused(_ sample: EndpointSample) {
        #expect(throws: SourceErrors.self) {
            try Self.scenario("{cut: fin, at: event 2}", for: sample, stream: false)
        }
        #expect(throws: Never.self) {
            try Self.scenario("{cut: fin, at: event 1}", for: sample, stream: false)
        }
    }
}
