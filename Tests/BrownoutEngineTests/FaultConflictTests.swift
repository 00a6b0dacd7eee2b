import BrownoutEngine
import Foundation
import Testing

/// What may stand beside what, for every pair of faults of the catalogue.
@Suite struct FaultConflictTests {
    /// One fault of a kind; those that take a position stand at the third event.
    private static func sample(_ kind: FaultKind) -> Fault? {
        let place = Position.event(3)
        return switch kind {
        case .error: .error(CauseFault(.overloaded))
        case .errorEvent: .errorEvent(CauseFault(.overloaded), at: place)
        case .cut: .cut(.reset, at: place)
        case .noAnswer: .cut(.fin, at: .start)
        case .reset: .cut(.reset, at: .start)
        case .halfOpen: .cut(.halfOpen, at: .start)
        case .stall: .stall(.seconds(1), at: place)
        case .hang: .hang(nil, at: place)
        // A key of its own, and no fault of an answer.
        case .latency: nil
        case .slowHeaders: .slowHeaders(ByteRate(bytes: 20))
        case .dribble: .dribble(ByteRate(bytes: 20), at: place)
        case .refuse: .refuse(.seconds(1))
        case .connection(let word): .connection(word, after: .seconds(1))
        case .framing(let word): .framing(word, at: place)
        case .mangle(let word): .mangle(word, at: place)
        case .shape(let word): .shape(word)
        case .missing(let word): .missing(word)
        case .content(let word): .content(word)
        case .page(let word): .page(word)
        case .raw: .raw(RawAnswer(status: 200))
        case .rawStream: .rawStream(RawStream(frames: []))
        case .http2(let word): .http2(HTTP2Fault(word), at: place)
        case .tls(let word): .tls(word, at: place)
        }
    }

    private static let all = FaultKind.allCases.compactMap(sample)

    /// With `UPDATE_GOLDEN=1` in the environment the table is written anew, to be read.
    @Test func everyPairIsAsTheTableSays() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "FaultConflicts.expected")
        let table = Self.all.map(Self.line).joined()
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(table.utf8).write(to: file)
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(table == expected)
    }

    /// `comments (events): not beside answer: page-502, …; every of ending`
    private static func line(_ fault: Fault) -> String {
        var parts: [String] = []
        for layer in FaultLayer.allCases {
            let others = all.filter { $0.layer == layer }
            let refused = others.filter { Fault.conflict(fault, $0) != nil }.map(\.kind.name)
            if refused.isEmpty { continue }
            let isAll = refused.count == others.count
            parts.append("    \(layer): \(isAll ? "all" : refused.joined(separator: " "))\n")
        }
        return "\(fault.kind.name) (\(fault.layer)) not beside\n" + parts.joined()
    }

    @Test func aConflictDoesNotDependOnTheOrder() {
        for one in Self.all {
            for other in Self.all {
                #expect(
                    (Fault.conflict(one, other) == nil) == (Fault.conflict(other, one) == nil),
                    "\(one.kind.name), \(other.kind.name)")
            }
        }
    }

    @Test func nothingStandsBesideItself() {
        for fault in Self.all { #expect(Fault.conflict(fault, fault) != nil, "\(fault.kind.name)") }
    }

    @Test func whatComesBeforeARequestStandsAlone() {
        for fault in Self.all where fault.layer == .accept {
            for other in Self.all { #expect(Fault.conflict(fault, other) != nil) }
        }
    }

    /// The same two faults, at another place.
    @Test func whereAFaultStandsMayMatter() throws {
        let half = Position.percent(try #require(Chance(1, outOf: 2)))
        let noDone = Fault.missing(.done)
        #expect(Fault.conflict(noDone, .cut(.clean, at: .event(9))) == nil)
        #expect(Fault.conflict(noDone, .cut(.clean, at: .percent(.always))) == nil)
        #expect(Fault.conflict(noDone, .cut(.clean, at: half)) != nil)
        #expect(Fault.conflict(noDone, .hang(nil, at: .terminal)) != nil)
        #expect(Fault.conflict(.shape(.heldBack), .stall(.seconds(1), at: .start)) == nil)
        #expect(Fault.conflict(.shape(.heldBack), .stall(.seconds(1), at: half)) != nil)
        #expect(Fault.conflict(.page(.badGateway), .cut(.fin, at: half)) == nil)
        #expect(Fault.conflict(.page(.badGateway), .cut(.fin, at: .inToolArguments)) != nil)
        let comments = Fault.shape(.comments)
        #expect(Fault.conflict(comments, .http2(HTTP2Fault(.resetStream), at: half)) == nil)
        #expect(Fault.conflict(comments, .http2(HTTP2Fault(.resetStream), at: .start)) != nil)
        let raw = Fault.rawStream(RawStream(frames: [], ending: .fin))
        let after = Fault.connection(.finAfterAnswer, after: .zero)
        #expect(Fault.conflict(raw, after) != nil)
        #expect(Fault.conflict(.cut(.clean, at: half), after) == nil)
        #expect(Fault.conflict(.cut(.fin, at: half), .tls(.noCloseNotify, at: half)) == nil)
        #expect(Fault.conflict(.cut(.reset, at: half), .tls(.noCloseNotify, at: half)) != nil)
    }

    /// What the catalogue says of each: names are words of their own, and need what they need.
    @Test func theCatalogueIsWhole() {
        let names = FaultKind.allCases.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { !$0.isEmpty && Cause(rawValue: $0) == nil })
        let isPlain = names.allSatisfy {
            $0.allSatisfy { $0 == "-" || $0.isASCII && !$0.isUppercase }
        }
        #expect(isPlain)
        for kind in FaultKind.allCases {
            #expect(!kind.summary.isEmpty && !kind.example.isEmpty, "\(kind.name)")
            let reactions = kind.clients?.byClient ?? []
            #expect(reactions.count == 2, "\(kind.name) is not in the client matrix")
            #expect(reactions.allSatisfy { !$0.reaction.isEmpty }, "\(kind.name)")
            #expect(kind.takesPosition == (Self.sample(kind)?.isSomewhere ?? false), "\(kind.name)")
        }
    }
}

extension Fault {
    /// Whether a scenario says at which place it stands.
    fileprivate var isSomewhere: Bool {
        if case .framing(let word, _) = self { return word.takesPosition }
        if case .tls(let word, _) = self { return word == .corruptRecord }
        return !isAtAccept && position == .event(3)
    }
}
