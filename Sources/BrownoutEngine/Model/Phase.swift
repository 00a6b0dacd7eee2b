/// A stretch of a scenario's weather, with rules of its own that are asked before the scenario's.
package struct Phase: Equatable, Sendable {
    /// What ends a phase.
    package enum End: Equatable, Sendable {
        /// A time after it began.
        case after(Duration)
        /// The arrival of the call after so many; calls are counted by session.
        case calls(Int)
        /// Somebody: `POST /phase`.
        case advanced
        /// Nothing: the last phase goes on.
        case never
    }

    /// Scales the chances of a phase's rules from one factor to another while it lasts.
    package struct Ramp: Equatable, Sendable {
        /// The factor when the phase begins.
        package var from: Chance
        /// The factor when the phase ends.
        package var to: Chance

        package init(from: Chance, to: Chance) {
            self.from = from
            self.to = to
        }
    }

    /// What the phase is called in the journal and by `POST /phase`. No other phase of the scenario
    /// has the same name.
    package var name: String
    /// What ends the phase, for each session by itself.
    package var end: End
    /// How the chances of the phase's rules rise or fall while it lasts; nil: they are as written.
    package var ramp: Ramp?
    /// The rules that are asked while the phase holds, in their order and before the scenario's
    /// own.
    package var rules: [Rule]

    package init(name: String, end: End, ramp: Ramp? = nil, rules: [Rule] = []) {
        self.name = name
        self.end = end
        self.ramp = ramp
        self.rules = rules
    }

    /// What the phase's rules depend on besides the attempt of a call.
    package var determinism: Determinism {
        switch end {
        case .after: .timed
        case .calls, .advanced: .ordered
        case .never: .pure
        }
    }
}

/// A factor between 0 and 1 for chances, as a number of 2⁻³² parts.
package struct ChanceFactor: Equatable, Sendable {
    /// How many parts of 2⁻³² the factor has: 0 for a factor of 0, 2³² for a factor of 1.
    package let parts: UInt64

    /// The factor 1, which leaves a chance as it is.
    package static let whole = ChanceFactor(parts: 1 << 32)

    private init(parts: UInt64) {
        self.parts = parts
    }

    /// A ramp's factor when `passed` of its `length` is over.
    package init(_ ramp: Phase.Ramp, passed: Int64, of length: Int64) {
        let from = Int128(ChanceFactor.parts(of: ramp.from))
        let to = Int128(ChanceFactor.parts(of: ramp.to))
        let length = Int128(max(length, 1))
        let passed = min(max(Int128(passed), 0), length)
        parts = UInt64(from + (to - from) * passed / length)
    }

    private static func parts(of chance: Chance) -> UInt64 {
        UInt64(UInt128(chance.numerator) << 32 / UInt128(chance.denominator))
    }

    /// The factor as a fraction, for display only.
    package var approximation: Double { Double(parts) / Double(ChanceFactor.whole.parts) }
}

extension Chance {
    /// Whether a draw falls under this chance times a factor; exact where the factor is 0 or 1.
    package func admits(_ draw: UInt64, scaledBy factor: ChanceFactor) -> Bool {
        if factor == .whole { return admits(draw) }
        let threshold = UInt128(numerator) << 64 / UInt128(denominator)
        return UInt128(draw) < (threshold >> 32) * UInt128(factor.parts)
    }
}

/// How often a scenario goes through its phases.
package enum PhaseRepeat: Equatable, Sendable {
    case times(Int)
    case forever

    func allows(round: Int) -> Bool {
        switch self {
        case .times(let count): round <= count
        case .forever: true
        }
    }
}
