import NIOCore
import Synchronization

/// The connections of the control port, of which there is a limited number.
///
/// Beyond it a new one is taken all the same, and one that matters less is closed: first those
/// that were never answered, then those whose last answer is longest ago, and only then a feed of
/// events. So nobody keeps others from the port by holding connections open.
final class ControlConnections: Sendable {
    /// What a connection has shown of itself; the least comes first.
    private enum Stage: Int {
        case silent
        case answered
        case feed
    }

    private struct Entry {
        var channel: any Channel
        var stage = Stage.silent
        /// When it was accepted, or last written to, counted in such events.
        var order: Int
    }

    private struct State {
        var entries: [ObjectIdentifier: Entry] = [:]
        var events = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        self.limit = limit
    }

    /// Counts a connection, and closes another where there are more than the limit.
    fileprivate func add(_ channel: any Channel) {
        let closing: (any Channel)? = state.withLock { state in
            state.events += 1
            let new = ObjectIdentifier(channel)
            let least = state.entries.min {
                ($0.value.stage.rawValue, $0.value.order)
                    < ($1.value.stage.rawValue, $1.value.order)
            }
            state.entries[new] = Entry(channel: channel, order: state.events)
            guard state.entries.count > limit, let least else { return nil }
            state.entries[least.key] = nil
            return least.value.channel
        }
        closing?.close(promise: nil)
    }

    fileprivate func remove(_ channel: any Channel) {
        state.withLock { $0.entries[ObjectIdentifier(channel)] = nil }
    }

    fileprivate func wrote(_ channel: any Channel) {
        advance(channel, to: .answered)
    }

    /// The answer on a connection is one that goes on.
    func follows(_ channel: any Channel) {
        advance(channel, to: .feed)
    }

    private func advance(_ channel: any Channel, to stage: Stage) {
        state.withLock { state in
            state.events += 1
            let key = ObjectIdentifier(channel)
            guard var entry = state.entries[key] else { return }
            if stage.rawValue > entry.stage.rawValue { entry.stage = stage }
            entry.order = state.events
            state.entries[key] = entry
        }
    }
}

/// Tells ``ControlConnections`` of one connection: that it is there, is written to, and is gone.
final class ControlConnectionWatch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
    typealias InboundOut = NIOAny
    typealias OutboundIn = NIOAny
    typealias OutboundOut = NIOAny

    private let connections: ControlConnections

    init(_ connections: ControlConnections) {
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections.add(context.channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connections.remove(context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connections.remove(context.channel)
        context.fireChannelInactive()
    }

    func flush(context: ChannelHandlerContext) {
        connections.wrote(context.channel)
        context.flush()
    }
}
