import HTTPTypes
import Hummingbird

/// Who may come in at the control port: those with the token, where there is one, and no web page
/// in any case. A page in a browser on this machine could otherwise send commands to loopback, or
/// read answers by giving its own name our address (DNS rebinding).
struct ControlDoor: Sendable {
    let host: String
    let token: ControlToken?

    static let unauthorized = ControlError(
        status: 401, code: "unauthorized",
        message: "this control port wants its token: Authorization: Bearer …")

    func isTrusted(_ request: Request) -> Bool {
        guard let token else { return true }
        return token.isShown(by: request.headers[.authorization])
    }

    /// Throws for requests that a web page of another origin has made a browser send.
    func checkBrowser(_ request: Request) throws(ControlError) {
        let authority = request.head.authority
        if let authority, LoopbackName.contains(host) {
            let name = LoopbackName.host(ofAuthority: authority)
            // A rebound name resolves to loopback, but it is not one of loopback's.
            guard LoopbackName.contains(name) || name.lowercased() == host.lowercased() else {
                throw forbidden("this port is not known as '\(name.shown)'")
            }
        }
        if let origin = request.headers[.origin], origin != "http://\(authority ?? "")" {
            throw forbidden("pages of '\(origin.shown)' may not use this port")
        }
        let site = request.headers[ControlDoor.fetchSite]
        if site == "cross-site" || site == "same-site",
            request.headers[ControlDoor.fetchMode] != "navigate"
        {
            throw forbidden("pages of another site may not use this port")
        }
    }

    private func forbidden(_ message: String) -> ControlError {
        ControlError(status: 403, code: "forbidden", message: message)
    }

    /// What browsers say about where a request comes from (W3C Fetch Metadata).
    private static let fetchSite = HTTPField.Name("sec-fetch-site")
    private static let fetchMode = HTTPField.Name("sec-fetch-mode")
}

extension HTTPFields {
    fileprivate subscript(_ name: HTTPField.Name?) -> String? {
        name.flatMap { self[$0] }
    }
}
