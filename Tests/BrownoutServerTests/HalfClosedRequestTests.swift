import BrownoutEngine
import BrownoutJournal
import BrownoutRecords
import BrownoutTesting
import NIOCore
import Testing

@testable import BrownoutServer

/// Clients that end their side amid their request, and read on.
@Suite struct HalfClosedRequestTests {
    private static let openAI =
        "POST /s/mine/v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\n"
        + "user-agent: curl\r\n"
    private static let anthropic =
        "POST /v1/messages HTTP/1.1\r\nhost: x\r\nx-api-key: k\r\n"
        + "anthropic-version: 2023-06-01\r\n"

    /// What a client is answered that sends `text` and ends its side, its row, and the edge's
    /// refusals by their reason.
    private func halfClose(
        _ text: String, _ yaml: String = "scenario: healthy", http2: Bool = false
    ) async throws -> (text: String, row: ExchangeRecord, refusals: [String: Int]) {
        var answer: (text: String, end: ConnectionEnd?) = ("", nil)
        var refusals: [String: Int] = [:]
        let journal = try await LiveServer.run(yaml, http2: http2) { server in
            let client = try server.client()
            try client.send(text)
            client.closeWrite()
            answer = client.read()
            refusals = await server.server.metrics()?.refusals ?? [:]
        }
        #expect(answer.end == .fin)
        return (answer.text, try #require(journal.first), refusals)
    }

    private func check(_ row: ExchangeRecord, sent text: String) {
        #expect(row.status == 400)
        #expect(row.ending == .complete)
        #expect(row.clientLeft == nil)
        #expect(row.bytesSent == text.utf8.count)
        #expect(row.bytesAcknowledged == text.utf8.count)
    }

    @Test(arguments: [
        "content-length: 5000\r\n\r\n{\"mo", "transfer-encoding: chunked\r\n\r\n5\r\n{\"mo",
    ])
    func aBodyThatBreaksOffIsAnsweredByItsProvider(_ rest: String) async throws {
        let (text, row, refusals) = try await halfClose(HalfClosedRequestTests.openAI + rest)
        #expect(Request.status(text) == 400)
        #expect(text.contains("connection: close\r\n"))
        #expect(text.contains("x-request-id: req_"))
        #expect(Request.body(text).contains("We could not parse the JSON body of your request."))
        check(row, sent: text)
        #expect(row.method == "POST")
        #expect(row.path == "/s/mine/v1/chat/completions")
        #expect(row.session == "mine")
        #expect(row.provider == "openai")
        #expect(row.endpoint == "chat-completions")
        #expect(row.userAgent == "curl")
        #expect(row.requestBodyBytes == 4)
        #expect(row.responseBodyBytes == Request.body(text).utf8.count)
        let announced = rest.hasPrefix("content-length") ? " of 5000" : ""
        #expect(
            row.note == "the client ended its side before its request was whole, after "
                + "4\(announced) bytes of its body")
        #expect(refusals == ["broken-off": 1])
    }

    @Test func eachProviderHasItsOwnWords() async throws {
        let (text, row, _) = try await halfClose(
            HalfClosedRequestTests.anthropic + "content-length: 50\r\n\r\n{\"mo")
        #expect(Request.status(text) == 400)
        #expect(Request.body(text).contains("\"type\":\"invalid_request_error\""))
        #expect(Request.body(text).contains("The request body ended before it was whole"))
        check(row, sent: text)
        #expect(row.provider == "anthropic")
    }

    /// It is malformed before anybody looks at its path or its key.
    @Test(arguments: ["/v1/nothing", "/v1/chat/completions"])
    func whatBrokeOffIsMalformedWhateverItWasAbout(_ path: String) async throws {
        let (text, row, _) = try await halfClose(
            "POST \(path) HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\n\r\n{")
        #expect(Request.status(text) == 400)
        check(row, sent: text)
    }

