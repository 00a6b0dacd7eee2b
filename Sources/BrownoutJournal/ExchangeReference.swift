/// How a person names an exchange: by its id, as clients log it, or by its sequence.
package enum ExchangeReference: Sendable, Equatable {
    case id(UInt64)
    case sequence(Int64)

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
        _ reference: ExchangeReference
    ) throws(JournalError) -> [StoredExchange] {
        switch reference {
        case .id(let word): try exchanges(id: word)
        case .sequence(let sequence): try exchange(sequence: sequence).map { [$0] } ?? []
        }
    }
}
