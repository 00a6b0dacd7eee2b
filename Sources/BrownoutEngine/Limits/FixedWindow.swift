/// The amount used since the last full period of the scenario's time. A window that began under
/// another scenario ends when it would have.
struct FixedWindow: Equatable, Sendable {
    private var end = Int64.min
    private var used = 0

    mutating func advance(to now: Int64, _ quota: Limit.Quota, began: Int64) {
        guard now >= end else { return }
        let period = quota.rate.period
        let passed = (now - began) % period
        end = now - (passed < 0 ? passed + period : passed) + period
        used = 0
    }

    func left(of quota: Limit.Quota) -> Int { max(quota.capacity - used, 0) }

    func wait(for amount: Int, of quota: Limit.Quota, at now: Int64) -> MeterWait {
        used + amount <= quota.capacity ? .none : .nanoseconds(end - now)
    }

    func reset(at now: Int64) -> Int64 { used == 0 ? 0 : end - now }

    mutating func charge(_ amount: Int) {
        used += amount
    }
}
