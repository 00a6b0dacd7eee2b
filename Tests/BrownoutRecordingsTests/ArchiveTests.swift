import BrownoutEngine
import BrownoutRecords
import Foundation
import Testing

@testable import BrownoutRecordings

@Suite struct ArchiveTests {
    private func all(_ archive: any RecordingArchive) throws -> [Recording] {
        var found: [Recording] = []
        try archive.each { _, recording in found.append(recording) }
        return found
    }

    private func document(_ id: String) -> [UInt8] {
        var recording = RandomRecording(seed: 1).withBody(#"{"model":"gpt-4o"}"#)
        recording.id = id
        return RecordingDocument.encode(recording)
    }

    /// With `BROWNOUT_SEED` the recordings of that seed.
    @Test func everyKindOfArchiveGivesBackWhatWasPutIn() throws {
        let seed = ProcessInfo.processInfo.environment["BROWNOUT_SEED"].flatMap(UInt64.init) ?? 7
        let recordings = RandomRecording.some(120, seed: seed)
        let scratch = try Scratch()
        let file = scratch.file("all.yaml")
        let folder = scratch.file("folder")
        let store = scratch.file("store.sqlite")
        let sinks: [any RecordingSink] = [
            try NewRecordingFile(path: file), try NewRecordingFolder(path: folder),
            try StoreWriter(path: store),
        ]
        for sink in sinks {
            for recording in recordings { try sink.append(recording) }
            try sink.finish()
        }
        let repeated = Comment(rawValue: "BROWNOUT_SEED=\(seed)")
        for path in [file, folder, store] {
            let archive = try RecordingArchives.open(path: path)
            let found = try all(archive)
            #expect(found == recordings, repeated)
            #expect(found.map(FormatTests.dump) == recordings.map(FormatTests.dump), repeated)
            var outlines: [RecordingOutline] = []
            try archive.scan { outlines.append($0) }
            for (outline, recording) in zip(outlines, recordings) {
                #expect(outline == RecordingOutline(of: recording, at: outline.place), repeated)
                let loaded = try archive.load(outline.place)
                #expect(loaded == recording, repeated)
            }
            #expect(outlines.count == recordings.count)
            let byID = try archive.load(id: "r77")
            #expect(byID == recordings[77])
        }
        #expect(try scratch.names() == ["all.yaml", "folder", "store.sqlite"])
    }

    private func refusal(_ path: String) -> String {
        do {
            _ = try all(RecordingArchives.open(path: path))
            return "was read"
        } catch {
            return "\(error)"
        }
    }

    @Test func whatNeverEndsIsRefusedWithoutBeingWaitedFor() throws {
        let scratch = try Scratch()
        try scratch.write("folder/a.yaml", document("a"))
        for path in [scratch.file("fifo"), scratch.file("folder/fifo.yaml")] {
            try #require(mkfifo(path, 0o600) == 0)
            #expect(refusal(path).hasPrefix("\(path): error: this is a FIFO"))
            #expect(throws: RecordingError.self) { _ = try DocumentReader(path: path) }
            #expect(throws: RecordingError.self) { try RecordingWriter(path: path) }
            #expect(throws: RecordingError.self) {
                try FileBytes.part(of: path, at: 0, count: 1)
            }
        }
        #expect(refusal(scratch.file("folder")).contains("fifo.yaml: error: this is a FIFO"))
        #expect(refusal("/dev/zero").hasPrefix("/dev/zero: error: this is a device"))
    }

    @Test func aFolderWithTheNameOfAFileIsReadAsAFolder() throws {
        let scratch = try Scratch()
        try scratch.write("all/a.yaml/b.yaml", document("b"))
        #expect(try all(RecordingArchives.open(path: scratch.file("all"))).map(\.id) == ["b"])
    }

    @Test func aFileOfSomethingElseIsRefusedByHowItBegins() throws {
        let scratch = try Scratch()
        let zeros = [UInt8](repeating: 0, count: 4 << 20)
        try scratch.write("zeros", zeros)
        #expect(refusal(scratch.file("zeros")).contains("a recording begins with a line '---'"))
        let endless = Array("# ".utf8) + [UInt8](repeating: 0x61, count: 4 << 20)
        try scratch.write("comment", endless)
        #expect(refusal(scratch.file("comment")).contains("more than 1 MiB stand before"))
        let line = Array("# ".utf8) + [UInt8](repeating: 0x61, count: 60_000) + [0x0A]
        try scratch.write("lines", [[UInt8]](repeating: line, count: 20).flatMap { $0 })
        #expect(refusal(scratch.file("lines")).contains("more than 1 MiB stand before"))
        let prologue = Array("\u{FEFF}# a\n\n%YAML 1.2\n  \n".utf8)
        let long = Array("# ".utf8) + [UInt8](repeating: 0x61, count: 600_000) + [0x0A]
        try scratch.write("right", prologue + long + document("a"))
        #expect(try all(RecordingArchives.open(path: scratch.file("right"))).map(\.id) == ["a"])
    }

