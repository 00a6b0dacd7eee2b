import BrownoutEngine

extension UnsafeBufferPointer<UInt8> {
    // MARK: E-mail addresses

    /// Letters of what is before the `@` at most (RFC 5321, 4.5.3.1.1).
    private static var longestLocalPart: Int { 64 }
    private static var longestDomain: Int { 255 }

    /// The address around an `@`, as people have them: letters, digits and `._%+-~'` before it,
    /// a name with a top level of letters behind it.
    func email(around place: Int) -> Range<Int>? {
        var start = place
        while start > 0, place - start < Self.longestLocalPart, isLocal(self[start - 1]) {
            start -= 1
        }
        start = escapeEnd(before: start, to: place)
        while start < place, ".-+'~".utf8.contains(self[start]) { start += 1 }
        guard start < place, let end = domainEnd(from: place + 1) else { return nil }
        return isCode(start, place, end) ? nil : start..<end
    }

    /// Behind the rest of an escape that letters before an `@` begin with, however many levels up
    /// it is one: the `n` of `\\n@decorator.of` is no mailbox.
    private func escapeEnd(before start: Int, to place: Int) -> Int {
        guard start > 0 else { return start }
        func isHex(_ digits: Range<Int>) -> Bool {
            digits.upperBound <= place && self[digits].allSatisfy { $0.hexValue != nil }
        }
        if self[start - 1] == UInt8(ascii: "\\") {
            if self[start] == UInt8(ascii: "u"), isHex((start + 1)..<(start + 5)) {
                return start + 5
            }
            return "nrtbf".utf8.contains(self[start]) ? start + 1 : start
        }
        guard self[start - 1] == UInt8(ascii: "%") else { return start }
        var end = start
        while isHex(end..<(end + 2)) {
            let isPercent = self[end] == UInt8(ascii: "2") && self[end + 1] == UInt8(ascii: "5")
            end += 2
            if !isPercent { break }
        }
        return end
    }

    /// Whether an `@` between two names is that of a program: a label, a member, or where a
    /// repository is cloned from (`git@host.example:team/name`).
    private func isCode(_ start: Int, _ at: Int, _ end: Int) -> Bool {
        let words = ["this", "super", "return", "break", "continue"]
        if words.contains(where: { self[start..<at].elementsEqual($0.utf8) }) { return true }
        if holds(Array("self.".utf8), at: at + 1) { return true }
        return self[start..<at].elementsEqual("git".utf8) && end < count
            && (self[end] == UInt8(ascii: ":") || self[end] == UInt8(ascii: "/"))
    }

    private func isLocal(_ byte: UInt8) -> Bool {
        byte.isWord || ".+-~'".utf8.contains(byte)
    }

