/// What may name a session.
package enum SessionName {
    /// The session of requests that name none.
    package static let standard = "default"
    private static let longest = 64

    /// What is allowed, in words for people.
    package static let rule =
        "1 to 64 of A-Z, a-z, 0-9, '.', '_' and '-', and neither '.' nor '..'"

    /// The same as a regular expression.
    package static let expression = "^(?!\\.{1,2}$)[A-Za-z0-9._-]{1,64}$"

    /// `[A-Za-z0-9._-]{1,64}`. What reads paths takes `.` and `..` away.
    package static func isName(_ text: String) -> Bool {
        (1...longest).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
