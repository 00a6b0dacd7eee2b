import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutRecords
import Testing

@testable import BrownoutRecordings

@Suite struct NearestTests {
    private func library(
        _ recordings: [Recording], _ change: (inout ReplaySource) -> Void = { _ in }
    ) throws -> RecordingLibrary {
        var source = ReplaySource(path: "memory")
        change(&source)
        return try RecordingLibrary(archive: MemoryArchive(recordings), source: source)
    }

    private func chat(_ id: String, _ text: String, model: String = "gpt-4o") -> Recording {
        Requests.recording(id, Requests.recorded(Requests.chat(text, model: model)))
    }

    private static let story = "Once there was a parser that read what nobody had written"

    @Test func theNearestRecordingsAreThoseThatSayNearlyTheSame() throws {
        var recordings = (0..<500).map { chat("\($0)", "Other words, number \($0 * 7919)") }
        recordings.insert(chat("near", Self.story + " yet"), at: 100)
        recordings.insert(chat("nearer", Self.story + "."), at: 200)
        recordings.insert(chat("model", Self.story, model: "gpt-4o-mini"), at: 300)
        recordings.append(
            Requests.recording(
                "elsewhere", Requests.recorded(Requests.chat(Self.story), path: "/v1/responses")))
        let library = try library(recordings)
        let asked = Requests.openAI(Requests.chat(Self.story))
        let nearest = try library.nearest(to: asked)
        #expect(Set(nearest.map(\.id)) == ["near", "nearer", "model"])
        let model = nearest.first { $0.id == "model" }?.difference?.text
        #expect(model == #"/model: recorded "gpt-4o-mini", came "gpt-4o""#)
        let again = try library.nearest(to: asked)
        #expect(again == nearest)
    }

    @Test func recordingsOfOneKeyCountOnceAndInvalidatedOnesDoNot() throws {
        let library = try library(
            (0..<5).map { chat("a\($0)", Self.story) } + [chat("b", "Hi"), chat("c", "Ho")])
        let asked = Requests.openAI(Requests.chat(Self.story + "!?"))
        let ids = try library.nearest(to: asked).map(\.id)
        #expect(ids.count == 3)
        #expect(ids.first == "a0")
        #expect(Set(ids) == ["a0", "b", "c"])
        _ = library.invalidate(.pattern(try Glob("a*")))
        let rest = try library.nearest(to: asked).map(\.id)
        #expect(Set(rest) == ["b", "c"])
    }

    struct Case: Sendable {
        var parts: [MatchPart] = MatchPart.standard
        var recorded: MatchRequest
        var came: MatchRequest
        var text: String
    }

    private static let chat = Requests.chat("Hi")
    private static let abs = String(repeating: "ab ", count: 14)

