import CZlib

/// Undoes gzip and deflate through zlib. Unsafe because zlib keeps a pointer to its `z_stream`:
/// the stream lives at one address, which nobody else holds, from `init` to `deinit`.
final class UnsafeInflater: CodingReader {
    /// Largest window; + 16 reads gzip's format, and the negative value bare deflate data
    /// (zlib.h, inflateInit2).
    private static let window: Int32 = 15
    /// What inflate needs at most (zconf.h: a window of 32 KiB and about 7 KiB).
    private static let memory = 40 * 1024

    private let coding: ContentCoding
    private let stream: UnsafeMutablePointer<z_stream>
    /// Of `deflate`: the first bytes, until they tell zlib's format from bare data.
    private var head: [UInt8] = []
    private var isOpen = false
    private(set) var isAtEnd = false

    var memory: Int { isOpen ? UnsafeInflater.memory : 0 }

    init(_ coding: ContentCoding) {
        self.coding = coding
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
    }

    deinit {
        if isOpen { inflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(DecodingProblem) -> DecodingStep {
        if isAtEnd {
            if input.isEmpty { return DecodingStep(consumed: 0, produced: 0) }
            // A gzip file may be several, one after the other (RFC 1952, 2.2).
            guard coding == .gzip, inflateReset(stream) == Z_OK else { throw .invalid(coding) }
            isAtEnd = false
        }
        if isOpen { return try inflate(input, into: output) }
        if coding == .gzip {
            open(UnsafeInflater.window + 16)
            return try inflate(input, into: output)
        }
        let count = min(2 - head.count, input.count)
        head.append(contentsOf: input[..<count])
        guard head.count == 2 else { return DecodingStep(consumed: count, produced: 0) }
        open(isZlib ? UnsafeInflater.window : -UnsafeInflater.window)
        let (bytes, coding) = (head, coding)
        let result: Result<DecodingStep, DecodingProblem> = bytes.withUnsafeBytes { bytes in
            do throws(DecodingProblem) {
                return .success(try inflate(bytes, into: output))
            } catch {
                return .failure(error)
            }
        }
        guard case .success(let step) = result, step.consumed == 2 else { throw .invalid(coding) }
        return DecodingStep(consumed: count, produced: step.produced)
    }

    /// Whether the head is one of zlib's format (RFC 1950, 2.2): method 8, a window of at most
    /// 32 KiB, and a check.
    private var isZlib: Bool {
        let (method, flags) = (Int(head[0]), Int(head[1]))
        return method & 0x0F == 8 && method >> 4 <= 7 && (method << 8 | flags) % 31 == 0
    }

    private func open(_ window: Int32) {
        let size = Int32(MemoryLayout<z_stream>.size)
        precondition(
            inflateInit2_(stream, window, ZLIB_VERSION, size) == Z_OK, "zlib of another version")
        isOpen = true
    }

    private func inflate(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(DecodingProblem) -> DecodingStep {
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = UInt32(clamping: input.count)
        stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = UInt32(clamping: output.count)
        let code = CZlib.inflate(stream, Z_NO_FLUSH)
        let step = DecodingStep(
            consumed: input.count - Int(stream.pointee.avail_in),
            produced: output.count - Int(stream.pointee.avail_out))
        stream.pointee.next_in = nil
        stream.pointee.next_out = nil
        switch code {
        case Z_STREAM_END: isAtEnd = true
        // The latter only says that there was nothing to do.
        case Z_OK, Z_BUF_ERROR: break
        default: throw .invalid(coding)
        }
        return step
    }
}
