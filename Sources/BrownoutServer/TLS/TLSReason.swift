import NIOSSL

/// Why TLS broke, for the journal.
enum TLSReason {
    /// In OpenSSL's words, such as `tlsv1 alert unknown ca`; nil where the error is not one of
    /// TLS, or says no more than that the connection is gone.
    static func of(_ error: any Error) -> String? {
        if case .handshakeFailed(let error)? = error as? NIOSSLError { return reason(error) }
        return (error as? BoringSSLError).flatMap(reason)
    }

    /// The client said why it does not go on (RFC 8446, 6.2).
    static func ofAlert(_ description: UInt8) -> String {
        let name =
            switch description {
            case 0: "close_notify"
            case 10: "unexpected_message"
            case 40: "handshake_failure"
            case 42: "bad_certificate"
            case 43: "unsupported_certificate"
            case 45: "certificate_expired"
            case 46: "certificate_unknown"
            case 48: "unknown_ca"
            case 70: "protocol_version"
            case 90: "user_canceled"
            default: "\(description)"
            }
        return "the client's alert \(name)"
    }

    private static func reason(_ error: BoringSSLError) -> String? {
        guard case .sslError(let stack) = error, let first = stack.first else { return nil }
        if first == .eofDuringHandshake { return "the client left before the handshake was over" }
        // error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA at …/tls_record.cc:592
        let text = "\(first)"
        let word = text.split(separator: " at ").first?.split(separator: ":").last
        return word?.split(separator: "_").joined(separator: " ").lowercased()
    }
}
