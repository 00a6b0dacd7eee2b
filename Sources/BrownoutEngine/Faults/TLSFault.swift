/// What is wrong with TLS: the certificate, the handshake, or how the connection goes on.
package enum TLSFault: String, FaultWord {
    case expired = "certificate-expired"
    case notYetValid = "certificate-not-yet-valid"
    case wrongHost = "certificate-wrong-host"
    case untrusted = "certificate-untrusted"
    case oldProtocol = "old-tls-only"
    case handshakeHang = "handshake-hang"
    case handshakeReset = "handshake-reset"
    case handshakeFIN = "handshake-fin"
    case handshakeAlert = "handshake-alert"
    case plaintext = "handshake-plaintext"
    case noCloseNotify = "no-close-notify"
    case corruptRecord = "corrupt-record"

    package var summary: String {
        switch self {
        case .expired: "a certificate that has expired"
        case .notYetValid: "a certificate that is not yet valid"
        case .wrongHost: "a certificate for another host"
        case .untrusted: "a certificate of an authority that nobody trusts"
        case .oldProtocol: "TLS 1.0 and 1.1 alone"
        case .handshakeHang: "silence when the client says hello"
        case .handshakeReset: "RST when the client says hello"
        case .handshakeFIN: "FIN when the client says hello"
        case .handshakeAlert: "the alert handshake_failure when the client says hello"
        case .plaintext: "an answer without TLS when the client says hello"
        case .noCloseNotify: "the connection ends behind the answer without close_notify"
        case .corruptRecord: "a record that does not decrypt, at a position"
        }
    }

    package var need: FaultNeed { .tls }

    /// Decided when a connection is accepted: no request is known then.
    package var isAtAccept: Bool { self != .noCloseNotify && self != .corruptRecord }
}
