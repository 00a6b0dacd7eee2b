import BrownoutEngine
import BrownoutWire
import Testing

@Suite struct RequestHeadParserTests {
    private func parse(
        _ text: String, mostBytes: Int = 65_536, mostFields: Int = 128
    ) -> RequestHeadParser.Outcome {
        var parser = RequestHeadParser(mostBytes: mostBytes, mostFields: mostFields)
        let bytes = Array(text.utf8)
        return parser.parse(bytes.span.bytes)
    }

    private func head(_ text: String) throws -> RequestHead {
        guard case .head(let head) = parse(text) else { throw NotTaken(text: text) }
        return head
    }

    private struct NotTaken: Error {
        let text: String
    }

    @Test func aHeadSaysWhereEverythingStands() throws {
        let text =
            "POST /v1/a?b=c HTTP/1.1\r\nHost: h\r\nX-A:   b  c\r\ncontent-length: 12\r\n\r\nbody"
        let bytes = Array(text.utf8)
        let head = try head(text)
        let target = head.target(in: bytes.span.bytes)
        #expect(head.method == .post && target == "/v1/a?b=c")
        #expect(head.length == bytes.count - 4 && head.fieldCount == 3)
        #expect(head.bodyLength == .length(12) && head.isKeepAlive)
        let fields: HeaderFields = [
            HeaderField("Host", "h"), HeaderField("X-A", "b  c"),
            HeaderField("content-length", "12"),
        ]
        let found = head.fields(in: bytes.span.bytes)
        #expect(found == fields)
        var known: [KnownField?] = []
        head.forEachField { field in known.append(field.known) }
        #expect(known == [.host, nil, .contentLength])
    }

    @Test(arguments: RequestMethod.allCases)
    func eachMethodIsTaken(method: RequestMethod) throws {
        let head = try head("\(method.rawValue) / HTTP/1.1\r\n\r\n")
        #expect(head.method == method && head.bodyLength == .none && head.fieldCount == 0)
    }

    @Test(arguments: KnownField.allCases)
    func aKnownFieldIsKnownInAnyCase(field: KnownField) throws {
        let name = field == .otherBrownout ? "x-brownout-else" : field.name
        let value = field == .contentLength ? "1" : "close"
        for name in [name, name.uppercased()] {
            let text = "GET / HTTP/1.1\r\nX: y\r\n\(name): \(value)\r\n\r\n"
            if [.transferEncoding, .upgrade, .proxyConnection].contains(field) {
                #expect(parse(text) == .uncommon)
                continue
            }
            let bytes = Array(text.utf8)
            let head = try head(text)
            #expect(KnownField.allCases.filter(head.has) == [field])
            let found = head.value(of: field, in: bytes.span.bytes)
            #expect(found == value)
        }
    }

    @Test(arguments: KnownField.allCases)
    func aNameThatIsNearlyKnownIsUnknown(field: KnownField) throws {
        let name = field.name
        var others = [name + "s", "y" + name, String(name.dropFirst())]
        for place in name.indices where name[place] != "~" {
            others.append(name.replacingCharacter(at: place, with: "~"))
        }
        for other in others where !other.isEmpty && !other.hasPrefix("x-brownout-") {
            let head = try head("GET / HTTP/1.1\r\n\(other): close\r\n\r\n")
            #expect(!head.has(field) || other == name, "\(other)")
        }
    }

    @Test func theFirstValueOfAFieldCounts() throws {
        let text = "GET / HTTP/1.1\r\nExpect: 100-Continue\r\nexpect: no\r\n\r\n"
        let bytes = Array(text.utf8)
        let head = try head(text)
        let value = head.value(of: .expect, in: bytes.span.bytes)
        #expect(value == "100-Continue")
        let words = ["100-continue", "100-continu", "no"].filter {
            head.isValue(of: .expect, $0, in: bytes.span.bytes)
        }
        #expect(words == ["100-continue"])
        let missing = head.value(of: .userAgent, in: bytes.span.bytes)
        #expect(missing == nil)
    }

    @Test func theConnectionGoesOnUnlessItIsClosed() throws {
        #expect(try head("GET / HTTP/1.1\r\nConnection: Keep-Alive\r\n\r\n").isKeepAlive)
        #expect(try !head("GET / HTTP/1.1\r\nconnection: Close\r\n\r\n").isKeepAlive)
    }

    @Test func limitsLeaveLargerHeadsToOthers() {
        let text = "GET / HTTP/1.1\r\na: b\r\nc: d\r\n\r\n"
        let count = text.utf8.count
        #expect(parse(text, mostBytes: count, mostFields: 2) != .uncommon)
        #expect(parse(text, mostBytes: count - 1) == .uncommon)
        #expect(parse(text, mostFields: 1) == .uncommon)
        let long = "GET /" + String(repeating: "a", count: 65_517) + " HTTP/1.1\r\n\r"
        #expect(parse(long, mostBytes: 1 << 20) == .incomplete)
        #expect(parse("GET /a" + long.dropFirst(5), mostBytes: 1 << 20) == .uncommon)
    }

    @Test func aParserIsAsNewBehindEachHead() {
        var parser = RequestHeadParser(mostBytes: 1000, mostFields: 10)
        let first = Array("POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 5\r\n\r\n".utf8)
        let second = Array("GET /a HTTP/1.1\r\n\r\n".utf8)
        let bad = Array("GET /a HTTP/1.1\r\nContent-Length: 5\r\nUpgrade: a\r\n\r\n".utf8)
        for bytes in [first, bad, second] {
            var fresh = RequestHeadParser(mostBytes: 1000, mostFields: 10)
            let outcomes = (parser.parse(bytes.span.bytes), fresh.parse(bytes.span.bytes))
            #expect(outcomes.0 == outcomes.1)
        }
    }

    @Test func aBodyEndsWhereItsLengthSays() {
        var body = RequestBodyReader(.length(10))
        #expect(body.take(upTo: 4) == 4 && !body.isWhole && body.missing == 6)
        #expect(body.take(upTo: 9) == 6 && body.isWhole)
        #expect(body.take(upTo: 9) == 0)
        #expect(RequestBodyReader(.none).isWhole && RequestBodyReader(.length(0)).isWhole)
    }
}

extension String {
    fileprivate func replacingCharacter(at place: Index, with other: Character) -> String {
        String(self[..<place]) + String(other) + self[index(after: place)...]
    }
}
