import BrownoutCompression
import BrownoutEngine

/// A body behind its content codings, with the borders between its chunks.
struct DecodedBody {
    private(set) var bytes: [UInt8] = []
    /// Where what had come at each border ends.
    private(set) var borders: [Int] = []
    /// Whether there were codings to undo.
    private(set) var isCoded = false
    /// Whether more comes out than the limit; the rest is missing.
    private(set) var isCut = false
    /// Whether it is not, or no longer, what its fields say.
    private(set) var isInvalid = false

    /// Codings one inside the other at most.
    private static let mostCodings = 5
    /// Bytes worked on at a time.
    private static let budget = 1 << 20

    init(_ body: [UInt8], _ borders: [Int], _ fields: [HeaderField], limit: Int) {
        let names = fields.values(named: "content-encoding")
        guard !body.isEmpty, let codings = try? ContentCoding.list(names, limit: Self.mostCodings),
            !codings.isEmpty
        else {
            (bytes, self.borders) = (body, borders)
            return
        }
        isCoded = true
        let decoder = BodyDecoder(codings, limit: limit)
        var start = 0
        // The last border is the body's end, but for a body without borders.
        for border in borders + (borders.last == body.count ? [] : [body.count]) {
            if !isCut, !isInvalid { decode(Array(body[start..<border]), decoder) }
            start = border
            self.borders.append(bytes.count)
        }
        if self.borders.count > borders.count { self.borders.removeLast() }
        // One that ended too soon is good as far as it goes.
    }

    private mutating func decode(_ bytes: [UInt8], _ decoder: BodyDecoder) {
        bytes.withUnsafeBytes { decoder.add($0) }
        do throws(DecodingProblem) {
            while !(try decoder.run(Self.budget, { self.bytes.append(contentsOf: $0) })) {}
        } catch {
            if error == .tooLarge { isCut = true } else { isInvalid = true }
        }
    }
}
