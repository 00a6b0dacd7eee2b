import BrownoutScenarios
import BrownoutYAML
import Foundation
import Testing

/// What a file may cost is bounded, whatever is in it.
@Suite struct LimitTests {
    private func refusal(_ bytes: [UInt8]) -> SourceErrors? {
        do {
            _ = try ScenarioLoader.load(name: "test.yaml", bytes: bytes)
            return nil
        } catch {
            return error
        }
    }

    private func refusal(path: String) -> SourceErrors? {
        do {
            _ = try ScenarioLoader.load(path: path)
            return nil
        } catch {
            return error
        }
    }

    private func withFile<Result>(
        size: UInt64, _ body: (String) throws -> Result
    ) throws -> Result {
        let url = FileManager.default.temporaryDirectory
            .appending(path: "scenario-\(UUID().uuidString).yaml")
        #expect(FileManager.default.createFile(atPath: url.path, contents: nil))
        defer { try? FileManager.default.removeItem(at: url) }
        let file = try FileHandle(forWritingTo: url)
        try file.truncate(atOffset: size)
        try file.close()
        return try body(url.path)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? "])
    func fiftyThousandLevelsAreRefusedQuickly(_ opener: String) {
        var bytes = [UInt8]("a: ".utf8)
        for _ in 0..<50_000 { bytes += opener.utf8 }
        let start = ContinuousClock.now
        let text = refusal(bytes)?.text ?? "accepted"
        #expect(text.contains(":1:"))
        #expect(ContinuousClock.now - start < .seconds(1), "\(text)")
    }

    @Test func aHundredMegabytesAreRefusedUnread() throws {
        let start = ContinuousClock.now
        let text = try withFile(size: 100 << 20) { path in
            refusal(path: path)?.text.replacing(path, with: "big.yaml")
        }
        #expect(text == "big.yaml: error: the file is larger than 1 MiB\n")
        #expect(ContinuousClock.now - start < .seconds(1))
    }

    @Test func aFileThatCannotBeReadSaysWhy() {
        #expect(
            refusal(path: "/nowhere.yaml")?.text
                == "/nowhere.yaml: error: cannot be read: No such file or directory\n")
        #expect(refusal(path: "/")?.text == "/: error: cannot be read: it is a directory\n")
    }

    @Test func theDepthLimitIsExact() {
        func nested(_ depth: Int) -> [UInt8] {
            // The root, the reply, the list, the call and the arguments are five levels.
            let inner = depth - 5
            let lists = String(repeating: "[", count: inner) + String(repeating: "]", count: inner)
            return [UInt8](
                "scenario: x\nreply: {tool-calls: [{name: f, arguments: {a: \(lists)}}]}".utf8)
        }
        #expect(refusal(nested(ScenarioLimits.depth)) == nil)
        #expect(refusal(nested(ScenarioLimits.depth + 1)) != nil)
    }

