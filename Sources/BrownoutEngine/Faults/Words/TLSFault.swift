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

    /// The heading of these faults, and the key that names them: `{tls: handshake-hang}`.
    package static let family = FaultFamily.tls

    /// What is known of the fault; the file is under `Rows/TLS`.
    package var row: FaultRow {
        switch self {
        case .expired: .certificateExpired
        case .notYetValid: .certificateNotYetValid
        case .wrongHost: .certificateWrongHost
        case .untrusted: .certificateUntrusted
        case .oldProtocol: .oldTlsOnly
        case .handshakeHang: .handshakeHang
        case .handshakeReset: .handshakeReset
        case .handshakeFIN: .handshakeFin
        case .handshakeAlert: .handshakeAlert
        case .plaintext: .handshakePlaintext
        case .noCloseNotify: .noCloseNotify
        case .corruptRecord: .corruptRecord
        }
    }
}
