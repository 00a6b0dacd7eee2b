import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

@testable import BrownoutDialects

/// What an answer says, as its dialect reads it: two answers that say the same are equal, whether
/// they are plain or streamed.
struct Said: Equatable {
    let reply: Reply
    /// What stands at each path of the dialect's table.
    let texts: [[JSON]]
    let finish: [[JSON]]
    let usage: [[JSON]]
    let names: [[JSON]]

    /// What a plain body says.
    init(plain body: [UInt8], _ sample: EndpointSample) throws {
        let reading = sample.profile.answers
        let json = try JSON.parse(body)
        var reply = try #require(Reply(recorded: body, sample.dialect))
        for index in reply.choices.indices where reply.choices[index].text?.text == "" {
            reply.choices[index].text = nil
        }
        self.reply = reply
        // A member that is null or empty says what one says that is absent.
        func read(_ paths: [JSONPath]) -> [[JSON]] {
            paths.map { json.values(at: $0).filter { !$0.isNull && $0 != "" } }
        }
        texts = read(reading.texts + reading.values)
        finish = read(reading.finish)
        usage = read(reading.usage.places)
        names = read(reading.models + reading.ids + reading.callIDs)
        #expect(reading.isFinished(json))
        #expect(usage.contains { !$0.isEmpty })
    }

    /// What a stream says once it is put together.
    init(stream body: [UInt8], _ sample: EndpointSample) throws {
        let plain = try #require(
            RecordedAnswer.plain(
                ofStream: body, sample.streams, endpoint: sample.endpoint, of: sample.dialect))
        #expect(plain.status == 200 && plain.isFinished)
        #expect(plain.notes == [])
        try self.init(plain: plain.body, sample)
    }

    init(_ body: [UInt8], stream: Bool, _ sample: EndpointSample) throws {
        if stream {
            try self.init(stream: body, sample)
        } else {
            try self.init(plain: body, sample)
        }
    }
}
