import Glibc
import NIOCore

/// The bytes that are served.
struct Answers: Sendable {
    var plain: ByteBuffer
    /// The head, then one buffer per chunk with its framing.
    var stream: [ByteBuffer]
}

extension ByteBuffer {
    init(contentsOf path: String) throws {
        guard let file = fopen(path, "rb") else { throw IOError(errnoCode: errno, reason: path) }
        defer { fclose(file) }
        self.init()
        var block = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&block, 1, block.count, file), count > 0 {
            writeBytes(block[..<count])
        }
    }

    /// The head of a chunked answer and each of its chunks, framing included.
    func chunks() -> [ByteBuffer] {
        var rest = self
        var parts: [ByteBuffer] = []
        guard let head = rest.take(through: [13, 10, 13, 10]) else { fatalError("no head") }
        parts.append(head)
        while let line = rest.getSizeLine() {
            guard let chunk = rest.readSlice(length: line.width + line.size + 2) else { break }
            parts.append(chunk)
        }
        return parts
    }

    private mutating func take(through end: [UInt8]) -> ByteBuffer? {
        let view = readableBytesView
        guard view.count >= end.count else { return nil }
        for offset in 0...(view.count - end.count)
        where view.dropFirst(offset).prefix(end.count).elementsEqual(end) {
            return readSlice(length: offset + end.count)
        }
        return nil
    }

    /// The size a chunk states, and the width of the line that states it.
    private func getSizeLine() -> (size: Int, width: Int)? {
        guard let feed = readableBytesView.firstIndex(of: 10) else { return nil }
        let width = feed - readerIndex + 1
        let digits = getString(at: readerIndex, length: width - 2) ?? ""
        return Int(digits, radix: 16).map { ($0, width) }
    }
}