    @Test func aFolderIsReadByNameWithItsFolders() throws {
        let scratch = try Scratch()
        try scratch.write("b.yaml", document("b"))
        try scratch.write("a/z.yml", document("a-z"))
        try scratch.write("a/b/c.yaml", document("a-b-c"))
        try scratch.write(".hidden/x.yaml", document("hidden"))
        try scratch.write("a/notes.txt", "nothing")
        try scratch.write("b.yaml.torn", "torn")
        let archive = try RecordingArchives.open(path: scratch.path)
        let ids = try all(archive).map(\.id)
        #expect(ids == ["a-b-c", "a-z", "b"])
    }

    @Test func commentsMayStandBetweenRecordings() throws {
        let scratch = try Scratch()
        let text =
            "# Made by hand.\n\n" + String(decoding: document("a"), as: UTF8.self)
            + "# The other one.\n\n" + String(decoding: document("b"), as: UTF8.self) + "# End.\n"
        try scratch.write("a.yaml", text)
        let archive = try RecordingArchives.open(path: scratch.file("a.yaml"))
        let ids = try all(archive).map(\.id)
        #expect(ids == ["a", "b"])
        var places: [String] = []
        try archive.scan { places.append(archive.description(of: $0.place)) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let starts = lines.indices.filter { lines[$0] == "---" }.map { $0 + 1 }
        #expect(places == starts.map { scratch.file("a.yaml") + ":\($0)" })
    }

    @Test func anIDThatOccursTwiceIsAnErrorThatNamesBothPlaces() throws {
        let scratch = try Scratch()
        try scratch.write("a.yaml", document("x") + document("y"))
        try scratch.write("b.yaml", document("z") + document("y"))
        let archive = try RecordingArchives.open(path: scratch.path)
        let error = #expect(throws: RecordingError.self) { try archive.scan { _ in } }
        let line = DocumentReader.lines(document("x")) + 1
        #expect(
            error?.text == """
                \(scratch.file("b.yaml")):\(DocumentReader.lines(document("z")) + 1): \
                error: the id 'y' occurs twice
                note: the first one is at \(scratch.file("a.yaml")):\(line)

                """)
        let store = try StoreWriter(path: scratch.file("s"))
        let recording = RandomRecording(seed: 1).withBody("{}")
        try store.append(recording)
        #expect(throws: RecordingError.self) { try store.append(recording) }
    }

    @Test func aMistakeIsShownWithItsLineInTheFile() throws {
        let scratch = try Scratch()
        let broken = String(decoding: document("b"), as: UTF8.self)
            .replacing("dialect: openai", with: "dialect: other")
        try scratch.write("a.yaml", String(decoding: document("a"), as: UTF8.self) + broken)
        let archive = try RecordingArchives.open(path: scratch.file("a.yaml"))
        let line = DocumentReader.lines(document("a")) + 6
        let error = #expect(throws: RecordingError.self) { try archive.scan { _ in } }
        #expect(error?.text.hasPrefix("\(scratch.file("a.yaml")):\(line):10: error: ") == true)
    }

    @Test(arguments: [
        ("text", "hello\n", "a recording begins with a line '---'"),
        ("torn", "---\nbrownout-recording: 1\n", "it ends without a line '...'"),
    ])
    func whatIsNoRecordingIsRefused(name: String, text: String, message: String) throws {
        let scratch = try Scratch()
        try scratch.write(name, text)
        let archive = try RecordingArchives.open(path: scratch.file(name))
        let error = #expect(throws: RecordingError.self) { try archive.scan { _ in } }
        #expect(error?.text.contains(message) == true)
    }

    @Test func aPlaceInAFileThatWasReplacedIsRefused() throws {
        let scratch = try Scratch()
        try scratch.write("a.yaml", document("x") + document("y"))
        let archive = try RecordingArchives.open(path: scratch.file("a.yaml"))
        var places: [RecordingPlace] = []
        try archive.scan { places.append($0.place) }
        _ = try RecordingPruner.prune(
            scratch.file("a.yaml"), isDryRun: false, isDropped: { $0.id == "x" }, gone: { _ in })
        #expect(throws: RecordingError.self) { try archive.load(places[0]) }
    }

