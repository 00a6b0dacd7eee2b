/// A secret in a view of some bytes.
struct Found {
    var range: Range<Int>
    var kind: SecretKind
    /// The value as it stands in the view it was found in.
    var value: [UInt8]
    /// How many levels of escapes were undone to see it.
    var depth = 0
    /// Where it is a number in JSON that is in no string: the quotation mark its marker needs.
    var quote: [UInt8]?
    /// Whether it was found in letters of two bytes.
    var isWide = false
    /// Where it is a coded part with secrets behind its coding: what it is anew.
    var coded: Coded?

    struct Coded {
        var coding: String
        var inside: [Redacted.Edit]
        var replacement: [UInt8]
    }
}

/// One pass over bytes that looks at what may begin, or stand within, a secret.
///
/// Whatever looks back or ahead does so for a bounded number of bytes, or over bytes that the
/// pass then leaves behind, so that it takes a time in proportion to their number.
struct SecretScan {
    /// The edge of a string that a view is within. Like ``mask``, it is a byte that occurs in no
    /// text (RFC 3629, 1) and belongs to nothing that is found.
    static let barrier: UInt8 = 0xFF
    /// What stands for each byte of a marker.
    static let mask: UInt8 = 0xFE

    let bytes: UnsafeBufferPointer<UInt8>
    private var strings: JSONStrings
    private(set) var found: [Found] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        strings = JSONStrings(bytes)
    }

    mutating func run() {
        Self.triggers.withUnsafeBufferPointer { triggers in
            var index = 0
            while index < bytes.count {
                let trigger = triggers[Int(bytes[index])]
                if trigger == .none {
                    index += 1
                } else {
                    index = look(at: index, for: trigger)
                }
            }
        }
    }

    // MARK: Triggers

    /// What a byte may be the sign of.
    private enum Trigger: UInt8 {
        case none, digit, at, assignment, colon, prefix, bearer, dash
    }

    private static let triggers: [Trigger] = {
        var table = [Trigger](repeating: .none, count: 256)
        for token in TokenPrefix.all { table[Int(token.text[0])] = .prefix }
        for digit in UInt8(ascii: "0")...UInt8(ascii: "9") { table[Int(digit)] = .digit }
        table[Int(UInt8(ascii: "@"))] = .at
        table[Int(UInt8(ascii: "="))] = .assignment
        table[Int(UInt8(ascii: ":"))] = .colon
        table[Int(UInt8(ascii: "b"))] = .bearer
        table[Int(UInt8(ascii: "B"))] = .bearer
        table[Int(UInt8(ascii: "-"))] = .dash
        return table
    }()

    /// Takes what is there; where to go on.
    private mutating func look(at place: Int, for trigger: Trigger) -> Int {
        switch trigger {
        case .none: return place + 1
        case .digit: return takeNumber(at: place)
        case .at:
            if let range = bytes.email(around: place) { take(range, .email) }
            return place + 1
        case .prefix:
            guard let range = bytes.token(at: place) else { return place + 1 }
            return take(range, .secret)
        case .bearer:
            guard let range = bytes.bearerToken(at: place) else { return place + 1 }
            return take(range, .secret)
        case .dash:
            guard let range = bytes.privateKey(at: place) else { return place + 1 }
            return take(range, .secret)
        case .assignment:
            guard let range = bytes.assignedValue(at: place) else { return place + 1 }
            return take(range, .secret)
        case .colon: return takeBehindColon(at: place)
        }
    }

    private mutating func takeBehindColon(at place: Int) -> Int {
        if let user = bytes.userInformation(at: place) {
            take(user.secret, .secret)
            return user.end
        }
        if let value = bytes.memberValue(at: place) {
            let isBare = bytes[value.lowerBound...].first?.isDigit ?? false
            return take(value, .secret, mayBeBare: isBare)
        }
        guard let value = bytes.fieldValue(at: place) else { return place + 1 }
        return take(value, .secret)
    }

    private mutating func takeNumber(at place: Int) -> Int {
        let end = bytes.run(from: place, while: \.isDigit)
        if let range = bytes.socialSecurity(at: place, digits: end - place) {
            return take(range, .socialSecurity, mayBeBare: true)
        }
        if let range = bytes.card(at: place, digits: end - place) {
            return take(range, .card, mayBeBare: true)
        }
        return end
    }

    @discardableResult
    private mutating func take(
        _ range: Range<Int>, _ kind: SecretKind, mayBeBare: Bool = false
    ) -> Int {
        if kind == .secret, bytes.isPlaceholder(range) {
            return max(range.upperBound, range.lowerBound + 1)
        }
        var secret = Found(range: range, kind: kind, value: Array(bytes[range]))
        if mayBeBare, strings.isBareValue(range) { secret.quote = [UInt8(ascii: "\"")] }
        found.append(secret)
        return max(range.upperBound, range.lowerBound + 1)
    }
}

