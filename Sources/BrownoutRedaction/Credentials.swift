/// Finds credentials in bytes and puts ``mark`` in their place.
///
/// Three bytes of each pattern are looked for in one pass over the whole (``CredentialSigns``); only
/// where they occur is the pattern itself tried. Where a text
/// has the sign of an escape that may hide one, or of UTF-16, ``Redactor`` looks at it too, and at
/// what runs of base64 bring: what it finds in a recording is found here. A key that a stream
/// spreads over several of its events is not recognised.
package enum Redaction {
    /// What stands in the place of a credential: `[redacted]`, as UTF-8.
    package static let mark = Array("[redacted]".utf8)

    private static let redactor = Redactor(credentialsMarked: mark)

    /// The bytes without their credentials; nil when there are none.
    package static func redacted(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        if PackedBytes.begin(bytes) { return redactor.redacted(Array(bytes))?.bytes }
        let plain = plain(bytes)
        let hasBase64 = Base64Text.next(in: bytes, from: 0) != nil
        if EscapeSigns.occur(in: bytes) || hasBase64 && Base64Text.isEscaped(in: bytes) {
            let bytes = plain ?? Array(bytes)
            return redactor.redacted(bytes)?.bytes ?? plain
        }
        guard hasBase64 else { return plain }
        let whole = plain ?? Array(bytes)
        let edits = redactor.editsInBase64(of: whole)
        return edits.isEmpty ? plain : Redacted(edits, in: whole).bytes
    }

    /// The bytes without what stands in them as it is.
    private static func plain(_ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var out: [UInt8]?
        var copied = 0
        var from = 0
        while let suspect = nextSuspect(in: bytes, from: from) {
            guard let secret = secret(in: bytes, at: suspect), secret.lowerBound >= copied,
                !bytes.isPlaceholder(secret)
            else {
                from = suspect + 1
                continue
            }
            var text = out ?? []
            text.append(contentsOf: bytes[copied..<secret.lowerBound])
            text.append(contentsOf: mark)
            out = text
            copied = secret.upperBound
            from = max(secret.upperBound, suspect + 1)
        }
        out?.append(contentsOf: bytes[copied...])
        return out
    }

    /// Puts ``mark`` in the place of every credential; bytes without any stay as they are.
    package static func redact(_ bytes: inout [UInt8]) {
        guard let clean = bytes.withUnsafeBufferPointer({ redacted($0) }) else { return }
        bytes = clean
    }

    /// Puts ``mark`` in the place of every credential; a text without any stays as it is.
    package static func redact(_ text: inout String) {
        guard let clean = text.withUTF8({ redacted($0) }) else { return }
        text = String(decoding: clean, as: UTF8.self)
    }

    /// A text that quotes a URL, or what should be one, without the user and the password in it:
    /// `https://…@host/v1`.
    package static func withoutUserInformation(_ text: String) -> String {
        let start = text.firstRange(of: "://")?.upperBound ?? text.startIndex
        let authority = text[start...].prefix { !"/?#".contains($0) }
        guard let at = authority.lastIndex(of: "@") else { return text }
        return text[..<start] + "…" + text[at...]
    }

    // MARK: Suspects

    /// The next place that holds a sign of a credential.
    private static func nextSuspect(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int
    ) -> Int? {
        CredentialSigns.table.withUnsafeBufferPointer { table in
            var index = start
            let end = bytes.count - 2
            while index < end {
                let signs =
                    table[Int(bytes[index])] & table[256 + Int(bytes[index + 1])]
                    & table[512 + Int(bytes[index + 2])]
                if signs != 0 { return index }
                index += 1
            }
            return nil
        }
    }

    // MARK: Patterns

    /// The credential that the sign at `place` belongs to.
    private static func secret(
        in bytes: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Range<Int>? {
        switch (bytes[place] | 0x20, bytes[place + 1] | 0x20) {
        case (UInt8(ascii: ":"), _): bytes.userInformation(at: place)?.secret
        case (UInt8(ascii: "-"), _): bytes.privateKey(at: place - 4)
        case (UInt8(ascii: "r"), _): bearer(in: bytes, at: place)
        case (UInt8(ascii: "k"), UInt8(ascii: "e")), (UInt8(ascii: "s"), UInt8(ascii: "s")),
            (UInt8(ascii: "e"), UInt8(ascii: "c")):
            named(in: bytes, at: place)
        // Of the others some begin before their sign: ghp_, sk_live_, github_pat_.
        case (UInt8(ascii: "z"), _): authorization(in: bytes, at: place)
        case (UInt8(ascii: "h"), _):
            token(in: bytes, at: place) ?? token(in: bytes, at: place - 1)
        case (UInt8(ascii: "k"), _): token(in: bytes, at: place - 1)
        case (UInt8(ascii: "b"), _): token(in: bytes, at: place - 5)
        default: token(in: bytes, at: place)
        }
    }

    /// A token of a known issuer where a word begins: `task-1` is none.
    private static func token(
        in bytes: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Range<Int>? {
        guard place >= 0, wordBegins(in: bytes, at: place) else { return nil }
        return bytes.tokenBeginning(at: place)
    }

    /// The token after `Bearer `; `place` is at `rer`.
    private static func bearer(
        in bytes: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Range<Int>? {
        guard place >= 3, wordBegins(in: bytes, at: place - 3) else { return nil }
        return bytes.bearerCredentials(at: place - 3)
    }

    /// What follows `Authorization: Basic `; `place` is in the name.
    private static func authorization(
        in bytes: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Range<Int>? {
        let sign = skipQuotes(in: bytes, from: bytes.run(from: place) { $0.isLetter })
        guard sign < bytes.count, bytes[sign] == UInt8(ascii: ":") else { return nil }
        return bytes.fieldValue(at: sign) ?? bytes.memberValue(at: sign)
    }

    /// The value of `?key=…`, of `api_key=…` and of `"api_key": "…"`; `place` is in the name.
    private static func named(
        in bytes: UnsafeBufferPointer<UInt8>, at place: Int
    ) -> Range<Int>? {
        // No more of it than a name is long: a blob goes on and on.
        let near = UnsafeBufferPointer(
            rebasing: bytes[..<min(bytes.count, place + SecretName.longest + 1)])
        let nameEnd = near.run(from: place) { $0.isWord || $0 == UInt8(ascii: "-") }
        guard nameEnd - place <= SecretName.longest else { return nil }
        let sign = skipQuotes(in: bytes, from: nameEnd)
        guard sign < bytes.count, "=:".utf8.contains(bytes[sign]) else { return nil }
        var start = place
        while start > 0, bytes[start - 1].isWord || bytes[start - 1] == UInt8(ascii: "-") {
            start -= 1
            if nameEnd - start > SecretName.longest { return nil }
        }
        let name = SecretName.plain(bytes[start..<nameEnd])
        let open = skipQuotes(in: bytes, from: sign + 1)
        let isQuoted = open > sign + 1 && bytes[open - 1] != 0x20
        if bytes[sign] == UInt8(ascii: "=") {
            let before = start > 0 ? bytes[start - 1] : UInt8(ascii: "&")
            guard
                SecretName.isSecret(name)
                    || SecretName.isItem(name) && "?&".utf8.contains(before) && sign == nameEnd
            else { return nil }
            let value = value(in: bytes, from: open, least: 1)
            return value.flatMap { !isQuoted && bytes.isCode($0) ? nil : $0 }
        }
        guard SecretName.isSecret(name) else { return nil }
        // Of the others, prose has many.
        guard SecretName.isKey(name) || sign > nameEnd && isQuoted else { return nil }
        // Five, so that `null` and `true` stay.
        let value = value(in: bytes, from: open, least: isQuoted ? 1 : 5)
        return value.flatMap { !isQuoted && (bytes.isCode($0) || bytes.isWord($0)) ? nil : $0 }
    }

    private static func value(
        in bytes: UnsafeBufferPointer<UInt8>, from start: Int, least: Int
    ) -> Range<Int>? {
        let end = bytes.run(from: start) {
            $0 > 0x20 && $0 != 0x7F && !"&#\"'\\,;{}[]<>()".utf8.contains($0)
        }
        return end - start >= least ? start..<end : nil
    }

    // MARK: Bytes

    /// Past the quotes, escapes and spaces between a name, its sign and its value.
    private static func skipQuotes(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        bytes.run(from: start) { $0 == 0x20 || "\"'\\".utf8.contains($0) }
    }

    /// Whether no word runs into `place`. The last letter of an escape (`\n`, `\u000a`, `%3D`)
    /// belongs to no word.
    private static func wordBegins(in bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        guard place > 0, bytes[place - 1].isLetterOrDigit else { return true }
        if place >= 2, bytes[place - 2] == UInt8(ascii: "\\") { return true }
        if place >= 3, bytes[place - 3] == UInt8(ascii: "%") { return true }
        return place >= 6 && bytes[place - 6] == UInt8(ascii: "\\")
            && bytes[place - 5] == UInt8(ascii: "u")
    }
}

extension String {
    /// The text without the credentials in it.
    package var redacted: String {
        var text = self
        Redaction.redact(&text)
        return text
    }
}
