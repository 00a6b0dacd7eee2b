import CBrotli

/// Undoes brotli. Unsafe because the decoder is a C object: it is made in `init`, freed in
/// `deinit`, and nobody else holds it. It allocates through two functions of ours, which keep
/// count in a word that lives as long as the reader.
///
/// The window is the encoder's choice, up to the 16 MiB of RFC 7932, 9.1; the larger ones of
/// brotli's later format are not read. No more of it is allocated than has been decoded.
final class UnsafeBrotliReader: CodingReader {
    /// Room before each piece of memory for its size; as much as keeps the piece aligned.
    private static let header = 16

    private let decoder: OpaquePointer
    private let held: UnsafeMutablePointer<Int>
    private(set) var isAtEnd = false

    var memory: Int { held.pointee }

    init() {
        held = .allocate(capacity: 1)
        held.initialize(to: 0)
        let decoder = BrotliDecoderCreateInstance(
            { UnsafeBrotliReader.allocate($1, countedBy: $0) },
            { UnsafeBrotliReader.free($1, countedBy: $0) }, held)
        guard let decoder else { preconditionFailure("out of memory") }
        self.decoder = decoder
    }

    deinit {
        BrotliDecoderDestroyInstance(decoder)
        held.deallocate()
    }

    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(DecodingProblem) -> DecodingStep {
        if isAtEnd && input.isEmpty { return DecodingStep(consumed: 0, produced: 0) }
        var (left, room) = (input.count, output.count)
        var source = input.bindMemory(to: UInt8.self).baseAddress
        var target = output.bindMemory(to: UInt8.self).baseAddress
        let result = BrotliDecoderDecompressStream(decoder, &left, &source, &room, &target, nil)
        guard result != BROTLI_DECODER_RESULT_ERROR else { throw .invalid(.br) }
        isAtEnd = result == BROTLI_DECODER_RESULT_SUCCESS
        return DecodingStep(consumed: input.count - left, produced: output.count - room)
    }

    // MARK: Memory

    private static func allocate(
        _ size: Int, countedBy held: UnsafeMutableRawPointer?
    ) -> UnsafeMutableRawPointer? {
        let piece = UnsafeMutableRawPointer.allocate(byteCount: size + header, alignment: header)
        piece.storeBytes(of: size, as: Int.self)
        held?.assumingMemoryBound(to: Int.self).pointee += size
        return piece + header
    }

    private static func free(
        _ place: UnsafeMutableRawPointer?, countedBy held: UnsafeMutableRawPointer?
    ) {
        guard let piece = place.map({ $0 - header }) else { return }
        held?.assumingMemoryBound(to: Int.self).pointee -= piece.load(as: Int.self)
        piece.deallocate()
    }
}
