/// Bytes whose secrets were replaced, and where their parts went.
package struct Redacted: Equatable, Sendable {
    /// A replaced part.
    package struct Edit: Equatable, Sendable {
        /// Where it was in the bytes as they had been.
        package var range: Range<Int>
        /// What stands there now: a marker, or the part coded anew without its secrets.
        package var replacement: [UInt8]
        /// What kind of secret it is; of a coded part, that of the first one in it.
        package var kind: SecretKind
        /// What was there, as far as it was decoded to be found.
        package var value: [UInt8]
        /// What the part was read as, in words, where it is coded and stands there anew:
        /// `base64`, `gzip in base64`; empty for what has a marker in its place.
        package var coding: String
        /// What was found behind the coding.
        package var inside: [Edit]

        package init(
            range: Range<Int>, replacement: [UInt8], kind: SecretKind = .secret,
            value: [UInt8] = [], coding: String = "", inside: [Edit] = []
        ) {
            self.range = range
            self.replacement = replacement
            self.kind = kind
            self.value = value
            self.coding = coding
            self.inside = inside
        }
    }

    /// The bytes as they are now.
    package let bytes: [UInt8]
    /// In their order, none over another.
    package let edits: [Edit]

    /// `edits` in their order, none over another.
    package init(_ edits: [Edit], in bytes: [UInt8]) {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        var copied = 0
        for edit in edits {
            precondition(edit.range.lowerBound >= copied, "edits out of order")
            out.append(contentsOf: bytes[copied..<edit.range.lowerBound])
            out.append(contentsOf: edit.replacement)
            copied = edit.range.upperBound
        }
        out.append(contentsOf: bytes[copied...])
        self.bytes = out
        self.edits = edits
    }

    /// Where places of the bytes as they had been went; `offsets` must not fall. One within a
    /// replaced part goes behind what is there now.
    package func moved(_ offsets: some Sequence<Int>) -> [Int] {
        var next = 0
        var shift = 0
        return offsets.map { offset in
            while next < edits.count, edits[next].range.lowerBound < offset {
                let edit = edits[next]
                shift += edit.replacement.count - edit.range.count
                next += 1
            }
            guard next > 0 else { return offset }
            // Behind the last part that begins before it.
            return max(offset, edits[next - 1].range.upperBound) + shift
        }
    }
}
