/// A stream of events that can be written one at a time, in any order, any number of times: an
/// open stream holds this value and an index, not its bytes.
package struct EventStream: Sendable {
    private struct Parts: Sendable {
        var form: StreamForm
        var count: Int
        var terminal: Int?
        var write: @Sendable (_ index: Int, _ writer: inout EventWriter) -> Void
        var tokens: @Sendable (_ index: Int) -> Int
        var pause: @Sendable (_ index: Int) -> Duration = { _ in .zero }
        var toolMark: StaticString?
    }

    private final class Place: Sendable {
        let parts: Parts

        init(_ parts: Parts) {
            self.parts = parts
        }
    }

    /// Passed on by reference: a script takes its stream out for each event.
    private var place: Place

    /// What the stream has besides its events: its framing, its end and its ping.
    package var form: StreamForm { place.parts.form }
    /// The number of events, the protocol's own end included.
    package var count: Int {
        get { place.parts.count }
        set { change { $0.count = newValue } }
    }
    /// The index of the protocol's own end; nil where there is none, or where it was taken out.
    package var terminal: Int? {
        get { place.parts.terminal }
        set { change { $0.terminal = newValue } }
    }
    /// Writes the event at an index. What is written without the writer's frames is sent as it is.
    package var write: @Sendable (_ index: Int, _ writer: inout EventWriter) -> Void {
        get { place.parts.write }
        set { change { $0.write = newValue } }
    }
    /// The tokens of the reply that the event at an index brings.
    package var tokens: @Sendable (_ index: Int) -> Int {
        get { place.parts.tokens }
        set { change { $0.tokens = newValue } }
    }
    /// A wait of its own before the event at an index.
    package var pause: @Sendable (_ index: Int) -> Duration {
        get { place.parts.pause }
        set { change { $0.pause = newValue } }
    }
    /// What stands in an event right before a piece of a tool call's arguments; nil where there
    /// are none.
    package var toolMark: StaticString? {
        get { place.parts.toolMark }
        set { change { $0.toolMark = newValue } }
    }

    package init(
        _ form: StreamForm, count: Int, terminal: Int? = nil,
        tokens: @escaping @Sendable (_ index: Int) -> Int,
        write: @escaping @Sendable (_ index: Int, _ writer: inout EventWriter) -> Void
    ) {
        place = Place(
            Parts(form: form, count: count, terminal: terminal, write: write, tokens: tokens))
    }

    private mutating func change(_ change: (inout Parts) -> Void) {
        var parts = place.parts
        change(&parts)
        place = Place(parts)
    }

    /// Appends the event at an index in its frame.
    package func render(_ index: Int, _ bytes: inout [UInt8]) {
        EventWriter.append(
            to: &bytes, form.framing, isFirst: index == 0, isLast: index == count - 1
        ) { write(index, &$0) }
    }
}