    static let differences: [Case] = [
        Case(
            recorded: Requests.openAI(chat, provider: "backup"), came: Requests.openAI(chat),
            text: "provider: recorded backup, came openai"),
        Case(
            recorded: Requests.openAI(chat, method: "PUT"), came: Requests.openAI(chat),
            text: "method: recorded PUT, came POST"),
        Case(
            recorded: Requests.openAI("", path: "/v1/models/a", method: "GET"),
            came: Requests.openAI("", path: "/v1/models/b", method: "GET"),
            text: "path: recorded /v1/models/a, came /v1/models/b"),
        Case(
            parts: [.query], recorded: Requests.openAI(chat, query: "b=1&a=1"),
            came: Requests.openAI(chat, query: "a=1"),
            text: #"query b: recorded "1", came nothing"#),
        Case(
            parts: [.header("X-Team")], recorded: Requests.openAI(chat),
            came: Requests.openAI(chat, headers: [HeaderField("x-team", "a\u{1B}[2J")]),
            text: #"header x-team: recorded nothing, came "a\u001b[2J""#),
        Case(
            parts: [.lastUserMessage], recorded: Requests.openAI(chat),
            came: Requests.openAI("{}"),
            text: #"last-user-message: recorded "Hi", came nothing"#),
        Case(
            recorded: Requests.openAI(chat), came: Requests.openAI(Requests.chat("Hï")),
            text: #"/messages/0/content: recorded "Hi", came "Hï""#),
        Case(
            recorded: Requests.openAI(chat),
            came: Requests.openAI(
                #"{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"},"#
                    + #"{"role":"user","content":"!"}]}"#),
            text: #"/messages/1: recorded nothing, came {"role":"user","content":"!"}"#),
        Case(
            recorded: Requests.openAI(Requests.chat(String(repeating: "ab ", count: 99) + "end")),
            came: Requests.openAI(Requests.chat(String(repeating: "ab ", count: 99) + "End")),
            text: "/messages/0/content: recorded …b \(abs)end\", came …b \(abs)End\""),
        Case(
            recorded: Requests.openAI("x", path: "/v1/audio"),
            came: Requests.openAI("yz", path: "/v1/audio"),
            text: "body: recorded 1 bytes that are no JSON, came 2 bytes that are no JSON"),
        Case(
            parts: [.pointer("/a~1b")], recorded: Requests.openAI(#"{"a/b":{"c":[1]}}"#),
            came: Requests.openAI(#"{"a/b":{"c":[2]}}"#),
            text: "/a~1b/c/0: recorded 1, came 2"),
        Case(
            parts: [.messages], recorded: Requests.openAI(#"{"input":"a","store":true}"#),
            came: Requests.openAI(#"{"input":"b"}"#), text: #"/input: recorded "a", came "b""#),
    ]

    @Test(arguments: differences)
    func theFirstDifferenceSaysWhereAndWhat(test: Case) {
        let matcher = RequestMatcher([MatchRule(parts: test.parts)])
        let found = matcher.firstDifference(test.recorded, test.came)
        #expect(found?.text == test.text)
        #expect(matcher.firstDifference(test.recorded, test.recorded) == nil)
    }

    @Test func aMissNamesTheNearestRecordingsInOneLine() throws {
        let library = try library(
            [chat("first", "Hi"), chat("sec\nond", "Hi there"), chat("third", "Bye")]
        ) {
            $0.order = .sequence
            $0.timesToLive = [RecordingLife(model: try? Glob("o3"), time: .seconds(1))]
        }
        func message(_ body: String, ordinal: Int = 0) -> String {
            let request = Requests.openAI(body)
            let key = library.key(of: request)
            let found = library.find(key, ordinal: ordinal, stream: false, wall: 0)
            return library.missMessage(of: request, found)
        }
        let miss = message(Requests.chat("Hi there!"))
        #expect(miss.hasPrefix("No recording answers this request (key "))
        #expect(
            miss.contains(
                #"'sec ond' (/messages/0/content: recorded "Hi there", came "Hi there!")"#))
        #expect(miss.contains("'first' (") && miss.contains("'third' ("))
        let exhausted = message(Requests.chat("Hi"), ordinal: 1)
        #expect(
            exhausted.hasPrefix("The only recording of this request has been given (key "))
        #expect(exhausted.contains("The nearest are 'first' (the same request, given before); "))
        let long = message(Requests.chat(String(repeating: "👋\u{2028}", count: 5_000)))
        #expect(long.utf8.count <= RecordingLibrary.longestMessage)
        let ends = long.unicodeScalars.filter { $0 == "\n" || $0 == "\u{2028}" }.count
        #expect(ends == 0)
        let empty = try self.library([])
        let none = empty.missMessage(of: Requests.openAI(Self.chat), .none)
        #expect(none.hasSuffix("). There are no recordings."))
    }

    @Test func theNearestOfAnExpiredRequestSaysThatItHas() throws {
        let library = try library([chat("a", "Hi")]) {
            $0.timesToLive = [RecordingLife(time: .seconds(1))]
        }
        let request = Requests.openAI(Requests.chat("Hi"))
        let key = library.key(of: request)
        let found = library.find(key, ordinal: 0, stream: false, wall: 9_000_000)
        let message = library.missMessage(of: request, found)
        #expect(
            message == "The only recording of this request has expired (key \(key.hex))."
                + " The nearest is 'a' (the same request, expired).")
    }

    @Test func twoRequestsStandSideBySide() {
        let recorded = Requests.openAI(
            #"{"model":"gpt-4o","temperature":0,"messages":[{"role":"system","content":"A\nB"},"#
                + #"{"role":"user","content":"Hi"}],"user":"u"}"#)
        let came = Requests.openAI(
            #"{"messages":[{"role":"system","content":"A\nC"},{"content":"Hi","role":"user"},"#
                + #"{"role":"user","content":"More"}],"model":"gpt-4o"}"#)
        let lines = RequestMatcher([]).diff(recorded, came)
        #expect(
            SideBySide.text(lines, width: 60) == """
                recorded                       came
                provider: openai               provider: openai
                endpoint: POST /v1/chat/co…    endpoint: POST /v1/chat/co…
                body:                          body:
                  "model": "gpt-4o"              "model": "gpt-4o"
                  "temperature": 0           <
                  "messages":                    "messages":
                    0:                             0:
                      "role": "system"               "role": "system"
                      "content":                     "content":
                        | A                            | A
                        | B                  |         | C
                    1:                             1:
                      "role": "user"                 "role": "user"
                      "content": "Hi"                "content": "Hi"
                                             >     2:
                                             >       "role": "user"
                                             >       "content": "More"

                """)
    }

    @Test func linesThatAreAlikeAreLeftOutAndLongOnesAreCutWhereTheyDiffer() {
        let same = (0..<100).map { "line \($0)" }
        let long = String(repeating: "x", count: 200)
        let lines = SideBySide.lines(same + [long + "1"] + same, same + [long + "2"] + same)
        let text = SideBySide.text(lines, width: 43)
        let shown = text.split(separator: "\n")
        #expect(shown.count == 10)
        #expect(shown[1] == "  … 97 lines alike")
        #expect(shown[5] == "…xxxxxxxxxxxxxxxxx1  | …xxxxxxxxxxxxxxxxx2")
    }

    @Test func manyLinesThatAllDifferAreHeldAgainstEachOtherInBoundedTime() {
        let one = (0..<5_000).map { "a\($0)" }
        let other = (0..<5_000).map { "b\($0)" }
        #expect(SideBySide.lines(one, other).count == 4_000)
        #expect(SideBySide.lines([], ["x"]) == [DiffLine(recorded: nil, came: "x")])
    }

    @Test func aSketchOfManyWordsIsNearlyThatOfNearlyTheSameWords() {
        func sketch(_ text: String) -> RequestSketch {
            RequestSketch(Requests.openAI(Requests.chat(text)))
        }
        let words = (0..<300).map { "word\($0)" }
        let all = sketch(words.joined(separator: " "))
        let nearly = sketch(words.dropLast(3).joined(separator: " "))
        let other = sketch((300..<600).map { "word\($0)" }.joined(separator: " "))
        #expect(all.distance(to: nearly) < 8)
        #expect(all.distance(to: other) > 16)
        #expect(sketch("").bits == sketch("").bits)
    }
}
