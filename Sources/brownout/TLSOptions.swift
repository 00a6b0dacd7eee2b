import ArgumentParser
import BrownoutServer
import Foundation

/// Whether the data port speaks TLS, and where clients find the authority to trust.
struct TLSOptions: ParsableArguments {
    private static let fileName = "brownout-ca.pem"

    @Flag(
        help: """
            Speak TLS on the data port, with a certificate for localhost and --host that is made \
            at start. The control port stays plain.
            """)
    var tls = false

    @Option(
        help: """
            Write the authority for clients to trust to this file; by default to \
            brownout-ca.pem beside the ready file, or in the temporary directory.
            """)
    var tlsCa: String?

    func validate() throws {
        if tlsCa != nil, !tls { throw ValidationError("--tls-ca needs --tls") }
    }

    /// Makes the certificates and writes the authority's; nil without TLS.
    func identities(
        host: String, http2: Bool, readyFile: String?
    ) throws -> (identities: TLSIdentities, file: String)? {
        guard tls else { return nil }
        let identities: TLSIdentities
        do {
            identities = try TLSIdentities(host: host, http2: http2)
        } catch {
            throw Failure(.unavailable, "error: the certificates cannot be made: \(error)")
        }
        let place = place(readyFile)
        do {
            try Data(identities.authority.utf8).write(to: place, options: .atomic)
        } catch {
            throw Failure(
                .unavailable,
                "error: the authority's file '\(place.path)' cannot be written: "
                    + error.localizedDescription)
        }
        return (identities, place.path)
    }

    private func place(_ readyFile: String?) -> URL {
        if let tlsCa { return URL(fileURLWithPath: tlsCa) }
        let folder =
            readyFile.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
            ?? FileManager.default.temporaryDirectory
        return folder.appendingPathComponent(TLSOptions.fileName)
    }
}
