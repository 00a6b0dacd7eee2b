/// A dictionary that forgets its oldest entry when it is full.
struct BoundedTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let limit: Int
    private var values: [Key: Value] = [:]
    /// Keys in the order they came, as a ring once the table is full.
    private var order: [Key] = []
    private var oldest = 0

    init(limit: Int) {
        self.limit = limit
    }

    var count: Int { values.count }

    subscript(key: Key) -> Value? { values[key] }

    mutating func set(_ key: Key, _ value: Value) {
        if values.updateValue(value, forKey: key) == nil { remember(key) }
    }

    mutating func update(_ key: Key, default initial: Value, _ change: (inout Value) -> Void) {
        if values[key] == nil { remember(key) }
        change(&values[key, default: initial])
    }

    mutating func updateIfPresent(_ key: Key, _ change: (inout Value) -> Void) {
        // In place: a copy would copy what the value holds, too.
        guard let index = values.index(forKey: key) else { return }
        change(&values.values[index])
    }

    private mutating func remember(_ key: Key) {
        if order.count < limit {
            order.append(key)
        } else {
            values[order[oldest]] = nil
            order[oldest] = key
            oldest = (oldest + 1) % limit
        }
    }
}
