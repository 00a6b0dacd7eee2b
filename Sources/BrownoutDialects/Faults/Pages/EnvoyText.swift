import BrownoutWire

/// What Envoy says by itself when no connection to the provider comes about (`page-503`): a line
/// of text, as meshes and gateways that are built on it pass it on
/// (knative-extensions/net-contour#237 shows one whole).
enum EnvoyText {
    static let text =
        "upstream connect error or disconnect/reset before headers. reset reason: connection failure"

    static func fields(date: String) -> HeaderBlock {
        ["content-type": "text/plain", "date": date, "server": "envoy"]
    }
}
