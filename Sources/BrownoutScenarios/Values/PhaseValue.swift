import BrownoutEngine
import BrownoutYAML

/// Reads what a scenario's time is and how its phases go: clocks, ramps, rounds.
enum PhaseValue {
    static func readClock(_ text: String) throws(GrammarError) -> ClockMode {
        if let mode = ClockMode(text) { return mode }
        let guess =
            text.hasSuffix("x") && ClockMode("x" + text.dropLast()) != nil
            ? "x" + text.dropLast() : NearestWord.nearest(to: text, among: ["real", "manual"])
        throw GrammarError(
            "\(quoted(text)) is not a clock", nearest: guess, allowed: Grammar.clock.examples,
            note: "a factor is from x0.001 to x100000")
    }

    static func readReplayPace(_ text: String) throws(GrammarError) -> ReplayPace {
        switch text {
        case "recorded": return .recorded
        case "none": return .none
        default: break
        }
        switch ClockMode(text) {
        case .real? where text != "real": return .recorded
        case .scaled(let factor)?: return .scaled(factor)
        default:
            throw GrammarError(
                "\(quoted(text)) is not a pace",
                nearest: NearestWord.nearest(to: text, among: ["recorded", "none"]),
                allowed: Grammar.replayPace.examples)
        }
    }

    static func readRamp(_ text: String) throws(GrammarError) -> Phase.Ramp {
        guard let (from, to) = DurationValue.split(text, at: ".."), !from.isEmpty, !to.isEmpty
        else { throw GrammarError(text, isNot: .ramp) }
        return Phase.Ramp(from: try ChanceValue.read(from), to: try ChanceValue.read(to))
    }

    static func readRounds(_ text: String) throws(GrammarError) -> PhaseRepeat {
        switch text {
        case "true": return .forever
        case "false": return .times(1)
        default:
            guard text.utf8.allSatisfy(isDigit), let count = Int(text),
                (1...ScenarioLimits.rounds).contains(count)
            else {
                throw GrammarError(
                    "\(quoted(text)) is neither true, false nor a number from 1 to "
                        + "\(ScenarioLimits.rounds)")
            }
            return .times(count)
        }
    }
}
