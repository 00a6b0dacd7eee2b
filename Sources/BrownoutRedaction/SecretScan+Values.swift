/// Names that have a secret for a value. They are compared in small letters, without `_` and `-`.
enum SecretName {
    /// Bytes of a name at most.
    static let longest = 48

    /// Whatever a name that ends so begins with: `OPENAI_API_KEY`.
    private static let endings = [
        "apikey", "accesstoken", "refreshtoken", "authtoken", "idtoken", "sessiontoken",
        "securitytoken", "clientsecret", "secretkey", "secretaccesskey", "privatekey",
        "subscriptionkey", "accesskeyid", "password", "passwd",
    ].map { Array($0.utf8) }

    private static let whole = ["secret", "authorization", "cookie", "setcookie"]
        .map { Array($0.utf8) }

    /// Names of a query's or a form's items, too plain to be looked for anywhere else.
    private static let items = [
        "key", "token", "sig", "signature", "auth", "pass", "pwd", "code", "xamzsignature",
        "xamzcredential", "xgoogsignature", "xgoogcredential",
    ].map { Array($0.utf8) }

    static func plain(_ name: some Sequence<UInt8>) -> [UInt8] {
        name.compactMap { byte in
            if byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") { return nil }
            return byte.isLetter ? byte | 0x20 : byte
        }
    }

    static func isSecret(_ plain: [UInt8]) -> Bool {
        whole.contains(plain) || endings.contains { plain.hasSuffix($0) }
    }

    static func isItem(_ plain: [UInt8]) -> Bool { items.contains(plain) }

    static func isKey(_ plain: [UInt8]) -> Bool { plain.hasSuffix(Array("apikey".utf8)) }

    /// Whether credentials follow this word (IANA, "HTTP Authentication Schemes"; AWS's own).
    static func isScheme(_ word: some Sequence<UInt8>) -> Bool {
        let plain = plain(word)
        return schemes.contains { plain.elementsEqual($0) }
    }

    private static let schemes = [
        "basic", "bearer", "digest", "token", "negotiate", "apikey", "aws4hmacsha256",
    ].map { Array($0.utf8) }

    static func isAuthorization(_ plain: [UInt8]) -> Bool {
        plain.hasSuffix(Array("authorization".utf8))
    }
}

