import BrownoutJSON

/// What was paid for answers of calls that had been billed already.
struct DoubleBilling {
    /// Answers behind the first of their call, and what they cost as far as that is known.
    private struct Bill {
        var answers = 0
        var tokens = 0
        var money = Money.zero
        /// Answers with a price.
        var priced = 0
        /// Answers that broke off: they cost what is said at most.
        var broken = 0

        static func += (left: inout Bill, right: Bill) {
            left.answers += right.answers
            left.tokens += right.tokens
            left.money += right.money
            left.priced += right.priced
            left.broken += right.broken
        }

        var text: String {
            let limit = broken > 0 ? "up to " : ""
            let known = limit + "\(tokens.of("token")) more"
            if priced == 0 { return known + ", at a price that is not known" }
            let money = limit + money.text
            return priced == answers
                ? known + ", \(money)"
                : known + ", \(money) for \(priced) of \(answers), and no price for the others"
        }
    }

    private var prices: PriceLookup
    private var sum = Bill()
    /// For each place of `prices` whether its model was billed and has no price.
    private var isUnknown: [Bool] = []

    init(_ table: PriceTable) {
        prices = PriceLookup(table)
    }

    /// What one call says about the rule. Only calls that are sure to be one go into the sum.
    mutating func finding(of call: Call) -> CallFinding {
        let billed = call.attempts.filter(\.isBilled)
        guard !billed.isEmpty else { return .notExercised }
        guard billed.count > 1 else { return .pass }
        var bill = Bill()
        for attempt in billed.dropFirst() {
            bill.answers += 1
            if attempt.result != .delivered { bill.broken += 1 }
            bill.tokens += attempt.billedTokens
            let place = prices.place(of: attempt)
            while isUnknown.count <= place { isUnknown.append(false) }
            if let price = prices.known[place].price {
                guard attempt.isCounted else { continue }
                bill.priced += 1
                bill.money += price.prompt(of: attempt) + price.completion(of: attempt)
            } else if call.isSure {
                isUnknown[place] = true
            }
        }
        if call.isSure { sum += bill }
        return CallFinding(
            verdict: .fail, says: "\(billed.count) answers were paid for, \(bill.text)",
            exchanges: billed.map(\.exchange))
    }

    /// The figures of all calls that are sure to be one.
    var measured: [JSONMember] {
        guard sum.answers > 0 else { return [] }
        return [
            JSONMember("answers", .int(sum.answers)), JSONMember("tokens", .int(sum.tokens)),
            JSONMember("money", sum.priced == 0 ? .null : sum.money.json),
            JSONMember("currency", "USD"),
            JSONMember("unknown-models", .array(unknownModels.map { .string($0) })),
        ]
    }

    /// Models that were billed again and have no price, sorted.
    private var unknownModels: [String] {
        let all = zip(isUnknown, prices.known).filter(\.0).map(\.1.model).sorted()
        return zip(all.indices, all).filter { $0 == 0 || all[$0 - 1] != $1 }.map(\.1)
    }
}
