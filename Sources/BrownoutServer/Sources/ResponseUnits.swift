/// Where the units of HTTP/1.1 responses end while their bytes come: heads, chunks with the lines
/// around them, and whatever comes of a body that is not in chunks.
///
/// It only tells where to cut: the decoder behind it judges the bytes. What it cannot make sense
/// of, it takes as it comes to the end of the connection.
struct ResponseUnits {
    private enum State {
        case head
        case chunkSize
        /// The data of a chunk, with its CRLF.
        case chunk(left: Int)
        /// The lines behind the last chunk, up to an empty one.
        case trailers
        case body(left: Int)
        case rest
    }

    private static let longestLine = 64 * 1024
    private static let largestChunk = 1 << 40

    private var state = State.head
    /// The head, or the line, in progress.
    private var line: [UInt8] = []

    /// Takes the next bytes; the places in them behind which a unit ends, in order.
    mutating func take(_ bytes: some RandomAccessCollection<UInt8>) -> [Int] {
        var ends: [Int] = []
        var index = bytes.startIndex
        func place() -> Int { bytes.distance(from: bytes.startIndex, to: index) }
        while index < bytes.endIndex {
            switch state {
            case .rest:
                index = bytes.endIndex
                ends.append(place())
            case .body(let left), .chunk(let left):
                let count = min(left, bytes.distance(from: index, to: bytes.endIndex))
                index = bytes.index(index, offsetBy: count)
                if case .body = state {
                    state = left == count ? .head : .body(left: left - count)
                    ends.append(place())
                } else if left > count {
                    state = .chunk(left: left - count)
                } else {
                    state = .chunkSize
                    ends.append(place())
                }
            case .head, .chunkSize, .trailers:
                line.append(bytes[index])
                index = bytes.index(after: index)
                if line.last == UInt8(ascii: "\n"), lineEnded() { ends.append(place()) }
                if line.count > ResponseUnits.longestLine { state = .rest }
            }
        }
        return ends
    }

    /// Whether a unit ended with the line.
    private mutating func lineEnded() -> Bool {
        switch state {
        case .head:
            guard line.suffix(4) == [13, 10, 13, 10] else { return false }
            state = body(of: String(decoding: line, as: UTF8.self).lowercased())
            line = []
            return true
        case .chunkSize:
            let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 13 && $0 != 32 }
            let size = Int(String(decoding: digits, as: UTF8.self), radix: 16)
            line = []
            switch size {
            case 0?: state = .trailers
            case let size? where size > 0 && size <= ResponseUnits.largestChunk:
                state = .chunk(left: size + 2)
            default: state = .rest
            }
            return false
        case .trailers:
            let isLast = line == [13, 10] || line == [10]
            line = []
            if isLast { state = .head }
            return isLast
        case .chunk, .body, .rest: return false
        }
    }

    /// What follows a head (RFC 9112, 6.3). That an answer is one to HEAD is not known here.
    private func body(of head: String) -> State {
        let lines = head.split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        if (100..<200).contains(status) || status == 204 || status == 304 { return .head }
        func value(_ name: String) -> Substring? {
            lines.first { $0.hasPrefix(name + ":") }?.dropFirst(name.count + 1)
        }
        if let coding = value("transfer-encoding") {
            return coding.contains("chunked") ? .chunkSize : .rest
        }
        guard let length = value("content-length") else { return .rest }
        guard let count = Int(length.filter { $0 != " " && $0 != "\t" }) else { return .rest }
        return count == 0 ? .head : .body(left: count)
    }
}
