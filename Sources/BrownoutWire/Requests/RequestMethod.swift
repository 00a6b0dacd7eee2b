/// The methods that clients of APIs use. Requests with another are left to a whole parser.
package enum RequestMethod: String, CaseIterable, Sendable {
    /// Asks a model, in nearly every request.
    case post = "POST"
    /// Asks for a list or a state.
    case get = "GET"
    /// Replaces something.
    case put = "PUT"
    /// Removes something.
    case delete = "DELETE"
    /// Changes something.
    case patch = "PATCH"
    /// Asks for the head of an answer alone.
    case head = "HEAD"
    /// Asks what may be asked, as browsers do.
    case options = "OPTIONS"

    /// The longest with the space behind it.
    static let mostBytes = 8

    /// How many bytes the method and the space behind it take.
    var length: Int {
        switch self {
        case .get, .put: 4
        case .post, .head: 5
        case .patch: 6
        case .delete: 7
        case .options: 8
        }
    }

    /// These bytes, the first of them the lowest.
    private var word: UInt64 {
        switch self {
        case .post: 0x20_54_53_4F_50
        case .get: 0x20_54_45_47
        case .put: 0x20_54_55_50
        case .delete: 0x20_45_54_45_4C_45_44
        case .patch: 0x20_48_43_54_41_50
        case .head: 0x20_44_41_45_48
        case .options: 0x20_53_4E_4F_49_54_50_4F
        }
    }

    /// What the first bytes of a request say.
    enum Reading: Equatable {
        case method(RequestMethod)
        /// They begin the name of one.
        case begun
        case other
    }

    /// Reads the first bytes of a request, up to eight of them.
    static func read(_ bytes: RawSpan, count: Int) -> Reading {
        let count = min(count, mostBytes)
        var start: UInt64 = 0
        if count == mostBytes {
            start = bytes.word(at: 0)
        } else {
            for place in 0..<count { start |= UInt64(bytes[place]) << UInt64(place * 8) }
        }
        for method in allCases {
            let length = min(count, method.length)
            // All bits of as many bytes: none, where the shift is by all 64.
            let mask = UInt64.max >> UInt64(64 - length * 8)
            if (start ^ method.word) & mask != 0 { continue }
            return count >= method.length ? .method(method) : .begun
        }
        return .other
    }
}