extension [UInt8] {
    fileprivate func hasSuffix(_ ending: [UInt8]) -> Bool {
        count >= ending.count && self[(count - ending.count)...].elementsEqual(ending)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The value behind the `=` at a place, where its name says that it is a secret.
    func assignedValue(at place: Int) -> Range<Int>? {
        guard let start = nameStart(before: place) else { return nil }
        let name = SecretName.plain(self[start..<place])
        if !SecretName.isSecret(name) {
            let before = start > 0 ? self[start - 1] : UInt8(ascii: "&")
            guard SecretName.isItem(name), "?&".utf8.contains(before) else { return nil }
        }
        let value = run(from: place + 1) { "\"'".utf8.contains($0) }
        let end = valueEnd(from: value)
        let isCode = value == place + 1 && isCode(value..<end)
        return end > value && !isCode ? value..<end : nil
    }

    /// The value of the JSON member whose colon is at a place, without its quotation marks.
    func memberValue(at place: Int) -> Range<Int>? {
        var closing = place - 1
        while closing >= 0, self[closing].isSpace, place - closing < 8 { closing -= 1 }
        guard closing > 0, isQuote(self[closing]), let start = nameStart(before: closing),
            start > 0, self[start - 1] == self[closing]
        else { return nil }
        let name = SecretName.plain(self[start..<closing])
        guard SecretName.isSecret(name) else { return nil }
        let open = run(from: place + 1, while: \.isSpace)
        guard open < count else { return nil }
        if self[open].isDigit {
            // A number is a secret from four digits on.
            let end = run(from: open, while: \.isDigit)
            return end - open >= 4 ? open..<end : nil
        }
        guard isQuote(self[open]) else { return nil }
        let end = stringEnd(from: open + 1, quote: self[open])
        let value = withoutScheme(open + 1, end, SecretName.isAuthorization(name))
        return end > value ? value..<end : nil
    }

    /// The value of a field as headers are written, `x-api-key: …`. Words of prose stay.
    func fieldValue(at place: Int) -> Range<Int>? {
        guard let start = nameStart(before: place) else { return nil }
        let name = SecretName.plain(self[start..<place])
        let open = run(from: place + 1) { $0 == 0x20 || "\"'".utf8.contains($0) }
        if SecretName.isAuthorization(name) { return credentials(from: open) }
        guard SecretName.isKey(name) else { return nil }
        let end = valueEnd(from: open)
        guard end - open >= 5, !isWord(open..<end) else { return nil }
        let isQuoted = open > place + 1 && "\"'".utf8.contains(self[open - 1])
        return isQuoted || !isCode(open..<end) ? open..<end : nil
    }

    /// Whether a value that is in no quotation marks is a piece of a program: a call, or the name
    /// of where the secret is: `os.environ[…]`, `settings.api_key`, `password`.
    func isCode(_ range: Range<Int>) -> Bool {
        let text = self[range]
        guard let first = text.first, first.isLetter || first == UInt8(ascii: "_"),
            text.allSatisfy({ $0.isWord || $0 == UInt8(ascii: ".") })
        else { return false }
        if range.upperBound < count, "([".utf8.contains(self[range.upperBound]) { return true }
        if text.contains(where: \.isDigit) { return false }
        return text.dropLast().contains(UInt8(ascii: "."))
            || SecretName.isSecret(SecretName.plain(text))
    }

    /// What follows a scheme (RFC 9110, 11.4), or stands without one and is no word.
    private func credentials(from open: Int) -> Range<Int>? {
        let word = run(from: open) { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
        let isScheme = word < count && self[word] == 0x20 && SecretName.isScheme(self[open..<word])
        let start = isScheme ? word + 1 : open
        let end = valueEnd(from: start)
        let isWord = self[start..<end].allSatisfy { $0 >= 0x61 && $0 <= 0x7A }
        return end - start >= (isScheme ? 4 : 8) && (isScheme || !isWord) ? start..<end : nil
    }

    /// The password of `https://user:password@host`, or all before the `@` without one; and
    /// where its host begins. `place` is at the colon behind the scheme.
    func userInformation(at place: Int) -> (secret: Range<Int>, end: Int)? {
        guard holds(Array("://".utf8), at: place) else { return nil }
        let start = place + 3
        var index = start
        var colon: Int?
        var at: Int?
        authority: while index < count, index - start < 256 {
            switch self[index] {
            // One in a password is written as it should not be, but is.
            case UInt8(ascii: "@"): at = index
            case UInt8(ascii: ":"): colon = colon ?? index
            case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "\""),
                UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"),
                UInt8(ascii: ","), 0...0x20, SecretScan.mask...SecretScan.barrier:
                break authority
            default: break
            }
            index += 1
        }
        guard let at else { return nil }
        let secret = (colon.flatMap { $0 < at ? $0 + 1 : nil } ?? start)..<at
        return secret.isEmpty ? nil : (secret, at + 1)
    }

    // MARK: Parts

    /// Where the name that ends before a place begins; nil where there is none, or too long a one.
    private func nameStart(before end: Int) -> Int? {
        var start = end
        while start > 0, self[start - 1].isWord || self[start - 1] == UInt8(ascii: "-") {
            start -= 1
            if end - start > SecretName.longest { return nil }
        }
        return start < end ? start : nil
    }

    private func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == SecretScan.barrier
    }

    /// Where a string ends whose escapes, if a mark opened it, are still there.
    private func stringEnd(from start: Int, quote: UInt8) -> Int {
        var index = start
        while index < count {
            let byte = self[index]
            if byte == quote || byte >= SecretScan.mask { return index }
            if quote != SecretScan.barrier, byte == 0x0A { return index }
            index += byte == UInt8(ascii: "\\") && quote != SecretScan.barrier ? 2 : 1
        }
        return count
    }

    /// Where a value ends that is in no quotation marks.
    private func valueEnd(from start: Int) -> Int {
        run(from: start) {
            $0 > 0x20 && $0 != 0x7F && $0 < SecretScan.mask
                && !"&#\"'\\,;{}[]<>()".utf8.contains($0)
        }
    }

    /// Past the word before credentials (RFC 9110, 11.4): `Bearer`, `Basic`.
    private func withoutScheme(_ start: Int, _ end: Int, _ isAuthorization: Bool) -> Int {
        guard isAuthorization else { return start }
        let word = run(from: start) { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") }
        guard word > start, word - start <= 20, word <= end, word + 1 < count, self[word] == 0x20
        else { return start }
        return word + 1
    }
}