    private func domainEnd(from start: Int) -> Int? {
        var end = run(from: start) {
            $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
        guard end - start <= Self.longestDomain else { return nil }
        while end > start, self[end - 1] == UInt8(ascii: ".") || self[end - 1] == 0x2D { end -= 1 }
        guard end > start, self[start] != UInt8(ascii: "."), self[start] != 0x2D,
            let dot = self[start..<end].lastIndex(of: UInt8(ascii: ".")), end - dot > 2,
            self[dot + 1].isLetter
        else { return nil }
        let top = self[(dot + 1)..<end]
        let isPunycode = top.count > 4 && holds(smallLetters: Array("xn--".utf8), at: dot + 1)
        guard isPunycode || top.allSatisfy(\.isLetter) else { return nil }
        // Pictures for screens of twice the density are named so: `logo@2x.png`.
        let isFile = ["png", "jpg", "jpeg", "gif", "webp", "svg", "css", "js"].contains {
            top.count == $0.utf8.count && holds(smallLetters: Array($0.utf8), at: dot + 1)
        }
        return isFile && self[start].isDigit ? nil : end
    }

    // MARK: Social-security numbers

    /// A US social-security number whose first digits are at a place: `123-45-6789`, `123 45
    /// 6789`, or nine digits where what is before them says so.
    func socialSecurity(at place: Int, digits: Int) -> Range<Int>? {
        guard digits == 3 || digits == 9, isAlone(from: place) else { return nil }
        if digits == 9 {
            let end = place + 9
            guard isAlone(to: end), isSocialSecurity(place, place + 3, place + 5),
                isCalledSocialSecurity(place)
            else { return nil }
            return place..<end
        }
        let end = place + 11
        guard end <= count, self[place + 3] == UInt8(ascii: "-") || self[place + 3] == 0x20,
            self[place + 6] == self[place + 3],
            self[(place + 4)..<(place + 6)].allSatisfy(\.isDigit),
            self[(place + 7)..<end].allSatisfy(\.isDigit), isAlone(to: end),
            isSocialSecurity(place, place + 4, place + 7)
        else { return nil }
        return place..<end
    }

    /// Whether numbers were given out with these parts (SSA, "Social Security Number
    /// Randomization"; for 9xx, which stand in their place in tax forms, IRS Publication 4757).
    private func isSocialSecurity(_ area: Int, _ group: Int, _ serial: Int) -> Bool {
        let (area, group) = (number(area, 3), number(group, 2))
        guard number(serial, 4) > 0, area > 0, area != 666, group > 0 else { return false }
        return area < 900 || (50...65).contains(group) || (70...88).contains(group)
            || (90...92).contains(group) || (94...99).contains(group)
    }

    private func number(_ start: Int, _ digits: Int) -> Int {
        self[start..<(start + digits)].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    private func isCalledSocialSecurity(_ place: Int) -> Bool {
        for start in stride(from: place - 3, through: Swift.max(0, place - 40), by: -1) {
            if holds(smallLetters: Array("ssn".utf8), at: start) {
                let before = start > 0 ? self[start - 1] : 0
                if !before.isLetter || self[start] == UInt8(ascii: "S") { return true }
            }
            if holds(smallLetters: Array("social".utf8), at: start) {
                let next = start + 6
                let word = next < count && self[next].isLetter ? next : next + 1
                if holds(smallLetters: Array("security".utf8), at: word) { return true }
            }
        }
        return false
    }

    // MARK: Cards

    /// The number of a payment card whose first digits are at a place: 13 to 19 digits of a
    /// known issuer, with the check digit of ISO/IEC 7812-1, in groups with one kind of separator,
    /// or in one piece of 16; of as many digits as ids have, only where a name says card.
    func card(at place: Int, digits: Int) -> Range<Int>? {
        guard digits == 4 || (13...19).contains(digits), isAlone(from: place) else { return nil }
        if digits > 4 {
            let end = place + digits
            guard isAlone(to: end), isCard(Array(self[place..<end])),
                digits == 16 && !isCalledID(place) || isCalledCard(place)
            else { return nil }
            return place..<end
        }
        var number = Array(self[place..<(place + 4)])
        var end = place + 4
        var card: Range<Int>?
        guard end < count, " -".utf8.contains(self[end]) else { return nil }
        let separator = self[end]
        while end < count, self[end] == separator {
            let next = run(from: end + 1, while: \.isDigit)
            let group = next - end - 1
            guard (1...7).contains(group), number.count + group <= 19 else { break }
            number += self[(end + 1)..<next]
            end = next
            if isAlone(to: end) || (end < count && self[end] == separator), isCard(number) {
                card = place..<end
            }
        }
        return card
    }

    /// Whether the name of a member or field before a place ends with `id`.
    private func isCalledID(_ place: Int) -> Bool {
        var end = place
        while end > 0, place - end < 8,
            " \"'\\:=[".utf8.contains(self[end - 1])
                || self[end - 1] == SecretScan.barrier
        {
            end -= 1
        }
        guard end < place, end > 1 else { return false }
        if self[end - 1] | 0x20 == UInt8(ascii: "s") { end -= 1 }
        guard holds(smallLetters: Array("id".utf8), at: end - 2) else { return false }
        // Neither `paid` nor `valid`.
        return end == 2 || !self[end - 3].isLetter || self[end - 2] == UInt8(ascii: "I")
    }

    private func isCalledCard(_ place: Int) -> Bool {
        let names = ["card", "amex", "visa"].map { Array($0.utf8) }
        for start in stride(from: place - 4, through: Swift.max(0, place - 40), by: -1) {
            guard names.contains(where: { holds(smallLetters: $0, at: start) }) else { continue }
            let isOtherWord =
                holds(smallLetters: Array("inal".utf8), at: start + 4)
                || holds(smallLetters: Array("dis".utf8), at: start - 3)
            if !isOtherWord { return true }
        }
        return false
    }

    private func isCard(_ digits: [UInt8]) -> Bool {
        guard (13...19).contains(digits.count) else { return false }
        let head = digits.prefix(4).reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return isIssued(head, digits.count) && isChecked(digits)
    }

    /// Whether there are cards with these first four digits and this length: Visa, Mastercard,
    /// American Express, Discover, Diners Club, JCB, UnionPay, Maestro, Mir.
    private func isIssued(_ head: Int, _ count: Int) -> Bool {
        switch head {
        case 4000...4999: count == 13 || count == 16 || count == 19
        case 5100...5599, 2221...2720, 2200...2204: count == 16
        case 3400...3499, 3700...3799: count == 15
        case 3000...3059, 3095, 3600...3699, 3800...3999: count >= 14
        case 3528...3589: count >= 16
        case 6011, 6200...6299, 6440...6599: count >= 16
        case 5000...5099, 5600...5899, 6300...6399, 6700...6799: count >= 13
        default: false
        }
    }

    private func isChecked(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (index, digit) in digits.reversed().enumerated() {
            let value = Int(digit - 0x30)
            sum += index % 2 == 0 ? value : (value * 2) / 10 + (value * 2) % 10
        }
        return sum % 10 == 0
    }

    // MARK: Edges

    /// Whether no longer number, name or id runs into what begins here.
    private func isAlone(from start: Int) -> Bool {
        guard start > 0 else { return true }
        let before = self[start - 1]
        if before.isWord { return false }
        guard before == UInt8(ascii: "-") || before == UInt8(ascii: "."), start > 1 else {
            return true
        }
        return !self[start - 2].isDigit
    }

    /// Whether what ends here goes on as no number, name or id.
    private func isAlone(to end: Int) -> Bool {
        guard end < count else { return true }
        if self[end].isWord { return false }
        guard self[end] == UInt8(ascii: "-") || self[end] == UInt8(ascii: "."), end + 1 < count
        else { return true }
        return !self[end + 1].isDigit
    }
}
