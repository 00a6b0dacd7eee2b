package import BrownoutCompression
package import BrownoutEngine

/// The content codings of a message.
package struct CodedBody: Sendable {
    /// Content codings of a body that are undone, one inside the other.
    package static let limit = 4

    private let codings: [ContentCoding]

    /// Nil where the fields name no coding, or one that is not known.
    package init?(_ headers: [HeaderField]) {
        self.init(headers, allowed: ContentCoding.allCases)
    }

    /// The same; one that is not `allowed` is as if it were not known.
    package init?(_ headers: [HeaderField], allowed: [ContentCoding]) {
        let fields = headers.lazy
            .filter { $0.isNamed("content-encoding") }
            .map(\.value)
        guard
            let codings = try? ContentCoding.list(
                fields, limit: CodedBody.limit, allowed: allowed),
            !codings.isEmpty
        else { return nil }
        self.codings = codings
    }

    /// The body without its codings; nil where it is not what they say, or larger. Of a body that
    /// was cut off, as much as can be read, unless it has to be whole.
    package func decoded(
        _ body: [UInt8], atMost limit: Int, whole: Bool = false
    ) -> [UInt8]? {
        let decoder = BodyDecoder(codings, limit: limit)
        var out: [UInt8] = []
        body.withUnsafeBytes { decoder.add($0) }
        do throws(DecodingProblem) {
            while try !decoder.run(.max, { out.append(contentsOf: $0) }) {}
            if whole { try decoder.finish() }
        } catch {
            return nil
        }
        return out
    }
}
