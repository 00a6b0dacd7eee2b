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
    /// When the request was made.
    case date
    /// The version of Anthropic's API that the client speaks.
    case anthropicVersion
    /// What else of it the client asks for.
    case anthropicBeta
    /// What tells a repeated request from a new one.
    case idempotencyKey
    /// The same in AWS's SDKs: all attempts of a call share it.
    case invocation
    /// What a client or a proxy calls the request.
    case requestID
    /// How often a client has asked before.
    case retryCount
    /// How long a client waits for an answer.
    case clientTimeout
    /// The language that a client runs in.
    case clientRuntime
    /// The trace that the request belongs to (W3C Trace Context, 3.2).
    case traceparent
    /// What else belongs to that trace (W3C Trace Context, 3.3).
    case tracestate
    /// The call that the request belongs to, in the words of a test.
    case brownoutCall
    /// The session that the request belongs to.
    case brownoutSession
    /// What a client has made of an answer.
    case brownoutOutcome
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
        case .date: "date"
        case .anthropicVersion: "anthropic-version"
        case .anthropicBeta: "anthropic-beta"
        case .idempotencyKey: "idempotency-key"
        case .invocation: "amz-sdk-invocation-id"
        case .requestID: "x-request-id"
        case .retryCount: "x-stainless-retry-count"
        case .clientTimeout: "x-stainless-timeout"
        case .clientRuntime: "x-stainless-runtime"
        case .traceparent: "traceparent"
        case .tracestate: "tracestate"
        case .brownoutCall: "x-brownout-call"
        case .brownoutSession: "x-brownout-session"
        case .brownoutOutcome: "x-brownout-outcome"
        case .brownoutHops: "x-brownout-hops"
        case .otherBrownout: "x-brownout-"
        }
    }
}

extension KnownField {
    /// The field of a name in any case; nil: none of the known ones.
    package init?(named name: String) {
        let name = name.lowercased()
        if let field = KnownField.byName[name] {
            self = field
        } else if name.hasPrefix(KnownField.otherBrownout.name) {
            self = .otherBrownout
        } else {
            return nil
        }
    }

    private static let byName = Dictionary(
        uniqueKeysWithValues: allCases.filter { $0 != .otherBrownout }.map { ($0.name, $0) })
}

/// Some of the known fields.
package struct KnownFieldSet: Equatable, Sendable, ExpressibleByArrayLiteral {
    /// A bit for each.
    private var bits: UInt64 = 0

    package init(arrayLiteral fields: KnownField...) {
        for field in fields { insert(field) }
    }

    /// Whether a field is among them.
    package func contains(_ field: KnownField) -> Bool { bits >> UInt64(field.rawValue) & 1 == 1 }

    /// Adds a field.
    package mutating func insert(_ field: KnownField) { bits |= 1 << UInt64(field.rawValue) }
}
