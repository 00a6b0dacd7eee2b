import BrownoutYAML
import Glibc

/// One document of a file, as text.
struct Document {
    var bytes: [UInt8]
    /// Where it begins in its file.
    var offset: Int64
    /// The number of its first line, from 1.
    var firstLine: Int

    func place(file: Int32) -> RecordingPlace {
        RecordingPlace(file: file, offset: offset, length: Int32(bytes.count))
    }
}

/// Reads the documents of a file one by one, and holds no more of it than one and a block.
///
/// A line that begins with `---` begins a document wherever it stands (YAML 1.2, 9.1.2), so a file
/// is cut at such lines before any of it is read as YAML.
struct DocumentReader: ~Copyable {
    private static let blockBytes = 1 << 18
    private static let mark: [UInt8] = [0x2D, 0x2D, 0x2D]

    private let path: String
    private let file: Int32
    private let block: UnsafeMutableRawBufferPointer
    private var buffer: [UInt8] = []
    /// Where the next document begins in the buffer.
    private var position = 0
    /// The offset of the buffer's first byte in the file.
    private var offset: Int64 = 0
    private var line = 1
    private var isAtEnd = false
    private var hasBegun = false

    init(path: String) throws(RecordingError) {
        let opened = try FileBytes.descriptor(of: path)
        file = opened
        self.path = path
        block = .allocate(byteCount: DocumentReader.blockBytes, alignment: 16)
    }

    deinit {
        close(file)
        block.deallocate()
    }

    mutating func next() throws(RecordingError) -> Document? {
        if !hasBegun {
            try skipPrologue()
            hasBegun = true
        }
        guard let end = try boundary(from: position) else { return nil }
        let document = Document(
            bytes: Array(buffer[position..<end]), offset: offset + Int64(position),
            firstLine: line)
        line += DocumentReader.lines(document.bytes)
        position = end
        return document
    }

    /// The end of the document at `start`: the next line that begins one, or the file's end. Nil
    /// where nothing is left.
    private mutating func boundary(from start: Int) throws(RecordingError) -> Int? {
        var start = start
        var searched = start
        while true {
            while let found = find(from: searched) {
                guard found + 4 < buffer.count || isAtEnd else { break }
                let next = found + 4 < buffer.count ? buffer[found + 4] : 0x0A
                if next == 0x0A || next == 0x20 || next == 0x0D || next == 0x09 { return found + 1 }
                searched = found + 1
            }
            if isAtEnd { return start < buffer.count ? buffer.count : nil }
            guard buffer.count - start <= RecordingLimits.documentBytes else {
                throw RecordingError(
                    .broken, path: "\(path):\(line)",
                    "a recording of more than \(RecordingLimits.documentBytes >> 20) MiB")
            }
            searched = max(searched, buffer.count - DocumentReader.mark.count - 1)
            // What was handed out is dropped.
            buffer.removeFirst(start)
            offset += Int64(start)
            searched -= start
            position -= start
            start = 0
            try fill()
        }
    }

    /// The next line end that `---` follows, or may follow when more is read.
    private func find(from start: Int) -> Int? {
        buffer.withUnsafeBytes { bytes in
            var start = start
            while start < bytes.count, let base = bytes.baseAddress,
                let found = memchr(base + start, 0x0A, bytes.count - start)
            {
                let at = UnsafeRawPointer(found) - base
                let after = bytes[(at + 1)...].prefix(3)
                if after.count == 3, after.allSatisfy({ $0 == 0x2D }) { return at }
                start = at + 1
            }
            return nil
        }
    }

    private mutating func fill() throws(RecordingError) {
        var count = -1
        repeat {
            count = Glibc.read(file, block.baseAddress, block.count)
        } while count < 0 && errno == EINTR
        guard count >= 0 else { throw .system(path, "cannot be read", errno) }
        if count == 0 { isAtEnd = true }
        buffer.append(contentsOf: UnsafeRawBufferPointer(rebasing: block[..<count]))
    }

    /// Comments, blank lines and directives may stand before the first document. How a line begins
    /// says whether it may, so that a file of something else is not read for its line ends.
    private mutating func skipPrologue() throws(RecordingError) {
        try fill()
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        while true {
            while buffer.count - position < DocumentReader.mark.count, !isAtEnd { try fill() }
            let text = buffer[position...].prefix(1 << 16)
            if text.starts(with: DocumentReader.mark) || text.isEmpty { return }
            let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x0A || byte == 0x0D }
            let line = text.prefix { $0 != 0x0A }
            guard
                line.allSatisfy(isSpace) || line.first == UInt8(ascii: "#")
                    || line.first == UInt8(ascii: "%")
            else {
                throw RecordingError(
                    .broken,
                    YAMLDocument.refusal(
                        of: "a recording begins with a line '---'",
                        note: "a file of recordings has one document for each", at: 0,
                        of: Array(line), file: path, firstLine: self.line))
            }
            position = try lineEnd(from: position)
            self.line += 1
        }
    }

    /// The end of a line of the prologue; what was searched is not searched again.
    private mutating func lineEnd(from start: Int) throws(RecordingError) -> Int {
        var searched = start
        while true {
            guard searched <= RecordingLimits.prologueBytes else {
                throw RecordingError(
                    .broken, path: "\(path):\(line)",
                    "more than \(RecordingLimits.prologueBytes >> 20) MiB stand before the first "
                        + "line '---'")
            }
            if let found = buffer[searched...].firstIndex(of: 0x0A) { return found + 1 }
            if isAtEnd { return buffer.count }
            searched = buffer.count
            try fill()
        }
    }

    /// The line ends of a text.
    static func lines(_ bytes: [UInt8]) -> Int {
        bytes.withUnsafeBufferPointer { bytes in
            var count = 0
            for byte in bytes where byte == 0x0A { count += 1 }
            return count
        }
    }
}
