package import BrownoutRecords

/// How a person names an exchange: by its id, as clients log it, or by its sequence.
package enum ExchangeReference: Sendable, Equatable {
    case id(UInt64)
    case sequence(Int64)
    /// By the id that a client found in the answer's head, whoever made it; `word` is the exchange
    /// that it is made of, if we did.
    case requestID(String, word: UInt64?)

    /// What a person says: an exchange id, a sequence, or a request id. `word` is the exchange that
    /// a request id of ours is made of. Nil for what is none of these.
    package init?(_ text: String, word: UInt64?) {
        if let reference = ExchangeReference(text) {
            self = reference
        } else if word != nil || Self.isRequestID(text) {
            self = .requestID(text, word: word)
        } else {
            return nil
        }
    }

    /// What anybody might call a request: printable, of some length, and not merely a word.
    private static func isRequestID(_ text: String) -> Bool {
        (8...200).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            && text.utf8.contains { (0x30...0x39).contains($0) }
    }

    /// Sixteen hexadecimal digits are an id, fewer decimal digits a sequence; nil for all else.
    package init?(_ text: String) {
        // Checked by hand because the number parsers accept signs.
        func consists(of digits: String) -> Bool {
            !text.isEmpty && text.utf8.allSatisfy { digits.utf8.contains($0) }
        }
        if text.utf8.count == 16, consists(of: "0123456789abcdefABCDEF"),
            let word = UInt64(text, radix: 16)
        {
            self = .id(word)
        } else if text.utf8.count < 16, consists(of: "0123456789"), let sequence = Int64(text) {
            self = .sequence(sequence)
        } else {
            return nil
        }
    }
}

extension JournalReader {
    /// The exchanges a reference names, newest first, with their bodies.
    package func exchanges(
        _ reference: ExchangeReference, run: Int64? = nil
    ) throws(JournalError) -> [StoredExchange] {
        var found: [StoredExchange]
        switch reference {
        case .id(let word):
            found = try exchanges(id: word)
        case .sequence(let sequence): found = try exchange(sequence: sequence).map { [$0] } ?? []
        case .requestID(let text, let word):
            found = try exchanges(requestID: text, word: word)
        }
        if let run { found.removeAll { $0.run != run } }
        return found
    }
}