    @Test func moreNodesThanAllowedAreRefused() {
        let list = String(repeating: "1,", count: ScenarioLimits.nodes)
        #expect(
            refusal([UInt8]("scenario: x\na: [\(list)]".utf8))?.text.contains("more than 100000")
                == true)
    }

    @Test func anAliasThatWouldNestTooDeepIsRefused() {
        let forty = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        let outer = String(repeating: "[", count: 40) + "*a" + String(repeating: "]", count: 40)
        let text = refusal([UInt8]("scenario: x\nb: &a \(forty)\nc: \(outer)".utf8))?.text ?? ""
        #expect(text.contains("test.yaml:3:44: error: nested deeper than 64 levels"))
    }

    @Test func anAliasBombOfTextIsRefused() {
        let text = String(repeating: "x", count: 100_000)
        let aliases = Array(repeating: "*t", count: 1_000).joined(separator: ", ")
        let errors = refusal([UInt8]("scenario: &t \(text)\na: [\(aliases)]".utf8))
        #expect(
            errors?.diagnostics.map(\.headline) == [
                "test.yaml:2:45: error: the aliases stand for more than 1 MiB of text"
            ])
    }

    @Test func moreDirectivesThanAllowedAreRefused() {
        let directives = (0..<9).map { "%TAG !t\($0)! x\n" }.joined()
        #expect(
            refusal([UInt8]((directives + "---\nscenario: x").utf8))?.diagnostics
                .map(\.headline) == ["test.yaml:9:1: error: more than 8 directives"])
        #expect(refusal([UInt8]("%YAML 1.2\n---\nscenario: x".utf8)) == nil)
    }

    @Test func aPatternLongerThanAllowedIsRefused() {
        func rule(_ count: Int) -> [UInt8] {
            let pattern = String(repeating: "a", count: count)
            return [UInt8](
                "scenario: x\nrules: [{name: a, when: {key: \(pattern)}, fault: reset}]".utf8)
        }
        #expect(refusal(rule(ScenarioLimits.patternBytes)) == nil)
        #expect(
            refusal(rule(ScenarioLimits.patternBytes + 1))?.text
                .contains("a pattern has at most 1000 bytes") == true)
    }

    @Test func aLongLineIsShownInPartHoweverLong() throws {
        let filler = String(repeating: "ä", count: 200_000)
        let errors = refusal([UInt8]("{scenario: x, description: \(filler), sede: 1}".utf8))
        let shown = try #require(errors?.diagnostics.first)
        #expect(shown.column == 200_030)
        let excerpt = try #require(shown.excerpt)
        #expect(excerpt.line.count <= SourceDiagnostic.Excerpt.columns + 2)
        let marked = zip(excerpt.line, excerpt.marks).filter { "^~".contains($0.1) }
        #expect(String(marked.map(\.0)) == "sede")
    }

    @Test func moreRulesThanAllowedAreRefused() {
        var text = "scenario: x\nrules:\n"
        for number in 0...ScenarioLimits.rules {
            text += "  - {name: r\(number), attempts: \(number + 1), fault: reset}\n"
        }
        #expect(
            refusal([UInt8](text.utf8))?.diagnostics.map(\.headline) == [
                "test.yaml:503:5: error: 501 rules are more than 500"
            ])
    }

    @Test func theMostRulesAreCheckedQuickly() {
        var text = "scenario: x\nrules:\n"
        for number in 1...ScenarioLimits.rules {
            let models = (0..<8).map { "m\(number)-\($0)" }.joined(separator: ", ")
            text += "  - {name: r\(number), when: {model: [\(models)]}, fault: reset}\n"
        }
        let start = ContinuousClock.now
        #expect(refusal([UInt8](text.utf8)) == nil)
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test func onlyTheFirstErrorsAreListedAndTheRestCounted() {
        var text = "scenario: x\n"
        for number in 0..<20_000 { text += "unknown-key-\(number): 1\n" }
        let errors = refusal([UInt8](text.utf8))
        #expect(errors?.diagnostics.count == SourceErrors.most)
        #expect(errors?.omitted == 20_000 - SourceErrors.most)
        #expect(errors?.text.hasSuffix("and 19900 more errors\n") == true)
    }

    /// Every prefix of a good file, as text and as bytes, is read or refused, and that is all.
    @Test func noPrefixOfAFileStopsTheReader() {
        let bytes = [UInt8](ScenarioTests.longExample.utf8)
        for count in 0..<bytes.count {
            if let errors = refusal(Array(bytes[..<count])) {
                #expect(!errors.diagnostics.isEmpty, "prefix of \(count) bytes")
            }
        }
    }

    /// Files with a few bytes changed. The seed is the test's argument: the same bytes each time.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func noMutationOfAFileStopsTheReader(_ seed: UInt64) {
        var state = seed
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let original = [UInt8](ScenarioTests.longExample.utf8)
        let favourites = [UInt8]("[]{}:,-*&!|>'\"%@`#?\n\t ~\\0\u{0}".utf8)
        for round in 0..<100 {
            var bytes = original
            for _ in 0...next(4) {
                let place = next(bytes.count)
                switch next(4) {
                case 0: bytes[place] = UInt8(next(256))
                case 1: bytes[place] = favourites[next(favourites.count)]
                case 2: bytes.remove(at: place)
                default: bytes.insert(favourites[next(favourites.count)], at: place)
                }
            }
            if let errors = refusal(bytes) {
                let lines = errors.diagnostics.compactMap(\.line)
                #expect(lines == lines.sorted(), "seed \(seed), round \(round)")
            }
        }
    }
}
