import BrownoutEngine
import BrownoutScenarios
import Foundation
import Testing

/// The reference of the language, held against the language. With `UPDATE_GOLDEN=1` in the
/// environment, what stands between its markers is written anew.
@Suite struct ReferenceTests {
    private static let article = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/BrownoutScenarios/BrownoutScenarios.docc/ScenarioLanguage.md")

    private func read() throws -> String {
        try String(contentsOf: Self.article, encoding: .utf8)
    }

    /// The article with every generated part as the tables have it.
    private func generated(_ text: String) -> String {
        var text = text
        for kind in MappingKind.allCases {
            text = replacing(
                "keys: \(kind.rawValue)", in: text,
                by: "\n" + ScenarioReference.table(of: kind) + "\n")
            text = replacing(
                "later: \(kind.rawValue)", in: text, by: ScenarioReference.later(of: kind))
        }
        for family in FaultFamily.allCases {
            text = replacing(
                "faults: \(family.rawValue)", in: text,
                by: "\n" + ScenarioReference.faults(of: family) + "\n")
        }
        return replacing("causes", in: text, by: "\n" + ScenarioReference.causes + "\n")
    }

    private func replacing(_ marker: String, in text: String, by part: String) -> String {
        let open = "<!-- \(marker) -->"
        guard let start = text.range(of: open),
            let end = text.range(of: "<!-- end -->", range: start.upperBound..<text.endIndex)
        else { return text }
        return text.replacingCharacters(in: start.upperBound..<end.lowerBound, with: part)
    }

    @Test func theTablesOfTheReferenceAreThoseOfTheLanguage() throws {
        let text = try read()
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(generated(text).utf8).write(to: Self.article, options: .atomic)
        }
        let written = try read()
        let isCurrent = written == generated(written)
        #expect(isCurrent)
    }

    @Test(arguments: MappingKind.allCases)
    func everyKeyIsInTheReference(_ kind: MappingKind) throws {
        // The two forms of Retry-After have a table of their own in the article.
        if kind == .retryAfter { return }
        let isThere = try read().contains(ScenarioReference.table(of: kind))
        #expect(isThere)
    }

    @Test func everyFaultAndEveryCauseIsInTheReference() throws {
        let text = try read()
        for family in FaultFamily.allCases {
            let isThere = text.contains(ScenarioReference.faults(of: family))
            #expect(isThere, "\(family)")
        }
        #expect(text.contains(ScenarioReference.causes))
    }

    @Test(arguments: FaultKind.allCases)
    func theExampleOfAFaultIsThatFault(_ kind: FaultKind) throws {
        let effect = try effect(kind.example)
        if kind == .latency {
            #expect(effect.latency != nil)
        } else {
            #expect(effect.fault?.kind == kind)
        }
    }

    @Test func everyExampleOfTheReferenceLoads() throws {
        let parts = try read().components(separatedBy: "```yaml\n").dropFirst()
        let examples = parts.compactMap { $0.components(separatedBy: "```").first }
        #expect(examples.count >= 10)
        for example in examples {
            if example.hasPrefix("scenario:") {
                _ = try load(example)
            } else if example.hasPrefix("- ") {
                _ = try load("scenario: x\nrules:\n" + example)
            } else {
                _ = try load("scenario: x\n" + example)
            }
        }
    }
}