    @Test(arguments: [false, true])
    func aHeadThatBreaksOffIsAnsweredByTheEdge(http2: Bool) async throws {
        for text in [String(HalfClosedRequestTests.openAI.prefix(50)), "PO"] {
            let (answer, row, refusals) = try await halfClose(text, http2: http2)
            #expect(Request.status(answer) == 400)
            #expect(answer.contains("<h1>400 Bad Request</h1>"))
            check(row, sent: answer)
            #expect(row.method.isEmpty && row.path.isEmpty)
            #expect(
                row.note
                    == "the client ended its side amid the head of its request: it broke off")
            #expect(refusals == ["broken-off": 1])
        }
    }

    /// Who sends nothing more behind whole requests has left.
    @Test func anIdleClientThatEndsItsSideIsNotAnswered() async throws {
        let journal = try await LiveServer.run { server in
            let client = try server.client()
            try client.send(Request.chat())
            #expect(client.read(until: Request.isWhole).end == nil)
            client.closeWrite()
            let rest = client.read()
            #expect(rest.text.isEmpty && rest.end == .fin)
        }
        #expect(journal.map(\.status) == [200])
        #expect(journal.map(\.ending) == [.complete])
    }

    @Test func aRequestThatBreaksOffBehindAWholeOneIsAnsweredInItsTurn() async throws {
        let journal = try await LiveServer.run { server in
            let client = try server.client()
            try client.send(Request.chat())
            #expect(Request.status(client.read(until: Request.isWhole).text) == 200)
            try client.send(HalfClosedRequestTests.openAI + "content-length: 50\r\n\r\n{")
            client.closeWrite()
            #expect(Request.status(client.read().text) == 400)
        }
        #expect(journal.map(\.status) == [200, 400])
    }

    /// Whether the client is still there is not known when it is answered: so nothing is counted,
    /// and its next attempt meets what it would have met without this one.
    @Test func whatBrokeOffCountsForNothing() async throws {
        let yaml = """
            scenario: t
            limits: [{name: one, requests: 1/h}]
            rules: [{name: first, calls: 1, attempts: 1, fault: overloaded}]
            """
        let journal = try await LiveServer.run(yaml) { server in
            let whole = Request.chat()
            let broken = try server.client()
            try broken.send(String(whole.dropLast(5)))
            broken.closeWrite()
            #expect(Request.status(broken.read().text) == 400)
            #expect(Request.status(try server.exchange(whole).text) == 503)
            #expect(server.core.counters.snapshot[3].value == 1)
        }
        #expect(journal.map(\.rule) == [nil, "first"])
        #expect(journal.map(\.ordinal) == [0, 1])
        #expect(journal[0].id != 0 && journal[0].id != journal[1].id)
    }

    /// What nobody is known to have taken does not count as sent, and a server that stops does not
    /// say that its client has left.
    @Test(arguments: [
        (ExchangeEnding.complete, Int?(400), "ended its side"), (.clientLeft, nil, "left"),
        (.stopped, nil, "ended its side"),
    ])
    func theRowSaysWhatBecameOfTheAnswer(
        _ ending: ExchangeEnding, _ status: Int?, _ did: String
    ) throws {
        var row = ExchangeRecord(id: 1, startedAt: 0)
        row.status = 400
        let began = NIODeadline.uptimeNanoseconds(1)
        let answer = UnfinishedAnswer(
            ByteBuffer(string: "four"), row, place: "here", began: began, end: began)
        let later = began + .microseconds(7)
        let taken = try #require(answer.takeRow(ending, at: later))
        #expect(taken.ending == ending)
        #expect(taken.status == status)
        #expect(taken.bytesSent == (status == nil ? 0 : 4))
        #expect(taken.clientLeft == (ending == .clientLeft ? 7 : nil))
        #expect(taken.note == "the client \(did) here")
        #expect(answer.takeRow(ending, at: later) == nil)
    }

    /// A body that waits to be decoded has come, too.
    @Test func aCodedBodyThatBreaksOffIsTheSame() async throws {
        let (text, row, _) = try await halfClose(
            HalfClosedRequestTests.openAI
                + "content-encoding: gzip\r\ncontent-length: 5000\r\n\r\nxx")
        #expect(Request.status(text) == 400)
        #expect(row.requestBodyBytes == 2)
    }
}
