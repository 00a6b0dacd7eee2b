/// Why a pattern cannot be used.
package struct RedactionPatternError: Error, Equatable, Sendable {
    /// Characters of the expression before the one it is about; nil where it is about the name.
    package var offset: Int?
    /// A sentence without its full stop.
    package var message: String

    package init(offset: Int?, message: String) {
        self.offset = offset
        self.message = message
    }
}

/// A regular expression of the user's own for what is secret.
///
/// It knows literals, `.`, classes (`[a-z]`, `[^,]`, `\d \w \s` and their opposites), groups,
/// alternatives with `|`, `* + ? {m} {m,} {m,n}`, the word boundaries `\b` and `\B`, and `(?i)` at
/// its beginning for letters of either size. It is not anchored, and has no looks ahead or back
/// and no references to groups, so that a text of `n` bytes takes a time in proportion to `n`,
/// whatever the expression. Schemas' patterns have those, and a matcher that may give up; here
/// giving up would be a leak.
///
/// Whatever any match covers is found: where matches overlap, all of them together. A find never
/// goes over a quotation mark or a line's end; it is then taken in the parts between them.
package struct RedactionPattern: Sendable {
    /// Its name in markers: small letters, digits and `_`.
    package let name: String
    private let program: PatternProgram

    /// Bytes of an expression at most.
    package static let longest = 1_000

    /// The name may have capitals and hyphens too; markers have it without.
    package init(name: String, expression: String) throws(RedactionPatternError) {
        let plain = name.lowercased().map { $0 == "-" ? "_" : $0 }
        guard !plain.isEmpty, plain.count <= RedactionMarker.longestWord,
            plain.allSatisfy({ $0.utf8.count == 1 && ($0.utf8.first?.isMarkerLetter ?? false) })
        else {
            throw RedactionPatternError(
                offset: nil,
                message: "a pattern's name has 1 to \(RedactionMarker.longestWord) letters of "
                    + "a-z, digits, '-' and '_'")
        }
        guard expression.utf8.count <= Self.longest else {
            throw RedactionPatternError(
                offset: Self.longest,
                message: "a pattern has at most \(Self.longest) bytes")
        }
        var parser = RedactionPatternParser(expression)
        let node = try parser.parse()
        guard !node.matchesNothing else {
            throw RedactionPatternError(
                offset: 0, message: "the pattern fits the empty text, which is everywhere")
        }
        self.name = String(plain)
        program = try PatternProgram(node)
    }

    /// What it finds, in order, none over another.
    func ranges(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        program.matches(in: bytes).flatMap { match in
            bytes.parts(of: match) { $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D }
                .filter { bytes[$0].contains { $0.isWord || $0 >= 0x80 } }
        }
    }
}
