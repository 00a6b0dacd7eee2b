import BrownoutEngine

/// The header fields of a request: those that every dialect reads are found in one pass over all of
/// them, the others when a dialect asks.
struct RequestHeaders {
    let fields: [HeaderField]
    var call: String?
    var session: String?
    var idempotencyKey: String?
    var retryCount: Int?
    /// The token of `Authorization: Bearer …`.
    var bearer: String?

    /// The highest `x-stainless-retry-count` taken seriously: a client's counter must not reach
    /// the arithmetic of attempts unchecked.
    private static let highestRetryCount = 1000

    init(_ fields: [HeaderField]) {
        self.fields = fields
        // By index, as a loop over the fields would copy each of them.
        for index in fields.indices {
            // The length tells most fields apart without looking at their bytes.
            switch fields[index].name.utf8.count {
            case 13 where Self.equal(fields[index].name, "authorization"):
                bearer = Self.bearer(fields[index].value)
            case 15 where Self.equal(fields[index].name, "x-brownout-call"):
                call = fields[index].value
            case 15 where Self.equal(fields[index].name, "idempotency-key"):
                idempotencyKey = fields[index].value
            case 18 where Self.equal(fields[index].name, "x-brownout-session"):
                session = fields[index].value
            case 23 where Self.equal(fields[index].name, "x-stainless-retry-count"):
                retryCount = Self.count(fields[index].value)
            default: break
            }
        }
    }

    /// The last value of a field; `name` in lower case.
    func value(of name: String) -> String? {
        for index in fields.indices.reversed() where fields[index].isNamed(name) {
            return fields[index].value
        }
        return nil
    }

    /// All values of a field, each with a comma behind it; `name` in lower case.
    func list(of name: String) -> String {
        var list = ""
        for index in fields.indices where fields[index].isNamed(name) {
            list += fields[index].value + ","
        }
        return list
    }

    /// Whether a field name is `name`, which is lower case (RFC 9110, 5.1: names are
    /// case-insensitive). Both have the same length.
    private static func equal(_ text: String, _ name: StaticString) -> Bool {
        var index = 0
        for byte in text.utf8 {
            let lower = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            guard lower == name.utf8Start[index] else { return false }
            index += 1
        }
        return true
    }

    /// The token after `Bearer` (RFC 6750, 2.1; the scheme is case-insensitive).
    private static func bearer(_ value: String) -> String? {
        let utf8 = value.utf8
        var start = utf8.startIndex
        for byte in "bearer ".utf8 {
            guard start < utf8.endIndex, utf8[start] | 0x20 == byte else { return nil }
            start = utf8.index(after: start)
        }
        while start < utf8.endIndex, utf8[start] == UInt8(ascii: " ") {
            start = utf8.index(after: start)
        }
        return start == utf8.endIndex ? nil : String(value[start...])
    }

    private static func count(_ value: String) -> Int? {
        guard let count = Int(value), (0...highestRetryCount).contains(count) else { return nil }
        return count
    }
}
