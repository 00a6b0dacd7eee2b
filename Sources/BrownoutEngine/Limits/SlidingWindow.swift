/// A log of what was used within the last period.
///
/// It is exact as long as no more than ``entryLimit`` arrivals lie within a period. Beyond that,
/// arrivals that fall into the same of ``cells`` parts of a period count as the last of them: some
/// units come back late by at most that part, none early. So no stretch of the period's length
/// ever has more than the amount, and the time at which a request passes is still exact.
struct SlidingWindow: Equatable, Sendable {
    /// Arrivals that are kept one by one.
    static let entryLimit = 128
    /// Parts of a period that are told apart when there are more.
    static let cells: Int64 = 64

    private struct Entry: Equatable, Sendable {
        var time: Int64
        var amount: Int
    }

    /// By time; each counts until a period after it.
    private var entries: [Entry] = []
    private var used = 0

    mutating func advance(to now: Int64, _ quota: Limit.Quota) {
        let expired = entries.prefix { $0.time <= now - quota.rate.period }
        if expired.isEmpty { return }
        used -= expired.reduce(0) { $0 + $1.amount }
        if expired.count == entries.count {
            entries = []
        } else {
            entries.removeFirst(expired.count)
        }
    }

    func left(of quota: Limit.Quota) -> Int { max(quota.capacity - used, 0) }

    func wait(for amount: Int, of quota: Limit.Quota, at now: Int64) -> MeterWait {
        var excess = used + amount - quota.capacity
        if excess <= 0 { return .none }
        for entry in entries {
            excess -= entry.amount
            if excess <= 0 { return .nanoseconds(entry.time + quota.rate.period - now) }
        }
        return .forever
    }

    func reset(of quota: Limit.Quota, at now: Int64) -> Int64 {
        entries.last.map { $0.time + quota.rate.period - now } ?? 0
    }

    mutating func charge(_ amount: Int, to quota: Limit.Quota, at now: Int64) {
        used += amount
        if let last = entries.indices.last, entries[last].time == now {
            entries[last].amount += amount
        } else {
            entries.append(Entry(time: now, amount: amount))
            if entries.count > SlidingWindow.entryLimit { merge(quota.rate.period) }
        }
    }

    /// Joins what lies in the same part of a period. The parts do not move, so no arrival is ever
    /// put off by more than one.
    private mutating func merge(_ period: Int64) {
        let part = max((period + SlidingWindow.cells - 1) / SlidingWindow.cells, 1)
        var merged: [Entry] = []
        merged.reserveCapacity(SlidingWindow.entryLimit + 1)
        for entry in entries {
            if let last = merged.indices.last, merged[last].time / part == entry.time / part {
                merged[last] = Entry(time: entry.time, amount: merged[last].amount + entry.amount)
            } else {
                merged.append(entry)
            }
        }
        entries = merged
    }
}
