/// The page of a proxy, a portal or a bot check in place of the provider's answer.
package enum ProxyPage: String, FaultWord {
    case badGateway = "page-502"
    case unknownError = "page-520"
    case timeout = "page-524"
    case challenge = "page-challenge"
    case portal = "page-portal"

    package var summary: String {
        switch self {
        case .badGateway: "a content network's 502 page: the provider cannot be reached"
        case .unknownError: "a content network's 520 page: the provider made no sense"
        case .timeout: "a content network's 524 page: the provider took too long"
        case .challenge: "a bot check, 403 and HTML"
        case .portal: "a captive portal's sign-in page, 200 and HTML"
        }
    }

    package var need: FaultNeed { .nothing }

    /// The status the page comes with.
    package var status: Int {
        switch self {
        case .badGateway: 502
        case .unknownError: 520
        case .timeout: 524
        case .challenge: 403
        case .portal: 200
        }
    }

    /// What a client should make of it.
    package var category: ErrorCategory {
        switch self {
        case .badGateway, .unknownError: .apiError
        case .timeout: .timeout
        case .challenge: .auth
        case .portal: .networkError
        }
    }

    /// Whether the same request may succeed later.
    package var isRetryable: Bool { self != .challenge && self != .portal }
}