/// Tells what is in a string of JSON from what is not, going forward over bytes once.
struct JSONStrings {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let isDocument: Bool
    private var index = 0
    private var isInside = false
    /// Where the line begins that `index` is in, if no edge is behind that.
    private var segment = 0
    /// Behind the last edge; nil before the first.
    private var edge: Int?
    /// Whether the last edge opened a string.
    private var isWithinEdges = false

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        isDocument = Self.opensJSON(bytes, at: 0)
    }

    /// Whether a part is the whole of a number, `true`, `false` or `null` that is a value of
    /// JSON. Parts have to be asked about in their order to be told in one pass.
    mutating func isBareValue(_ range: Range<Int>) -> Bool {
        guard isWhole(range) else { return false }
        go(to: range.lowerBound)
        if isInside { return false }
        var before = range.lowerBound - 1
        while before >= 0, bytes[before].isSpace { before -= 1 }
        guard before >= 0 else { return false }
        switch bytes[before] {
        case UInt8(ascii: ":"):
            before -= 1
            while before >= 0, bytes[before].isSpace { before -= 1 }
            return before >= 0
                && (bytes[before] == UInt8(ascii: "\"") || bytes[before] == SecretScan.barrier)
        case UInt8(ascii: ","), UInt8(ascii: "["):
            return isJSON
        default: return false
        }
    }

    /// What of a part may be replaced: all of it in a string or in prose; between the strings of
    /// JSON only values, as what holds them together has to stay.
    mutating func replaceable(_ range: Range<Int>) -> [(range: Range<Int>, isBare: Bool)] {
        if isBareValue(range) { return [(range, true)] }
        go(to: range.lowerBound)
        let isBetween = edge != nil && !isWithinEdges
        guard !isInside, isJSON || isBetween else { return [(range, false)] }
        return bytes.parts(of: range) { $0.isSpace || "{}[],:".utf8.contains($0) }
            .map { ($0, isBareValue($0)) }
            .filter { isBetween || $0.1 }
    }

    /// Whether `index` is in a text that begins as JSON does.
    private var isJSON: Bool {
        if let edge { return Self.opensJSON(bytes, at: edge) }
        return isDocument || Self.opensJSON(bytes, at: segment)
    }

    private func isWhole(_ range: Range<Int>) -> Bool {
        let text = bytes[range]
        guard
            text.allSatisfy({ $0.isDigit || "+-.eE".utf8.contains($0) })
                || ["true", "false", "null"].contains(where: { text.elementsEqual($0.utf8) })
        else { return false }
        let next = bytes.run(from: range.upperBound, while: \.isSpace)
        return next == bytes.count || bytes[next] == SecretScan.barrier
            || ",]}".utf8.contains(bytes[next])
    }

    /// A line feed ends a string, as strings of JSON hold none.
    private mutating func go(to place: Int) {
        if place < index {
            (index, segment, isInside) = (0, 0, false)
            (edge, isWithinEdges) = (nil, false)
        }
        while index < place {
            switch bytes[index] {
            case 0x0A:
                isInside = false
                segment = index + 1
            case SecretScan.barrier:
                isInside = false
                isWithinEdges.toggle()
                edge = index + 1
            case UInt8(ascii: "\""): isInside.toggle()
            case UInt8(ascii: "\\"): if isInside { index += 1 }
            default: break
            }
            index += 1
        }
    }

    /// Whether JSON begins at a place, or behind the name of a field of an event.
    private static func opensJSON(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Bool {
        let head = UnsafeBufferPointer(
            rebasing: bytes[place..<min(bytes.count, place + deepestIndent)])
        var start = head.run(from: 0, while: \.isSpace)
        if head.holds(Array("data:".utf8), at: start) {
            start = head.run(from: start + 5, while: \.isSpace)
        }
        return start < head.count && "[{".utf8.contains(head[start])
    }

    /// Bytes before the first sign of a line or text at most; more are looked at for each secret
    /// in it.
    private static let deepestIndent = 256
}
