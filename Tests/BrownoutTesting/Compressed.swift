import CBrotliEncoder
import CZlib
import CZstd

/// Bytes as clients compress them.
package enum Compressed {
    /// A format of zlib's.
    package enum Format: Int32, Sendable {
        case gzip = 31
        case zlib = 15
        case raw = -15
    }

    /// Through zlib.
    package static func deflate(_ bytes: [UInt8], _ format: Format) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        precondition(
            deflateInit2_(
                &stream, 6, Z_DEFLATED, format.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                size) == Z_OK)
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](
            repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 32)
        let count = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                precondition(CZlib.deflate(&stream, Z_FINISH) == Z_STREAM_END)
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<count])
    }

    /// Through zstd; a higher level has a larger window.
    package static func zstd(_ bytes: [UInt8], level: Int32 = 3) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let count = ZSTD_compress(&output, output.count, bytes, bytes.count, level)
        precondition(ZSTD_isError(count) == 0)
        return Array(output[..<count])
    }

    /// Through brotli; the window is two to the power of `window` bytes, less 16.
    package static func brotli(_ bytes: [UInt8], quality: Int32 = 5, window: Int32 = 22) -> [UInt8]
    {
        var count = BrotliEncoderMaxCompressedSize(bytes.count) + 16
        var output = [UInt8](repeating: 0, count: count)
        let isDone = BrotliEncoderCompress(
            quality, window, BROTLI_MODE_GENERIC, bytes.count, bytes, &count, &output)
        precondition(isDone == BROTLI_TRUE)
        return Array(output[..<count])
    }

    /// What a body in gzip brings, and whether it came to its end with the right checksum; nil
    /// where it is no gzip.
    package static func inflated(_ bytes: [UInt8]) -> (bytes: [UInt8], isWhole: Bool)? {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        precondition(inflateInit2_(&stream, Format.gzip.rawValue, ZLIB_VERSION, size) == Z_OK)
        defer { inflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: 64 * 1024 + bytes.count * 4)
        let (status, count) = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let status = CZlib.inflate(&stream, Z_SYNC_FLUSH)
                return (status, output.count - Int(stream.avail_out))
            }
        }
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { return nil }
        return (Array(output[..<count]), status == Z_STREAM_END)
    }
}
