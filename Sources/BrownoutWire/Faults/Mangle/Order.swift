// Events that come twice or too late.
extension EventStream {
    func duplicating(_ event: Int) -> EventStream {
        picking(count + 1) { $0 <= event ? $0 : $0 - 1 }
    }

    /// The last event has none behind it, and changes places with the one before.
    func reordering(_ event: Int) -> EventStream {
        guard count > 1 else { return self }
        let first = min(event, count - 2)
        return picking(count) { $0 == first ? first + 1 : $0 == first + 1 ? first : $0 }
    }
}
