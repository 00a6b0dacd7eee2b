import BrownoutEngine
import Crypto
import Foundation
import SwiftASN1
import X509

/// Signs certificates of servers with a key that is made with it and never leaves memory.
package struct CertificateAuthority {
    /// A server's certificate and the key to it, both as PEM.
    package struct Identity: Sendable {
        /// What the server shows its clients; the authority's own certificate is not in it.
        package let certificate: String
        /// The private key, unencrypted.
        package let key: String
    }

    /// When a certificate holds, in days from now.
    package struct Validity: Sendable {
        var from: Double
        var to: Double

        /// From yesterday, so that clocks may differ, for as long as clients take of a server:
        /// browsers refuse more than 398 days.
        package static let good = Validity(from: -1, to: 390)
        /// From 60 days ago until yesterday, for `certificate-expired`.
        package static let expired = Validity(from: -60, to: -1)
        /// From tomorrow on, for `certificate-not-yet-valid`.
        package static let notYet = Validity(from: 1, to: 60)
        /// An authority's: certificates that expired were signed when it was valid.
        fileprivate static let authority = Validity(from: -90, to: 400)
    }

    private static let secondsOfDay = 86_400.0

    private let key = P256.Signing.PrivateKey()
    private let certificate: Certificate
    private let now: Date

    /// `now` is in seconds since 1970.
    package init(name: String, now: Double) throws {
        self.now = Date(timeIntervalSince1970: now)
        let subject = try DistinguishedName {
            OrganizationName("Brownout")
            CommonName(name)
        }
        let signer = Certificate.PrivateKey(key)
        certificate = try CertificateAuthority.certificate(
            subject, of: signer.publicKey, signedBy: signer, named: subject, at: self.now,
            .authority,
            try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: signer.publicKey)
            })
    }

    /// The authority's certificate, which holds no secret: what clients are to trust.
    package var pem: String {
        get throws { try certificate.serializeAsPEM().pemString + "\n" }
    }

    /// A server's certificate for names and addresses, the first of which is its common name.
    package func identity(
        for hosts: [String], _ validity: Validity = .good
    ) throws -> Identity {
        let own = P256.Signing.PrivateKey()
        let publicKey = Certificate.PrivateKey(own).publicKey
        let subject = try DistinguishedName { CommonName(hosts[0]) }
        let signer = Certificate.PrivateKey(key)
        let authority = SubjectKeyIdentifier(hash: signer.publicKey)
        let signed = try CertificateAuthority.certificate(
            subject, of: publicKey, signedBy: signer, named: certificate.subject, at: now,
            validity,
            try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                try ExtendedKeyUsage([.serverAuth])
                SubjectAlternativeNames(hosts.map(CertificateAuthority.name))
                SubjectKeyIdentifier(hash: publicKey)
                AuthorityKeyIdentifier(keyIdentifier: authority.keyIdentifier)
            })
        return Identity(
            certificate: try signed.serializeAsPEM().pemString, key: own.pemRepresentation)
    }

    private static func certificate(
        _ subject: DistinguishedName, of key: Certificate.PublicKey,
        signedBy signer: Certificate.PrivateKey, named issuer: DistinguishedName, at now: Date,
        _ validity: Validity, _ extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key,
            notValidBefore: now + validity.from * secondsOfDay,
            notValidAfter: now + validity.to * secondsOfDay,
            issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions, issuerPrivateKey: signer)
    }

    /// RFC 5280, 4.2.1.6: an address stands as its four or sixteen bytes.
    private static func name(_ host: String) -> GeneralName {
        guard let bytes = NetworkAddress(host)?.bytes else { return .dnsName(host) }
        return .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
    }
}

extension NetworkAddress {
    /// In network order.
    fileprivate var bytes: [UInt8] {
        switch self {
        case .v4(let word): withUnsafeBytes(of: word.bigEndian) { Array($0) }
        case .v6(let high, let low):
            [high, low].flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }
        }
    }
}
