extension Redactor {
    /// The secrets of a text that is spread over several JSON strings, as a stream's deltas are:
    /// the first string that has a part of one gets the marker, the others lose theirs.
    ///
    /// `literals` are where the strings are in `bytes`, without their quotation marks, in the
    /// order of the text. The edits are in that order too, and of each string it stays one.
    package func edits(
        inTextOf literals: [Range<Int>], of bytes: [UInt8], knowing values: [[UInt8]] = []
    ) -> [Redacted.Edit] {
        var text: [UInt8] = []
        var pieces: [JoinedPiece] = []
        for literal in literals {
            let content = Array(bytes[literal])
            let view = DecodedView(.json, of: content, keepsQuotes: true)
            let decoded = view?.bytes ?? content
            pieces.append(
                JoinedPiece(
                    literal: literal, view: view, place: text.count..<(text.count + decoded.count)))
            text.append(contentsOf: decoded)
        }
        var edits: [Redacted.Edit] = []
        var first = 0
        for secret in self.edits(in: text, KnownSecrets(values)) {
            while pieces[first].place.upperBound <= secret.range.lowerBound { first += 1 }
            var marker = DecodedView.Form.json.escaped(secret.replacement)
            var index = first
            while index < pieces.count, pieces[index].place.lowerBound < secret.range.upperBound {
                if let range = pieces[index].origin(of: secret.range) {
                    edits.append(
                        Redacted.Edit(
                            range: range, replacement: marker, kind: secret.kind,
                            value: secret.value))
                    marker = []
                }
                index += 1
            }
        }
        return edits
    }
}

/// A string that has a part of a text.
private struct JoinedPiece {
    var literal: Range<Int>
    /// The string without its escapes; nil where it has none.
    var view: DecodedView?
    /// Its part of the text.
    var place: Range<Int>

    /// Where a part of the text stands in the bytes; nil where none of it is in this string.
    func origin(of range: Range<Int>) -> Range<Int>? {
        let own = range.clamped(to: place)
        if own.isEmpty { return nil }
        let local = (own.lowerBound - place.lowerBound)..<(own.upperBound - place.lowerBound)
        let raw = view?.origin(of: local) ?? local
        return (raw.lowerBound + literal.lowerBound)..<(raw.upperBound + literal.lowerBound)
    }
}
