import BrownoutEngine
import Testing

/// What a client should make of each fault.
@Suite struct FaultTruthTests {
    private static let half = Position.percent(Chance(1, outOf: 2) ?? .never)

    /// Only where it is that of a cause, or the scenario's own status, is nothing said.
    @Test func everyFaultOfTheCatalogueHasACategoryAndIsWorthARetryOrNot() {
        let byCause: [FaultKind] = [.error, .errorEvent]
        for kind in FaultKind.allCases {
            #expect((kind.category == nil) == byCause.contains(kind), "\(kind.name)")
            let isOpen = byCause.contains(kind) || kind == .raw || kind == .rawStream
            #expect((kind.isRetryable == nil) == isOpen, "\(kind.name)")
            // A portal's page is there until somebody has signed in.
            let failed = kind.category == .networkError || kind.category == .timeout
            if failed, kind != .page(.portal) { #expect(kind.isRetryable == true, "\(kind.name)") }
        }
    }

    @Test(
        arguments: [
            (.cut(.reset, at: .start), .networkError, true),
            (.cut(.fin, at: half), .networkError, true),
            (.cut(.stall, at: half), .timeout, true), (.cut(.halfOpen, at: .start), .timeout, true),
            (.hang(nil, at: .headers), .timeout, true),
            (.stall(.seconds(1), at: half), .timeout, true),
            (.page(.badGateway), .apiError, true), (.page(.challenge), .auth, false),
            (.content(.emptyChoices), .unknown, true), (.content(.errorWith200), .apiError, true),
            (.content(.refusal), .validation, false), (.content(.wrongModel), .unknown, false),
            (.shape(.comments), .unknown, false), (.shape(.heldBack), .timeout, true),
            (.missing(.done), .networkError, true), (.missing(.usage), .unknown, false),
            (.mangle(.badJSON, at: half), .unknown, true),
            (.mangle(.pingFlood, at: half), .unknown, false),
            (.framing(.lengthTooLong, at: half), .networkError, true),
            (.framing(.gzipUnasked, at: half), .unknown, false),
            (.raw(RawAnswer(status: 503)), .unknown, true),
            (.raw(RawAnswer(status: 418)), .unknown, false),
            (.rawStream(RawStream(frames: [], ending: .stall)), .timeout, true),
            (.error(CauseFault(.rateLimited)), .rateLimit, true),
            (.errorEvent(CauseFault(.badRequest), at: half), .validation, false),
        ] as [(Fault, ErrorCategory, Bool)])
    func aFaultIsJudgedByWhatAClientSees(fault: Fault, category: ErrorCategory, isRetryable: Bool) {
        #expect(fault.category == category)
        #expect(fault.isRetryable == isRetryable)
    }

    /// An odd form beside what fails does not hide it, whatever stands first.
    @Test func ofSeveralFaultsTheOneThatFailsIsJudged() {
        let (odd, cut) = (Fault.shape(.comments), Fault.cut(.reset, at: Self.half))
        for fault in [Fault.all([odd, cut]), .all([cut, odd])] {
            #expect(fault.category == .networkError)
            #expect(fault.isRetryable)
        }
        #expect(Fault.all([odd, .shape(.crlf)]).category == .unknown)
        #expect(Fault.all([odd, .mangle(.badJSON, at: Self.half)]).isRetryable)
    }
}
