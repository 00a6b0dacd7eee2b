/// What the streams of some providers have and those of others have not. A fault that is about it
/// is none of the others.
package enum StreamTrait: String, CaseIterable, Sendable {
    /// Lines of fields, as server-sent events have them.
    case lines
    /// An end that is marked: by an event that is no JSON, or by one that says that it is the last.
    case endMarker = "end-marker"
    /// An end that is an event like others.
    case endEvent = "end-event"
    /// Events with names of their own.
    case eventNames = "event-names"
    /// Events that only say that the connection is alive.
    case pings
}
