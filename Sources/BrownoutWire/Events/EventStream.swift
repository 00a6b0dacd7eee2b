/// A stream of events that can be written one at a time, in any order, any number of times: an
/// open stream holds this value and an index, not its bytes.
package struct EventStream: Sendable {
    /// What the stream has besides its events: its framing, its end and its ping.
    package var form: StreamForm
    /// The number of events, the protocol's own end included.
    package var count: Int
    /// The index of the protocol's own end; nil where there is none, or where it was taken out.
    package var terminal: Int?
    /// Writes the event at an index. What is written without the writer's frames is sent as it is.
    package var write: @Sendable (_ index: Int, _ writer: inout EventWriter) -> Void
    /// The tokens of the reply that the event at an index brings.
    package var tokens: @Sendable (_ index: Int) -> Int
    /// A wait of its own before the event at an index.
    package var pause: @Sendable (_ index: Int) -> Duration = { _ in .zero }
    /// What stands in an event right before a piece of a tool call's arguments; nil where there
    /// are none.
    package var toolMark: StaticString?

    package init(
        _ form: StreamForm, count: Int, terminal: Int? = nil,
        tokens: @escaping @Sendable (_ index: Int) -> Int,
        write: @escaping @Sendable (_ index: Int, _ writer: inout EventWriter) -> Void
    ) {
        self.form = form
        self.count = count
        self.terminal = terminal
        self.tokens = tokens
        self.write = write
    }

    /// Appends the event at an index in its frame.
    package func render(_ index: Int, _ bytes: inout [UInt8]) {
        EventWriter.append(
            to: &bytes, form.framing, isFirst: index == 0, isLast: index == count - 1
        ) { write(index, &$0) }
    }
}
