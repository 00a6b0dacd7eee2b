/// What a rule that matches is held against to see whether it fires.
struct RuleRoll {
    var arrival: Arrival
    /// The time since the scenario began.
    var now: Duration
    var dice: Dice
    var key: RollKey
    /// What the rule's chance is scaled by.
    var factor = ChanceFactor.whole
}

/// Whether a rule that matches fires.
enum RuleTrigger {
    case rests(TraceEntry.Outcome)
    /// The draw is nil where nothing had to be drawn.
    case fires(draw: UInt64?)
}

extension Rule {
    /// Asks the rule's limits, then its count, then its chance.
    func trigger(_ roll: RuleRoll, _ counter: inout some ArrivalCounting) -> RuleTrigger {
        if let limit = limit(roll, counter) { return .rests(.outside(limit)) }
        if let every {
            let count = counter.next(.every(rule: self.counter))
            guard count % every == 0 else { return .rests(.notEvery(count: count)) }
        }
        if chance == .always, roll.factor == .whole { return .fires(draw: nil) }
        let draw = roll.dice.roll(.fires, rule: word, key: roll.key)
        return chance.admits(draw, scaledBy: roll.factor)
            ? .fires(draw: draw) : .rests(.missed(draw: draw))
    }

    private func limit(
        _ roll: RuleRoll, _ counter: borrowing some ArrivalCounting
    ) -> TraceEntry.Limit? {
        if !attempts.isEmpty, !attempts.contains(where: { $0.contains(roll.arrival.attempt) }) {
            return .attempts
        }
        if !calls.isEmpty {
            let place = counter.place(of: self.counter) ?? roll.arrival.ordinal
            if !calls.contains(where: { $0.contains(place) }) { return .calls }
        }
        if let during, !during.contains(roll.now) { return .during }
        return nil
    }
}
