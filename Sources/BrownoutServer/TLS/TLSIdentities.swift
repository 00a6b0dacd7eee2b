import BrownoutCertificates
import BrownoutEngine
import NIOCore
import NIOSSL

/// Who the data port says it is over TLS: a good certificate, and for each fault of certificates a
/// bad one. All are made at start under an authority of this process; no key is ever written.
package struct TLSIdentities: Sendable {
    /// Every client can reach the port by these.
    private static let loopback = ["localhost", "127.0.0.1", "::1"]
    /// A name that no client asks for (RFC 6761, 6.4).
    private static let wrongHost = "somewhere-else.invalid"
    /// What TLS 1.0 and 1.1 have for a key on a curve (RFC 8422).
    private static let oldSuites = "ECDHE-ECDSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA"

    /// The authority's certificate, for clients to trust.
    package let authority: String
    private let good: NIOSSLContext
    private let expired: NIOSSLContext
    private let notYetValid: NIOSSLContext
    private let wrongHost: NIOSSLContext
    private let untrusted: NIOSSLContext
    private let oldProtocol: NIOSSLContext

    /// For a port that is bound to `host`. With `http2`, clients are offered it.
    package init(host: String, http2: Bool) throws {
        let now = Double(WallClock.microseconds()) / 1_000_000
        let trusted = try CertificateAuthority(name: "Brownout local authority", now: now)
        let other = try CertificateAuthority(name: "Brownout untrusted authority", now: now)
        let hosts = TLSIdentities.hosts(host)
        func context(
            _ identity: CertificateAuthority.Identity, isOld: Bool = false
        ) throws -> NIOSSLContext {
            let certificate = try NIOSSLCertificate(
                bytes: Array(identity.certificate.utf8), format: .pem)
            let key = try NIOSSLPrivateKey(bytes: Array(identity.key.utf8), format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
            configuration.minimumTLSVersion = isOld ? .tlsv1 : .tlsv12
            if isOld {
                configuration.maximumTLSVersion = .tlsv11
                configuration.cipherSuites = TLSIdentities.oldSuites
            }
            configuration.applicationProtocols =
                http2 && !isOld ? ["h2", "http/1.1"] : ["http/1.1"]
            configuration.shutdownTimeout = .nanoseconds(ServerLimits().lingerTime.inNanoseconds)
            return try NIOSSLContext(configuration: configuration)
        }
        authority = try trusted.pem
        let identity = try trusted.identity(for: hosts)
        good = try context(identity)
        oldProtocol = try context(identity, isOld: true)
        expired = try context(trusted.identity(for: hosts, .expired))
        notYetValid = try context(trusted.identity(for: hosts, .notYet))
        wrongHost = try context(trusted.identity(for: [TLSIdentities.wrongHost]))
        untrusted = try context(other.identity(for: hosts))
    }

    /// What the good certificate is for; the addresses that mean "all" are nobody's.
    private static func hosts(_ host: String) -> [String] {
        loopback + (loopback.contains(host) || ["0.0.0.0", "::", ""].contains(host) ? [] : [host])
    }

    /// A handler that speaks TLS as a fault has it; nil: as it should be.
    func handler(_ fault: TLSFault?) -> NIOSSLServerHandler {
        let context =
            switch fault {
            case .expired: expired
            case .notYetValid: notYetValid
            case .wrongHost: wrongHost
            case .untrusted: untrusted
            case .oldProtocol: oldProtocol
            case nil, .handshakeHang, .handshakeReset, .handshakeFIN, .handshakeAlert, .plaintext,
                .noCloseNotify, .corruptRecord:
                good
            }
        return NIOSSLServerHandler(context: context)
    }
}
