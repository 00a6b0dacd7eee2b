import BrownoutEngine

/// The header fields of a request: those that every dialect reads are found in one pass over all of
/// them, the others when a dialect asks.
struct RequestHeaders {
    let fields: HeaderFields
    var call: String?
    var session: String?
    var idempotencyKey: String?
    var retryCount: Int?
    /// The token of `Authorization: Bearer …`.
    var bearer: String?

    /// The highest `x-stainless-retry-count` taken seriously: a client's counter must not reach
    /// the arithmetic of attempts unchecked.
    private static let highestRetryCount = 1000

    init(_ fields: HeaderFields) {
        self.fields = fields
        // By index, as a loop over the fields would make text of each of them.
        for index in fields.indices {
            switch fields.known(index) {
            case .authorization: bearer = fields.withValue(index) { Self.bearer($0) }
            case .brownoutCall: call = fields.value(index)
            case .idempotencyKey: idempotencyKey = fields.value(index)
            case .brownoutSession: session = fields.value(index)
            case .retryCount: retryCount = Self.count(fields.value(index))
            default: break
            }
        }
    }

    /// The last value of a field; `name` in lower case.
    func value(of name: String) -> String? { fields.last(named: name) }

    /// All values of a field, each with a comma behind it; `name` in lower case.
    func list(of name: String) -> String {
        var list = ""
        for index in fields.indices where fields.isNamed(index, name) {
            list += fields.value(index) + ","
        }
        return list
    }

    /// The token after `Bearer` (RFC 6750, 2.1; the scheme is case-insensitive).
    private static func bearer(_ value: UnsafeBufferPointer<UInt8>) -> String? {
        guard value.count > bearerScheme.utf8CodeUnitCount else { return nil }
        var start = 0
        while start < bearerScheme.utf8CodeUnitCount {
            guard value[start] | 0x20 == bearerScheme.utf8Start[start] else { return nil }
            start += 1
        }
        while start < value.count, value[start] == UInt8(ascii: " ") { start += 1 }
        guard start < value.count else { return nil }
        return String(decoding: UnsafeBufferPointer(rebasing: value[start...]), as: UTF8.self)
    }

    private static let bearerScheme: StaticString = "bearer "

    private static func count(_ value: String) -> Int? {
        guard let count = Int(value), (0...highestRetryCount).contains(count) else { return nil }
        return count
    }
}
