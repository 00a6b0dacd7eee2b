import BrownoutScenarios
import BrownoutYAML
import Foundation
import Testing

/// Every `Broken/*.yaml` is refused with exactly the text of the `.expected` beside it. With
/// `UPDATE_GOLDEN=1` in the environment the expectations are written anew, to be read.
@Suite struct BrokenScenarioTests {
    static let directory = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Broken")

    static let cases: [String] = {
        let files = try? FileManager.default.contentsOfDirectory(atPath: directory.path)
        return (files ?? []).filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
            .sorted()
    }()

    @Test(arguments: cases)
    func aBrokenFileIsRefusedWithItsExpectedText(_ name: String) throws {
        let bytes = try Data(contentsOf: Self.directory.appending(path: name + ".yaml"))
        let expectation = Self.directory.appending(path: name + ".expected")
        var text = ""
        do {
            let loaded = try ScenarioLoader.load(name: name + ".yaml", bytes: [UInt8](bytes))
            Issue.record("\(name) was accepted: \(loaded.scenario)")
        } catch {
            text = error.text
        }
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: expectation)
        }
        let expected = try String(contentsOf: expectation, encoding: .utf8)
        #expect(text == expected)
    }

    @Test func thereAreBrokenFilesForEveryKindOfMistake() {
        #expect(Self.cases.count >= 60)
    }

    @Test func everyExpectationBelongsToAFile() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.directory.path)
        let expectations = files.filter { $0.hasSuffix(".expected") }.map { String($0.dropLast(9)) }
        #expect(expectations.sorted() == Self.cases)
    }
}
