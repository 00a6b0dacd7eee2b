/// The page of a proxy, a portal or a bot check in place of the provider's answer.
package enum ProxyPage: String, FaultWord {
    case badGateway = "page-502"
    case unreachable = "page-503"
    case unknownError = "page-520"
    case timeout = "page-524"
    case challenge = "page-challenge"
    case portal = "page-portal"

    /// The heading of these faults, and the key that names them: `{page: page-502}`.
    package static let family = FaultFamily.page

    /// What is known of the page; the file is under `Rows/Page`.
    package var row: FaultRow {
        switch self {
        case .badGateway: .page502
        case .unreachable: .page503
        case .unknownError: .page520
        case .timeout: .page524
        case .challenge: .pageChallenge
        case .portal: .pagePortal
        }
    }

    /// The status the page comes with.
    package var status: Int {
        switch self {
        case .badGateway: 502
        case .unreachable: 503
        case .unknownError: 520
        case .timeout: 524
        case .challenge: 403
        case .portal: 200
        }
    }
}
