import AsyncHTTPClient
import BrownoutEngine
import BrownoutJSON
import Foundation
import NIOCore
import NIOHTTP1

/// Tells a webhook what a drill came to. Nothing of its URL but the host is ever printed: the path
/// and the query of many are all that keeps others out.
struct WebhookPost {
    private let url: String
    private let place: String
    /// What `user:password@` of the URL becomes.
    private let authorization: String?

    /// How long it may take in all.
    private static let limit = TimeAmount.seconds(10)

    /// Nil for what cannot be posted to.
    init?(_ text: String) {
        guard var parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty
        else { return nil }
        let port = parts.port.map { ":\($0)" } ?? ""
        place = "\(scheme)://\(host)\(port)"
        authorization = parts.user.map { user in
            "Basic " + Data("\(user):\(parts.password ?? "")".utf8).base64EncodedString()
        }
        (parts.user, parts.password, parts.fragment) = (nil, nil, nil)
        guard let url = parts.string else { return nil }
        self.url = url
    }

    /// Posts; what goes wrong is a warning.
    func send(_ body: JSON) async {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        let client = HTTPClient(configuration: configuration)
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "user-agent", value: "brownout/\(Version.text)")
        if let authorization { request.headers.add(name: "authorization", value: authorization) }
        request.body = .bytes(ByteBuffer(string: body.text))
        do {
            let answer = try await client.execute(request, timeout: WebhookPost.limit)
            if !(200..<300).contains(answer.status.code) {
                warn("it answered \(answer.status.code)")
            }
        } catch let error as HTTPClientError where error == .deadlineExceeded {
            warn("it did not answer within 10 s")
        } catch {
            warn(reason(error))
        }
        try? await client.shutdown()
    }

    /// An error's own words, unless they repeat what nobody is to read, or tell of TLS's inside.
    private func reason(_ error: any Error) -> String {
        let text = "\(error)"
        if text.hasPrefix("handshakeFailed") { return "it does not speak TLS as it should" }
        return text.contains("?") || text.contains("@") ? "\(type(of: error))" : text
    }

    private func warn(_ reason: String) {
        Terminal.error("warning: the webhook at \(place) was not told: \(reason)\n")
    }
}
