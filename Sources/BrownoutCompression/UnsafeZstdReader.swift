import CZstd

/// Undoes zstd. Unsafe because the context is a C object: it is made in `init`, freed in
/// `deinit`, and nobody else holds it.
final class UnsafeZstdReader: CodingReader {
    /// The largest window, as a power of two: 8 MB is what a content coding may need (RFC 9659,
    /// 3). A client chooses the window, and the library allocates it.
    private static let windowLog: Int32 = 23

    private let context: OpaquePointer
    /// Before the first byte nothing has begun, so nothing can end.
    private(set) var isAtEnd = false

    var memory: Int { ZSTD_sizeof_DStream(context) }

    init() {
        guard let context = ZSTD_createDStream() else { preconditionFailure("out of memory") }
        self.context = context
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, UnsafeZstdReader.windowLog)
    }

    deinit {
        ZSTD_freeDStream(context)
    }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(DecodingProblem) -> DecodingStep {
        // After a frame, an empty call would begin another one.
        if isAtEnd && input.isEmpty { return DecodingStep(consumed: 0, produced: 0) }
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let code = ZSTD_decompressStream(context, &target, &source)
        guard ZSTD_isError(code) == 0 else { throw .invalid(.zstd) }
        isAtEnd = code == 0
        return DecodingStep(consumed: source.pos, produced: target.pos)
    }
}
