import BrownoutEngine
package import BrownoutRecords
import BrownoutYAML

extension RecordingDocument {
    /// Reads a document; `file` and `firstLine` say in errors where it stands.
    package static func decode(
        _ bytes: [UInt8], file: String = "recording", firstLine: Int = 1
    ) throws(RecordingError) -> Recording {
        try read(bytes, file, firstLine)
    }

    /// Reads what a recording is about, without the bodies of its answer: a tenth of the work
    /// for a long stream.
    package static func outline(
        _ bytes: [UInt8], at place: RecordingPlace, file: String = "recording", firstLine: Int = 1
    ) throws(RecordingError) -> RecordingOutline {
        if let short = withoutAnswer(bytes),
            let recording = try? decode(short, file: file, firstLine: firstLine)
        {
            return RecordingOutline(of: recording, at: place)
        }
        let recording = try decode(bytes, file: file, firstLine: firstLine)
        return RecordingOutline(of: recording, at: place)
    }

    /// Chunks are taken out of the text as they are read, but where they are not all as we write
    /// them: then all of it is read once more, into a tree that can be told about.
    private static func read(
        _ bytes: [UInt8], _ file: String, _ firstLine: Int, takingChunks: Bool = true
    ) throws(RecordingError) -> Recording {
        if let offset = missingEnd(bytes) {
            throw RecordingError(
                .broken,
                YAMLDocument.refusal(
                    of: "the recording is not whole: it ends without a line '...'",
                    note: "a recorder cuts it off when it opens the file again",
                    at: offset, of: bytes, file: file, firstLine: firstLine))
        }
        do throws(SourceErrors) {
            let taken = TakenChunks(documentBytes: bytes.count)
            let items = YAMLItems(at: ["response", "chunks"], take: taken.take)
            let document = try YAMLDocument(
                bytes, file: file, firstLine: firstLine, limits: RecordingLimits.yaml,
                items: takingChunks ? items : nil)
            guard let root = document.root else {
                throw document.refusal(
                    of: "the recording is empty", note: "it begins with 'brownout-recording: 1'")
            }
            var reader = RecordingReader(file: file, taken)
            let recording = reader.recording(root)
            if !reader.needsAllChunks {
                guard let recording, reader.diagnostics.isEmpty, !document.hasProblems else {
                    throw document.errors(reader.diagnostics)
                }
                return recording
            }
        } catch {
            throw RecordingError(.broken, error)
        }
        return try read(bytes, file, firstLine, takingChunks: false)
    }

    /// Where a document ends that has no end mark; nil for one that has.
    static func missingEnd(_ bytes: [UInt8]) -> Int? {
        var end = bytes.count
        while end > 0 {
            var stop = end
            while stop > 0, bytes[stop - 1] == 0x0A || bytes[stop - 1] == 0x0D { stop -= 1 }
            let start = (bytes[..<stop].lastIndex(of: 0x0A) ?? -1) + 1
            let line = bytes[start..<stop]
            let isBlank = line.allSatisfy { $0 == 0x20 } || line.first == UInt8(ascii: "#")
            guard isBlank else {
                let isMark =
                    line.starts(with: "...".utf8)
                    && (line.count == 3 || line[start + 3] == 0x20)
                return isMark ? nil : stop
            }
            end = start
        }
        return bytes.count
    }

    /// The document without `chunks`, `json` and `decoded` of its answer. These are keys two
    /// spaces deep, as all of a block below them is deeper; nil where there is no such answer.
    private static func withoutAnswer(_ bytes: [UInt8]) -> [UInt8]? {
        let key = [UInt8]("response:".utf8)
        var lines = LineStarts(bytes)
        var out: [UInt8] = []
        var isAnswer = false
        var isSkipping = false
        while let line = lines.next() {
            guard isAnswer else {
                if bytes[line].starts(with: key) {
                    isAnswer = true
                    out = Array(bytes[..<line.upperBound])
                }
                continue
            }
            let text = bytes[line]
            let isDeep =
                text.first == 0x0A || text.first == 0x0D
                || (text.starts(with: [0x20, 0x20]) && line.count > 2
                    && bytes[line.lowerBound + 2] == 0x20)
            if !isDeep {
                isSkipping = ["  chunks:", "  json:", "  decoded:", "  style:"].contains {
                    text.starts(with: $0.utf8)
                }
            }
            if !isSkipping { out.append(contentsOf: text) }
        }
        return isAnswer ? out : nil
    }
}

/// The lines of a text, line ends included.
struct LineStarts {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func next() -> Range<Int>? {
        guard position < bytes.count else { return nil }
        let start = position
        position = bytes[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? bytes.count
        return start..<position
    }
}
