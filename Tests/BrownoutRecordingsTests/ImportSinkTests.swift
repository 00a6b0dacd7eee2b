import BrownoutEngine
import BrownoutRecords
import Testing

@testable import BrownoutRecordings

/// Where imported recordings go, and under which names.
@Suite struct ImportSinkTests {
    private func recording(_ id: String, _ text: String = "Hi", at seconds: Int64 = 0) -> Recording
    {
        Requests.recording(id, Requests.recorded(Requests.chat(text)), at: seconds)
    }

    private func ids(_ path: String) throws -> [String] {
        var ids: [String] = []
        try RecordingArchives.open(path: path).scan { ids.append($0.id) }
        return ids
    }

    @Test(arguments: [
        (["a.yaml", "b.json"], ["a", "b"]),
        (["x/recording.har", "y/recording.har"], ["x-recording", "y-recording"]),
        (["x/t/recording.har", "y/t/recording.har"], ["x-t-recording", "y-t-recording"]),
        (["test_a.one.yaml", "test_a.two.yaml"], ["test-a-one", "test-a-two"]),
        (["t[a].yaml", "t(a).yaml"], ["t-a-", "t-a--2"]),
        (["a.yaml", "a.json", "a.json.gz"], ["a", "a-2", "a-3"]),
        (["x/a.yaml", "x/a.json", "b.yaml"], ["x-a", "x-a-2", "b"]),
        (["./.yaml", "../f.jsonl", "f.2024.har"], ["imported", "f", "f-2024"]),
    ])
    func filesOfOneNameAreToldApart(files: [String], stems: [String]) {
        #expect(Importer.stems(of: files) == stems)
    }

    @Test func aFolderGetsAFileForEachAndIdsThatAreTheirsAlone() throws {
        let scratch = try Scratch()
        let path = scratch.file("new/")
        var sink = try ImportSink(path: path)
        _ = try sink.add([], named: "nothing")
        #expect(try scratch.names() == [])
        let first = try sink.add([recording("r-1"), recording("r-2")], named: "r")
        let second = try sink.add([recording("r-1", "other")], named: "r")
        try sink.finish()
        #expect(first == ImportSink.Added(path: path + "r.yaml", added: 2, known: 0))
        #expect(second == ImportSink.Added(path: path + "r-2.yaml", added: 1, known: 0))
        #expect(try Set(ids(path)) == ["r-1", "r-2", "r-1-2"])
    }

    @Test(arguments: ["all.yaml", "folder/"])
    func theSameImportTwiceAddsNothing(name: String) throws {
        let scratch = try Scratch()
        let path = scratch.file(name)
        for (round, text) in ["Hi", "Hi", "new"].enumerated() {
            var sink = try ImportSink(path: path)
            // One of each without a time of its own; the last of them is another in round 3.
            let when = Int64(round)
            let added = try sink.add(
                [recording("a-1", at: when), recording("a-1", "two"), recording("a-3", text)],
                named: "a")
            try sink.finish()
            #expect(added.added == [3, 0, 1][round])
            #expect(added.known == [0, 3, 2][round])
        }
        #expect(try ids(path).sorted() == ["a-1", "a-1-2", "a-3", "a-3-2"])
    }

    @Test func anExchangeThatCameTwiceIsKeptTwice() throws {
        let scratch = try Scratch()
        var sink = try ImportSink(path: scratch.file("all.yaml"))
        let added = try sink.add(
            [recording("a-1"), recording("a-2"), recording("a-1")], named: "a")
        try sink.finish()
        #expect(added.added == 3)
    }
}
