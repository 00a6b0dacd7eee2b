/// Finds secrets in bytes and puts a marker in the place of each.
///
/// Found are credentials of known forms, the values of members, items and fields whose names say
/// that they are secret, e-mail addresses, US social-security numbers, card numbers, what the
/// user's own patterns find, and values that are known to be secret. Each is found as it is, in
/// JSON's escapes, percent-encoded, in UTF-16, and in up to three levels of these (tool arguments
/// are JSON in a JSON string), as the bytes are searched with each level undone. Base64 that
/// brings a text, and what begins as gzip or zstd, is such a level too: it is coded anew without
/// its secrets.
///
/// Text with markers in it stays as it is, and what is around a secret is never touched.
package struct Redactor: Sendable {
    /// Levels of escapes that are undone.
    private static let deepest = 3

    private let patterns: [RedactionPattern]
    private let key: RedactionKey
    /// What stands for every secret; nil: a marker for each.
    private let mark: [UInt8]?

    package init(patterns: [RedactionPattern] = [], key: RedactionKey = .builtIn) {
        self.patterns = patterns
        self.key = key
        mark = nil
    }

    /// Finds credentials alone and puts the same mark in the place of each.
    init(credentialsMarked mark: [UInt8]) {
        patterns = []
        key = .builtIn
        self.mark = mark
    }

    /// The bytes without their secrets; nil where there are none. `values` are secrets wherever
    /// they occur, unless they are so short that they occur by chance.
    package func redacted(_ bytes: [UInt8], knowing values: [[UInt8]] = []) -> Redacted? {
        let edits = edits(in: bytes, KnownSecrets(values))
        return edits.isEmpty ? nil : Redacted(edits, in: bytes)
    }

    /// The text without its secrets.
    package func redacted(_ text: String, knowing values: [[UInt8]] = []) -> String {
        let bytes = Array(text.utf8)
        return redacted(bytes, knowing: values).map { String(decoding: $0.bytes, as: UTF8.self) }
            ?? text
    }

    /// What stands for a value wherever it is found.
    package func marker(of value: [UInt8], _ kind: SecretKind = .secret) -> [UInt8] {
        RedactionMarker.text(kind, Self.canonical(value, kind), key)
    }

    /// The same of a text that is a secret by where it stands; a marker and nothing stay.
    package func marker(of text: String) -> String {
        let value = Array(text.utf8)
        guard !value.isEmpty, RedactionMarker.masked(value) == nil, !Placeholder.fits(value)
        else { return text }
        return String(decoding: marker(of: value), as: UTF8.self)
    }

    /// Whether a field, a member or an item of a query with this name has a secret for a value.
    package static func isSecret(name: some StringProtocol, inQuery: Bool = false) -> Bool {
        let plain = SecretName.plain(name.utf8)
        return SecretName.isSecret(plain) || inQuery && SecretName.isItem(plain)
    }

    /// The secrets in bytes, in their order, none over another.
    package func secrets(in bytes: [UInt8]) -> [Redacted.Edit] {
        edits(in: bytes, KnownSecrets([]))
    }

    // MARK: Finding

    func edits(in bytes: [UInt8], _ known: KnownSecrets) -> [Redacted.Edit] {
        edits(of: found(in: bytes, known, depth: 0), in: bytes)
    }

    /// What stands in base64 alone, without the bytes as they are.
    func editsInBase64(of bytes: [UInt8]) -> [Redacted.Edit] {
        edits(of: inBase64(bytes, KnownSecrets([]), depth: 0, view: nil, goesOn: false), in: bytes)
    }

    private func edits(of found: [Found], in bytes: [UInt8]) -> [Redacted.Edit] {
        clusters(of: mark == nil ? found : found.filter { $0.kind == .secret }).map { secret in
            if let coded = secret.coded {
                return Redacted.Edit(
                    range: secret.range, replacement: coded.replacement, kind: secret.kind,
                    value: secret.value, coding: coded.coding, inside: coded.inside)
            }
            let quote = secret.quote ?? []
            let marker = mark ?? marker(of: secret.value, secret.kind)
            // A letter in two bytes has a mark in two bytes, but for a last one that lost its zero.
            let isWide = secret.isWide && secret.range.count > secret.value.count
            var replacement =
                quote + (isWide ? DecodedView.Form.wide.escaped(marker) : marker) + quote
            if isWide, secret.range.upperBound == bytes.count, bytes.last != 0 {
                replacement.removeLast()
            }
            return Redacted.Edit(
                range: secret.range, replacement: replacement, kind: secret.kind,
                value: secret.value)
        }
    }

    /// The secrets, those that overlap as one: the value is that of the longest, and of equally
    /// long ones that of the one with the fewest levels undone. Of these the first to see a bare
    /// number says how a quotation mark is written: a level above it, it is within a string. A
    /// coded part stands for itself only where nothing lies over it that is a secret as it is.
    private func clusters(of found: [Found]) -> [Found] {
        let all = found.sorted { $0.range.lowerBound < $1.range.lowerBound }
        var clusters: [(longest: Found, range: Range<Int>)] = []
        for next in all {
            guard let last = clusters.last, next.range.lowerBound < last.range.upperBound else {
                clusters.append((next, next.range))
                continue
            }
            var longest = last.longest
            let isPlain = next.coded == nil && longest.coded != nil
            let isSame = (next.coded == nil) == (longest.coded == nil)
            if isPlain
                || isSame
                    && (next.range.count, -next.depth) > (longest.range.count, -longest.depth)
            {
                longest = next
            }
            if next.range == last.longest.range, isSame {
                let byDepth = [next, last.longest].sorted { $0.depth < $1.depth }
                longest.quote = byDepth.lazy.compactMap(\.quote).first
            }
            let end = max(last.range.upperBound, next.range.upperBound)
            clusters[clusters.count - 1] = (longest, last.range.lowerBound..<end)
        }
        return clusters.map { cluster in
            var secret = cluster.longest
            secret.range = cluster.range
            return secret
        }
    }

    /// `view` is what the bytes are of, where they are the bytes of one.
    private func found(
        in bytes: [UInt8], _ known: KnownSecrets, depth: Int, view: DecodedView? = nil
    ) -> [Found] {
        if depth < Self.deepest, let packed = PackedBytes(bytes) {
            return behind(packed, of: bytes, known, depth: depth)
        }
        let forms: [DecodedView.Form] = depth < Self.deepest ? [.json, .percent, .wide] : []
        let views = forms.compactMap { DecodedView($0, of: bytes) }
        let masked = RedactionMarker.masked(bytes) ?? bytes
        var found = scanned(masked, known)
        if masked.contains(UInt8(ascii: "+")) {
            // A form has `+` for a space (WHATWG URL, 5.1).
            found += scanned(masked.map { $0 == UInt8(ascii: "+") ? 0x20 : $0 }, known)
        }
        found = found.compactMap { secret in
            var secret = secret
            secret.depth = depth
            let range = views.reduce(secret.range) { $1.withoutCutEscapes($0) }
            if range != secret.range {
                secret.range = range
                secret.value = Array(bytes[range])
            }
            let isDecorator =
                secret.kind == .email && bytes[range].first.map { $0 == UInt8(ascii: "@") } ?? true
            return range.isEmpty || isDecorator ? nil : secret
        }
        found += inBase64(
            masked, known, depth: depth, view: view,
            goesOn: depth + 1 < Self.deepest && views.first?.form == .json)
        for view in views {
            found += self.found(in: view.bytes, known, depth: depth + 1, view: view).map { secret in
                var secret = secret
                secret.range = view.origin(of: secret.range)
                secret.quote = secret.quote.map(view.form.escaped)
                if var coded = secret.coded {
                    coded.replacement = view.form.escaped(coded.replacement)
                    secret.coded = coded
                }
                secret.isWide = view.form == .wide
                return secret
            }
        }
        return found
    }

    /// What is in bytes that are packed as a whole.
    private func behind(
        _ packed: PackedBytes, of bytes: [UInt8], _ known: KnownSecrets, depth: Int
    ) -> [Found] {
        let inside = edits(
            of: found(in: packed.content, known, depth: depth + 1), in: packed.content)
        guard let first = inside.first else { return [] }
        let coded = Found.Coded(
            coding: packed.name, inside: inside.flatMap(\.found),
            replacement: packed.packed(Redacted(inside, in: packed.content).bytes))
        return [
            Found(range: 0..<bytes.count, kind: first.kind, value: first.value, coded: coded)
        ]
    }

    /// What is in runs of base64. A run in a view that nothing was undone in, or beside, was seen
    /// before; one that goes on behind an escape is seen in the view without it, if there is one.
    private func inBase64(
        _ bytes: [UInt8], _ known: KnownSecrets, depth: Int, view: DecodedView?, goesOn: Bool
    ) -> [Found] {
        guard depth < Self.deepest else { return [] }
        var found: [Found] = []
        let texts = bytes.withUnsafeBufferPointer { bytes in
            Base64Text.find(in: bytes) { range in
                let isWhole = !goesOn || !bytes.goesOn(behind: range)
                return isWhole && view?.touches(range) ?? true
            }
        }
        for text in texts {
            let inside = edits(
                of: self.found(in: text.content, known, depth: depth + 1), in: text.content)
            guard let first = inside.first else { continue }
            let clean = text.encoded(Redacted(inside, in: text.content).bytes)
            let coding = first.coding.isEmpty ? "base64" : "\(first.coding) in base64"
            found.append(
                Found(
                    range: text.range, kind: first.kind, value: first.value,
                    coded: Found.Coded(
                        coding: coding, inside: inside.flatMap(\.found), replacement: clean)))
        }
        return found
    }

    /// What is found without undoing anything.
    private func scanned(_ bytes: [UInt8], _ known: KnownSecrets) -> [Found] {
        bytes.withUnsafeBufferPointer { bytes in
            var scan = SecretScan(bytes)
            scan.run()
            var found = scan.found
            for range in known.ranges(in: bytes) {
                found.append(Found(range: range, kind: .secret, value: Array(bytes[range])))
            }
            var strings = JSONStrings(bytes)
            for pattern in patterns {
                for match in pattern.ranges(in: bytes) {
                    for (range, isBare) in strings.replaceable(match) {
                        var secret = Found(
                            range: range, kind: .pattern(pattern.name), value: Array(bytes[range]))
                        if isBare { secret.quote = [UInt8(ascii: "\"")] }
                        found.append(secret)
                    }
                }
            }
            return found
        }
    }

    // MARK: Values

    /// A value as it is behind all its escapes; of numbers only the digits. It is the same in
    /// whatever form the value is found.
    static func canonical(_ value: [UInt8], _ kind: SecretKind = .secret) -> [UInt8] {
        var value = value
        if let view = DecodedView(.wide, of: value) { value = view.bytes }
        for form in [DecodedView.Form.json, .percent, .json, .percent, .json, .percent] {
            if let view = DecodedView(form, of: value, keepsQuotes: true) { value = view.bytes }
        }
        switch kind {
        case .card, .socialSecurity: return value.filter(\.isDigit)
        case .secret, .email, .pattern: return value
        }
    }
}

extension Redacted.Edit {
    /// What was found: it, or what is behind its coding.
    package var found: [Redacted.Edit] { inside.isEmpty ? [self] : inside }
}

extension UnsafeBufferPointer<UInt8> {
    /// Whether an escape that may stand within base64 follows: a slash, or the end of a line.
    fileprivate func goesOn(behind range: Range<Int>) -> Bool {
        guard range.upperBound + 1 < count, self[range.upperBound] == UInt8(ascii: "\\") else {
            return false
        }
        let sign = self[range.upperBound + 1]
        return sign == UInt8(ascii: "/") || sign == UInt8(ascii: "n") || sign == UInt8(ascii: "r")
    }
}
