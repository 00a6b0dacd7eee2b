/// Fields that something is asked of in many requests, recognised while a head is read.
package enum KnownField: UInt8, CaseIterable, Sendable {
    /// Who is asked.
    case host
    /// Whether the connection goes on.
    case connection
    /// How long the body is.
    case contentLength
    /// What the body is.
    case contentType
    /// How the body is packed.
    case contentEncoding
    /// How the body is framed. No head that is taken has it.
    case transferEncoding
    /// Whether the client waits for leave to send the body.
    case expect
    /// Another protocol that the client offers. No head that is taken has it.
    case upgrade
    /// What llhttp takes for `connection`. No head that is taken has it.
    case proxyConnection
    /// Who asks, in most APIs.
    case authorization
    /// Who asks, where a key has a field of its own.
    case xAPIKey
    /// The same, in deployments.
    case apiKey
    /// The same, with a prefix of its provider.
    case xGoogAPIKey
    /// The client's name and version.
    case userAgent
    /// What the client can read.
    case accept
    /// What the client can unpack.
    case acceptEncoding
    /// What tells a repeated request from a new one.
    case idempotencyKey
    /// How often a client has asked before.
    case retryCount
    /// The trace that the request belongs to (W3C Trace Context, 3.2).
    case traceparent
    /// The call that the request belongs to, in the words of a test.
    case brownoutCall
    /// The session that the request belongs to.
    case brownoutSession
    /// The servers that sent the request on.
    case brownoutHops
    /// Any other that speaks to us.
    case otherBrownout

    /// The field's name in lower case; of ``otherBrownout`` what it begins with.
    package var name: String {
        switch self {
        case .host: "host"
        case .connection: "connection"
        case .contentLength: "content-length"
        case .contentType: "content-type"
        case .contentEncoding: "content-encoding"
        case .transferEncoding: "transfer-encoding"
        case .expect: "expect"
        case .upgrade: "upgrade"
        case .proxyConnection: "proxy-connection"
        case .authorization: "authorization"
        case .xAPIKey: "x-api-key"
        case .apiKey: "api-key"
        case .xGoogAPIKey: "x-goog-api-key"
        case .userAgent: "user-agent"
        case .accept: "accept"
        case .acceptEncoding: "accept-encoding"
        case .idempotencyKey: "idempotency-key"
        case .retryCount: "x-stainless-retry-count"
        case .traceparent: "traceparent"
        case .brownoutCall: "x-brownout-call"
        case .brownoutSession: "x-brownout-session"
        case .brownoutHops: "x-brownout-hops"
        case .otherBrownout: "x-brownout-"
        }
    }
}

/// Some of the known fields.
struct KnownFieldSet: Equatable, Sendable {
    /// A bit for each.
    private var bits: UInt32 = 0

    func contains(_ field: KnownField) -> Bool { bits >> UInt32(field.rawValue) & 1 == 1 }

    mutating func insert(_ field: KnownField) { bits |= 1 << UInt32(field.rawValue) }
}
