// Streams whose events are other ones, or stand in another order.
extension EventStream {
    /// The same stream with its events in another order or number: `source` tells which event
    /// stands at an index.
    package func picking(
        _ count: Int, _ source: @escaping @Sendable (_ index: Int) -> Int
    ) -> EventStream {
        let (write, tokens, pause) = (self.write, self.tokens, self.pause)
        var stream = self
        stream.count = count
        stream.terminal = terminal.flatMap { end in (0..<count).last { source($0) == end } }
        stream.write = { write(source($0), &$1) }
        stream.tokens = { tokens(source($0)) }
        stream.pause = { pause(source($0)) }
        return stream
    }

    /// The stream without one of its events.
    package func dropping(_ event: Int) -> EventStream {
        picking(count - 1) { $0 < event ? $0 : $0 + 1 }
    }

    /// The stream with one more event, before the one at an index or behind the last.
    package func inserting(_ event: StreamEvent, at place: Int) -> EventStream {
        inserting(at: place) { $0.write(event) }
    }

    /// The stream with one of its events a second time, before the one at an index or behind the
    /// last, where it brings nothing.
    package func repeating(_ event: Int, at place: Int) -> EventStream {
        inserting(at: place) { [write] in write(event, &$0) }
    }

    private func inserting(
        at place: Int, _ added: @escaping @Sendable (inout EventWriter) -> Void
    ) -> EventStream {
        let (write, tokens, pause) = (self.write, self.tokens, self.pause)
        @Sendable func source(_ index: Int) -> Int { index < place ? index : index - 1 }
        var stream = self
        stream.count += 1
        stream.terminal = terminal.map { $0 < place ? $0 : $0 + 1 }
        stream.write = { index, writer in
            if index == place { added(&writer) } else { write(source(index), &writer) }
        }
        stream.tokens = { $0 == place ? 0 : tokens(source($0)) }
        stream.pause = { $0 == place ? .zero : pause(source($0)) }
        return stream
    }
}
