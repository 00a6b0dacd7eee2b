import BrownoutDialects
import BrownoutEngine
import BrownoutJSON

/// The kinds of mappings a scenario is made of.
package enum MappingKind: String, CaseIterable, Sendable {
    case scenario
    case pace
    case source
    case match
    case matchPart = "match-part"
    case ttl
    case redaction
    case provider
    case reply
    case toolCall = "tool-call"
    case rule
    case temporaryRule = "temporary-rule"
    case when
    case phase
    case limit
    case burst
    case limitRetryAfter = "limit-retry-after"
    case branch
    case sequence
    case step
    case fault
    case latency
    case retryAfter = "retry-after"
    case raw
    case rawStream = "raw-stream"
    case frame
    case access
    case countries
    case keys
    case deniedKey = "denied-key"
    case expiringKey = "expiring-key"
    case refusal = "refuse-with"
    case expect
    case expectedCalls = "calls"
    case expectedAttempts = "attempts"
    case backoff
    case fallback
    case breaker
    case quantiles
    case sticky
    case categories
    case cost
    case scorecard
}

/// What may stand as a value.
indirect enum ValueShape: Sendable {
    case text
    case boolean
    case integer(from: UInt64)
    case glob
    case address
    /// A country's code of two capital letters.
    case country
    case word([String])
    /// One of many words, each with a meaning.
    case vocabulary(Vocabulary)
    case grammar(Grammar)
    case mapping(MappingKind)
    /// Names of the author's own, each with a value.
    case record(key: String, ValueShape)
    /// Any YAML mapping.
    case anyMapping
    /// Any YAML value.
    case anything
    case list(ValueShape, atLeast: Int = 1)
    case either([ValueShape])

    /// One value or a list of such values.
    static func oneOrMany(_ shape: ValueShape) -> ValueShape { .either([shape, .list(shape)]) }
}

/// The keys of one kind of mapping. Validation, hints, the JSON Schema and the reference all read
/// this table, so a key exists in all of them or in none.
struct KeyTable: Sendable {
    struct Key: Sendable {
        var name: String
        var shape: ValueShape
        var summary: String
        var isRequired = false
        /// What holds without the key; nil where it is nothing that could be written.
        var usual: JSON?

        /// `usual` is said at the end of the summary, which is either a sentence or lacks its stop.
        init(
            _ name: String, _ shape: ValueShape, _ summary: String, usual: JSON? = nil,
            required: Bool = false
        ) {
            self.name = name
            self.shape = shape
            self.summary = summary
            self.isRequired = required
            self.usual = usual
            guard let usual else { return }
            let word = usual.stringValue ?? usual.text
            let isName = usual.stringValue?.first?.isLetter == true
            self.summary += summary.hasSuffix(".") ? " " : "; "
            self.summary += (isName ? "`\(word)`" : word) + " by default."
        }
    }

    /// A key that decides which others may stand beside it.
    struct Choice: Sendable {
        var key: String
        var excludes: [String]
        var needs: [String] = []
    }

    /// How messages name such a mapping: `a rule`.
    var place: String
    var summary: String
    var keys: [Key]
    /// Of these keys, one at least must be there; empty: none need be.
    var needsOneOf: [String] = []
    /// Of these keys, one at most is there.
    var choices: [Choice] = []
    /// Keys that a later version will know.
    var later: [String] = []

    var names: [String] { keys.map(\.name) }

    func key(_ name: String) -> Key? { keys.first { $0.name == name } }
}

extension MappingKind {
    var table: KeyTable {
        switch self {
        case .scenario: KeyTable.scenario
        case .pace: KeyTable.pace
        case .source: KeyTable.source
        case .match: KeyTable.match
        case .matchPart: KeyTable.matchPart
        case .ttl: KeyTable.timeToLive
        case .redaction: KeyTable.redaction
        case .provider: KeyTable.provider
        case .reply: KeyTable.reply
        case .toolCall: KeyTable.toolCall
        case .rule: KeyTable.rule
        case .temporaryRule: KeyTable.temporaryRule
        case .when: KeyTable.when
        case .phase: KeyTable.phase
        case .limit: KeyTable.limit
        case .burst: KeyTable.burst
        case .limitRetryAfter: KeyTable.limitRetryAfter
        case .branch: KeyTable.branch
        case .sequence: KeyTable.sequence
        case .step: KeyTable.step
        case .fault: KeyTable.fault
        case .latency: KeyTable.latency
        case .retryAfter: KeyTable.retryAfter
        case .raw: KeyTable.raw
        case .rawStream: KeyTable.rawStream
        case .frame: KeyTable.frame
        case .access: KeyTable.access
        case .countries: KeyTable.countries
        case .keys: KeyTable.keys
        case .deniedKey: KeyTable.deniedKey
        case .expiringKey: KeyTable.expiringKey
        case .refusal: KeyTable.refusal
        case .expect: KeyTable.expect
        case .expectedCalls: KeyTable.expectedCalls
        case .expectedAttempts: KeyTable.expectedAttempts
        case .backoff: KeyTable.backoff
        case .fallback: KeyTable.fallback
        case .breaker: KeyTable.breaker
        case .quantiles: KeyTable.quantiles
        case .sticky: KeyTable.sticky
        case .categories: KeyTable.categories
        case .cost: KeyTable.cost
        case .scorecard: KeyTable.scorecard
        }
    }
}

/// Words that stand for themselves.
enum Word {
    static let ok = "ok"
    static let synthesise = "synthesise"
    /// Faults that a word names, all there are.
    static let faults = FaultKind.allCases.filter(\.isWord).map(\.name)
    /// Those of them that belong to no family of words.
    static let plainFaults = FaultKind.allCases.filter { $0.isWord && $0.family == .cut }
        .map(\.name)
    static let lastStreams = ["this", "previous"]
    static let causes = Cause.allCases.map(\.rawValue)
    static let dialects = DialectName.allCases.map(\.rawValue)
    static let endpoints = Dialects.endpoints.map(\.name)
    /// Providers that are to come: a scenario that took such a name would break when they do.
    static let laterDialects = [
        "azure", "openrouter", "gemini", "vertex", "bedrock", "cohere",
    ]
    /// First parts of a path that a provider's name would hide.
    static let reservedProviders =
        dialects + laterDialects + ["v1", "v1beta", "s"]
    /// What someone who writes a status probably means.
    static let causeOfStatus: [String: Cause] = [
        "400": .badRequest, "401": .invalidAPIKey, "402": .billing, "403": .permissionDenied,
        "404": .modelNotFound, "408": .requestTimeout, "409": .conflict, "413": .requestTooLarge,
        "422": .unprocessable, "429": .rateLimited, "500": .serverError, "502": .badGateway,
        "503": .unavailable, "504": .gatewayTimeout, "529": .overloaded,
    ]
}
