/// How the message around an answer is malformed (RFC 9112, RFC 9110). The answer in it is the
/// provider's own.
package enum FramingFault: String, FaultWord {
    case badChunkSize = "bad-chunk-size"
    case noChunkEnd = "no-chunk-end"
    case noLastChunk = "no-last-chunk"
    case lengthTooLong = "length-too-long"
    case lengthTooShort = "length-too-short"
    case lengthTwice = "length-twice"
    case lengthAndChunked = "length-and-chunked"
    case truncatedBody = "truncated-body"
    case garbageStatusLine = "garbage-status-line"
    case partialHeaders = "partial-headers"
    case hugeHeader = "huge-header"
    case headerWithoutColon = "header-without-colon"
    case nulInHeader = "nul-in-header"
    case manyHeaders = "many-headers"
    case informationalFlood = "informational-flood"
    case gzipLie = "gzip-lie"
    case gzipTruncated = "gzip-truncated"
    case gzipUnasked = "gzip-unasked"
    case closeDelimited = "close-delimited"

    package var summary: String {
        switch self {
        case .badChunkSize: "a chunk whose size is not hexadecimal"
        case .noChunkEnd: "a chunk without the CRLF behind its bytes"
        case .noLastChunk: "the whole body without the last chunk, then FIN"
        case .lengthTooLong: "a Content-Length of 64 bytes more than come, then FIN"
        case .lengthTooShort: "a Content-Length of half the bytes that come"
        case .lengthTwice: "two Content-Length fields that contradict each other"
        case .lengthAndChunked: "Content-Length together with Transfer-Encoding: chunked"
        case .truncatedBody: "half of the body, and a Content-Length that agrees"
        case .garbageStatusLine: "a status line that is none"
        case .partialHeaders: "a head that breaks off inside a field, then FIN"
        case .hugeHeader: "a header field of 128 KiB"
        case .headerWithoutColon: "a header line without a colon"
        case .nulInHeader: "a NUL byte in a header's value"
        case .manyHeaders: "300 header fields more"
        case .informationalFlood: "100 answers of 103 before the real one"
        case .gzipLie: "Content-Encoding: gzip on plain bytes"
        case .gzipTruncated: "a body in gzip that breaks off, its framing whole"
        case .gzipUnasked: "a body in gzip though nobody asked for it"
        case .closeDelimited: "neither length nor chunks: the body ends with the connection"
        }
    }

    package var need: FaultNeed {
        switch self {
        case .gzipLie, .gzipTruncated, .gzipUnasked, .truncatedBody: .nothing
        case .badChunkSize, .noChunkEnd, .noLastChunk, .lengthTooLong, .lengthTooShort,
            .lengthTwice, .lengthAndChunked, .garbageStatusLine, .partialHeaders, .hugeHeader,
            .headerWithoutColon, .nulInHeader, .manyHeaders, .informationalFlood, .closeDelimited:
            .http1
        }
    }

    /// Whether the fault stands at one place of the body.
    package var takesPosition: Bool { self == .badChunkSize || self == .noChunkEnd }
}
