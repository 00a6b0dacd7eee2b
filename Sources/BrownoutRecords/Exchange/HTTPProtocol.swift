/// The version of HTTP that a request came by.
package enum HTTPProtocol: String, CaseIterable, Sendable {
    case http10 = "1.0"
    case http11 = "1.1"
    case http2 = "2"
}
