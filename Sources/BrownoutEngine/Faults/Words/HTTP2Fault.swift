/// What HTTP/2 can do to an answer or a connection (RFC 9113).
package struct HTTP2Fault: Equatable, Sendable {
    /// The faults of this family, by the word a scenario names each with.
    package enum Word: String, FaultWord {
        case goAway = "goaway"
        case resetStream = "reset-stream"
        case earlyEndStream = "early-end-stream"
        case oneStream = "one-stream"
        case noWindow = "no-window"

        /// The heading of these faults, and the key that names them: `{http2: goaway}`.
        package static let family = FaultFamily.http2

        /// What is known of the fault; the file is under `Rows/HTTP2`.
        package var row: FaultRow {
            switch self {
            case .goAway: .goaway
            case .resetStream: .resetStream
            case .earlyEndStream: .earlyEndStream
            case .oneStream: .oneStream
            case .noWindow: .noWindow
            }
        }
    }

    /// The last stream that a GOAWAY says was or might be processed.
    package enum LastStream: Equatable, Sendable {
        /// The one the answer is on.
        case this
        /// The one before: the client may send this request again elsewhere.
        case previous
        case number(Int)
    }

    /// Which of the faults it is.
    package var word: Word
    /// RFC 9113, 7.
    package var code: UInt32
    /// The last stream that a GOAWAY names; the other faults name none (RFC 9113, 6.8).
    package var lastStream: LastStream

    package init(_ word: Word, code: UInt32 = 0, lastStream: LastStream = .this) {
        self.word = word
        self.code = code
        self.lastStream = lastStream
    }
}

/// The error codes of HTTP/2 by the names of RFC 9113, 7.
package enum HTTP2Code: UInt32, CaseIterable, Sendable {
    case noError
    case protocolError
    case internalError
    case flowControlError
    case settingsTimeout
    case streamClosed
    case frameSizeError
    case refusedStream
    case cancel
    case compressionError
    case connectError
    case enhanceYourCalm
    case inadequateSecurity
    case http11Required

    /// What a scenario writes under `code`: the RFC's name in lower case, with hyphens.
    package var name: String {
        switch self {
        case .noError: "no-error"
        case .protocolError: "protocol-error"
        case .internalError: "internal-error"
        case .flowControlError: "flow-control-error"
        case .settingsTimeout: "settings-timeout"
        case .streamClosed: "stream-closed"
        case .frameSizeError: "frame-size-error"
        case .refusedStream: "refused-stream"
        case .cancel: "cancel"
        case .compressionError: "compression-error"
        case .connectError: "connect-error"
        case .enhanceYourCalm: "enhance-your-calm"
        case .inadequateSecurity: "inadequate-security"
        case .http11Required: "http-1.1-required"
        }
    }
}
