/// A coding of a body that we can undo (RFC 9110, 8.4.1; RFC 8878 for `zstd`,
/// RFC 7932 for `br`).
package enum ContentCoding: String, CaseIterable, Sendable {
    case gzip
    /// By the RFC in zlib's format; bare deflate data, which some clients send, is taken too.
    case deflate
    case zstd
    case br

    /// Those that requests may come in: brotli is the providers' own, for what they answer.
    package static let ofRequests = [ContentCoding.gzip, .deflate, .zstd]

    /// A name that is no coding of ours.
    package struct Unsupported: Error, Equatable, Sendable {
        /// The coding as the client named it, in lower case.
        package var name: String

        package init(name: String) {
            self.name = name
        }
    }

    /// The codings that `Content-Encoding` fields name, in the order in which they were applied.
    /// Names are case-insensitive, `identity` and empty members count for nothing, and more than
    /// `limit` codings are refused by the name of the first that is too many, as are those that
    /// are not in `allowed`.
    package static func list(
        _ fields: some Sequence<String>, limit: Int,
        allowed: [ContentCoding] = ContentCoding.allCases
    ) throws(Unsupported) -> [ContentCoding] {
        var codings: [ContentCoding] = []
        for field in fields {
            for member in field.split(separator: ",") {
                let name = trimmed(member).lowercased()
                if name.isEmpty || name == "identity" { continue }
                guard let coding = named(name), allowed.contains(coding), codings.count < limit
                else {
                    throw Unsupported(name: name)
                }
                codings.append(coding)
            }
        }
        return codings
    }

    private static func named(_ name: String) -> ContentCoding? {
        // "A recipient SHOULD consider x-gzip to be equivalent to gzip" (RFC 9110, 8.4.1.3).
        name == "x-gzip" ? .gzip : ContentCoding(rawValue: name)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
