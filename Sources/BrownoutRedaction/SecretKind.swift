/// What kind of secret something is.
package enum SecretKind: Equatable, Sendable {
    /// A credential: a key, a token, a password, a cookie's value, a private key.
    case secret
    case email
    /// A US social-security number, or a taxpayer's number in its place.
    case socialSecurity
    /// The number of a payment card.
    case card
    /// What a pattern of the user's own found; the pattern's name.
    case pattern(String)

    /// The word markers and messages have for it: letters, digits and `_`.
    package var word: String {
        switch self {
        case .secret: "secret"
        case .email: "email"
        case .socialSecurity: "ssn"
        case .card: "card"
        case .pattern(let name): name
        }
    }
}
