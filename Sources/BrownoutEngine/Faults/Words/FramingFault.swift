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

    /// The heading of these faults, and the key that names them: `{framing: bad-chunk-size}`.
    package static let family = FaultFamily.framing

    /// What is known of the fault; the file is under `Rows/Framing`.
    package var row: FaultRow {
        switch self {
        case .badChunkSize: .badChunkSize
        case .noChunkEnd: .noChunkEnd
        case .noLastChunk: .noLastChunk
        case .lengthTooLong: .lengthTooLong
        case .lengthTooShort: .lengthTooShort
        case .lengthTwice: .lengthTwice
        case .lengthAndChunked: .lengthAndChunked
        case .truncatedBody: .truncatedBody
        case .garbageStatusLine: .garbageStatusLine
        case .partialHeaders: .partialHeaders
        case .hugeHeader: .hugeHeader
        case .headerWithoutColon: .headerWithoutColon
        case .nulInHeader: .nulInHeader
        case .manyHeaders: .manyHeaders
        case .informationalFlood: .informationalFlood
        case .gzipLie: .gzipLie
        case .gzipTruncated: .gzipTruncated
        case .gzipUnasked: .gzipUnasked
        case .closeDelimited: .closeDelimited
        }
    }
}
