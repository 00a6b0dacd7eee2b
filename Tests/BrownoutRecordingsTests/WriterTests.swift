import BrownoutEngine
import BrownoutRecords
import Foundation
import Testing

@testable import BrownoutRecordings

@Suite struct WriterTests {
    private func recording(_ id: String) -> Recording {
        var recording = RandomRecording(seed: 1).withBody(#"{"a":1}"#)
        recording.id = id
        return recording
    }

    private func ids(_ path: String) throws -> [String] {
        var ids: [String] = []
        try RecordingArchives.open(path: path).scan { ids.append($0.id) }
        return ids
    }

    @Test func whatWasAppendedIsReadAndTheFileIsAddedToLater() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.yaml")
        var writer = try RecordingWriter(path: path)
        #expect(writer.reopening == [])
        writer.began(id: "1", summary: "POST /v1/chat/completions")
        try writer.append(recording("1"))
        try writer.close()
        #expect(try scratch.names() == ["a.yaml"])
        writer = try RecordingWriter(path: path)
        #expect(writer.reopening == [])
        try writer.append(recording("2"))
        #expect(try ids(path) == ["1", "2"])
        try writer.close()
        #expect(throws: RecordingError.self) { try writer.append(recording("3")) }
    }

    @Test func whatWasInProgressIsSaidToBeLost() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.yaml")
        do {
            let killed = try RecordingWriter(path: path)
            for id in ["1", "2", "3", "4 \"x\""] {
                killed.began(id: id, summary: "POST /\(id)")
            }
            try killed.append(recording("2"))
            killed.abandoned(id: "3")
            // It ends without a close, as by a signal.
        }
        let writer = try RecordingWriter(path: path)
        let rest = "which was in progress when the recorder before ended"
        #expect(
            writer.reopening == [
                "\(path): lost 1 (POST /1), \(rest)",
                #"\#(path): lost 4 \"x\" (POST /4 \"x\"), \#(rest)"#,
            ])
        try writer.close()
        #expect(try scratch.names() == ["a.yaml"])
        #expect(try RecordingWriter(path: path).reopening == [])
    }

    /// The recorder is killed between the document and the note that it is there.
    @Test func whatIsInTheFileIsNotLost() throws {
        let scratch = try Scratch()
        let path = scratch.file("a.yaml")
        try scratch.write("a.yaml", RecordingDocument.encode(recording("1")))
        try scratch.write("a.yaml.inflight", "+ \"1\" \"POST /\"\n+ \"2\" \"\"\n+ \"3")
        let writer = try RecordingWriter(path: path)
        #expect(writer.reopening.count == 1)
        #expect(writer.reopening.first?.contains("lost 2,") == true)
    }

    @Test func aTornEndIsCutOffAtEveryByte() throws {
        let whole = RecordingDocument.encode(recording("1"))
        let last = RecordingDocument.encode(recording("2"))
        let scratch = try Scratch()
        for length in 1..<(last.count - 1) {
            let torn = Array(last[..<length])
            let name = "a\(length).yaml"
            try scratch.write(name, whole + torn)
            let writer = try RecordingWriter(path: scratch.file(name))
            // The mark without its line end is a mark.
            let isWhole = length >= last.count - 1
            #expect(writer.reopening.count == (isWhole ? 0 : 1))
            try writer.append(recording("3"))
            try writer.close()
            #expect(try ids(scratch.file(name)) == ["1", "3"])
            #expect(try scratch.bytes(name + ".torn") == torn)
        }
    }

    @Test func aMarkWithoutItsLineEndIsOne() throws {
        let scratch = try Scratch()
        try scratch.write("a.yaml", Array(RecordingDocument.encode(recording("1")).dropLast()))
        let writer = try RecordingWriter(path: scratch.file("a.yaml"))
        #expect(writer.reopening == [])
        try writer.append(recording("2"))
        #expect(try ids(scratch.file("a.yaml")) == ["1", "2"])
    }

    @Test func anEndInNothingButNULsIsCutOff() throws {
        let scratch = try Scratch()
        let whole = RecordingDocument.encode(recording("1"))
        try scratch.write("a.yaml", whole + [UInt8](repeating: 0, count: 300_000))
        let writer = try RecordingWriter(path: scratch.file("a.yaml"))
        #expect(writer.reopening.count == 1)
        #expect(try scratch.bytes("a.yaml") == whole)
        #expect(try scratch.bytes("a.yaml.torn").count == 300_000)
    }

    @Test(arguments: ["# Readme\n\nSome text.\n", "scenario: test\n", "\0\0\0"])
    func aFileOfSomethingElseIsLeftAsItIs(text: String) throws {
        let scratch = try Scratch()
        try scratch.write("a", text)
        #expect(throws: RecordingError.self) { try RecordingWriter(path: scratch.file("a")) }
        #expect(try scratch.text("a") == text)
        #expect(try scratch.names() == ["a"])
    }

    @Test func twoRecordersDoNotMix() throws {
        let scratch = try Scratch()
        let first = try RecordingWriter(path: scratch.file("a.yaml"))
        let error = #expect(throws: RecordingError.self) {
            try RecordingWriter(path: scratch.file("a.yaml"))
        }
        #expect(error?.code == .busy)
        try first.close()
    }

    /// A disk that is full is tested with a limit for a file's size, which only a process of its own
    /// can have: `Tests/Conformance/test_recorder.py`.
    @Test func aDeviceTakesNoRecordings() throws {
        let error = #expect(throws: RecordingError.self) { try RecordingWriter(path: "/dev/full") }
        #expect(error?.text.contains("this is a device") == true)
    }

    @Test func manyExchangesKeepTheNoteOfThoseInProgressSmall() throws {
        let scratch = try Scratch()
        let writer = try RecordingWriter(path: scratch.file("a.yaml"))
        writer.began(id: "long", summary: "the one that stays")
        for index in 0..<5_000 {
            writer.began(id: "\(index)", summary: "POST /v1/chat/completions")
            writer.abandoned(id: "\(index)")
        }
        #expect(try scratch.bytes("a.yaml.inflight").count < 70_000)
        #expect(try scratch.text("a.yaml.inflight").hasPrefix("+ \"long\""))
    }

    @Test func threadsDoNotMixTheirDocuments() async throws {
        let scratch = try Scratch()
        let writer = try RecordingWriter(path: scratch.file("a.yaml"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for index in 0..<25 {
                        var recording = RandomRecording(seed: 1).withBody("{}")
                        recording.id = "\(task)-\(index)"
                        try writer.append(recording)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try ids(scratch.file("a.yaml")).count == 200)
    }

    @Test(arguments: ["removed", "replaced", "cut", "longer", "overwritten"])
    func aFileThatIsNotTheRecordersAnyMoreTakesNothing(how: String) throws {
        let scratch = try Scratch()
        let path = scratch.file("a.yaml")
        let writer = try RecordingWriter(path: path)
        try writer.append(recording("1"))
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        let file = try #require(FileHandle(forUpdatingAtPath: path))
        switch how {
        case "removed": try FileManager.default.removeItem(atPath: path)
        case "replaced":
            try FileManager.default.removeItem(atPath: path)
            try scratch.write("a.yaml", RecordingDocument.encode(recording("other")))
        case "cut": try file.truncate(atOffset: 0)
        case "longer":
            try file.seekToEnd()
            try file.write(contentsOf: Array("x".utf8))
        default: try file.write(contentsOf: [UInt8](repeating: 0x78, count: size))
        }
        let before = FileManager.default.contents(atPath: path)
        let error = #expect(throws: RecordingError.self) { try writer.append(recording("2")) }
        #expect(error?.text.contains("no longer the file that is recorded to") == true)
        #expect(throws: RecordingError.self) { try writer.close() }
        #expect(FileManager.default.contents(atPath: path) == before)
    }
}