    @Test func anEmptyFileHoldsNothing() throws {
        let scratch = try Scratch()
        try scratch.write("a.yaml", "")
        let found = try all(try RecordingArchives.open(path: scratch.file("a.yaml")))
        #expect(found.isEmpty)
    }

    @Test func aPathWithoutRecordingsIsSaidToBe() throws {
        let scratch = try Scratch()
        let error = #expect(throws: RecordingError.self) {
            try RecordingArchives.open(path: scratch.file("none"))
        }
        #expect(error?.code == .missing)
    }

    @Test(arguments: [1, 7, 1 << 17, (1 << 18) - 3, (1 << 18) - 2, (1 << 18) - 1, 1 << 18])
    func documentsAreFoundWhereverABlockEnds(size: Int) throws {
        let scratch = try Scratch()
        // A body that has the border of a block fall near the second document's mark.
        var first = RandomRecording(seed: 1).withBody("x")
        let bare = RecordingDocument.encode(first).count
        first.request.body = Array(repeating: 0x61, count: max(1, size - bare))
        let second = document("b")
        try scratch.write("a.yaml", RecordingDocument.encode(first) + second)
        let found = try all(try RecordingArchives.open(path: scratch.file("a.yaml")))
        #expect(found.map(\.id) == ["one", "b"])
        #expect(found.first == first)
    }
}

@Suite struct PruningTests {
    @Test func whatStaysIsLeftAsItWasWritten() throws {
        let scratch = try Scratch()
        let documents = ["a", "b", "c"].map { id in
            var recording = RandomRecording(seed: 1).withBody("{}")
            recording.id = id
            return String(decoding: RecordingDocument.encode(recording), as: UTF8.self)
                + "# after \(id)\n"
        }
        try scratch.write("x.yaml", "# top\n" + documents.joined())
        var gone: [String] = []
        func prune(isDryRun: Bool) throws -> Int {
            try RecordingPruner.prune(
                scratch.file("x.yaml"), isDryRun: isDryRun, isDropped: { $0.id == "b" },
                gone: { gone.append($0.id) })
        }
        #expect(try prune(isDryRun: true) == 1)
        #expect(try scratch.text("x.yaml") == "# top\n" + documents.joined())
        #expect(try prune(isDryRun: false) == 1)
        #expect(try scratch.text("x.yaml") == "# top\n" + documents[0] + documents[2])
        #expect(gone == ["b", "b"])
        #expect(try scratch.names() == ["x.yaml"])
    }

    @Test func aFileOfAFolderThatHoldsNothingIsRemoved() throws {
        let scratch = try Scratch()
        for id in ["a", "b"] {
            var recording = RandomRecording(seed: 1).withBody("{}")
            recording.id = id
            try scratch.write("\(id).yaml", RecordingDocument.encode(recording))
        }
        let count = try RecordingPruner.prune(
            scratch.path, isDryRun: false, isDropped: { $0.id == "a" }, gone: { _ in })
        #expect(count == 1)
        #expect(try scratch.names() == ["b.yaml"])
    }

    @Test func aStoreForgetsWhatWasPruned() throws {
        let scratch = try Scratch()
        let store = scratch.file("s.sqlite")
        let writer = try StoreWriter(path: store)
        for id in ["keep", "secret-one"] {
            var recording = RandomRecording(seed: 1).withBody("\"\(id)-body\"")
            recording.id = id
            try writer.append(recording)
        }
        try writer.finish()
        let count = try RecordingPruner.prune(
            store, isDryRun: false, isDropped: { $0.id == "secret-one" }, gone: { _ in })
        #expect(count == 1)
        let bytes = try scratch.bytes("s.sqlite")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("secret-one"))
        #expect(text.contains("keep-body"))
        #expect(try scratch.names() == ["s.sqlite"])
    }

    @Test func aFileThatIsBeingRecordedIsNotPruned() throws {
        let scratch = try Scratch()
        let writer = try RecordingWriter(path: scratch.file("a.yaml"))
        try writer.append(RandomRecording(seed: 1).withBody("{}"))
        let error = #expect(throws: RecordingError.self) {
            try RecordingPruner.prune(
                scratch.file("a.yaml"), isDryRun: false, isDropped: { _ in true },
                gone: { _ in })
        }
        #expect(error?.code == .busy)
        try writer.close()
    }
}
