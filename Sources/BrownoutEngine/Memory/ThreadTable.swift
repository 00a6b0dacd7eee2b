package import BrownoutJSON

/// A conversation that a provider keeps, so that its client need not send it again.
package struct KeptThread: Equatable, Sendable {
    /// The member `system` of the request that began the conversation; nil: it had none. A request
    /// that goes on with it may not send its own.
    package var system: JSON?
    /// The member `tools` of that request; nil: it had none. A request that goes on with it may not
    /// send its own.
    package var tools: JSON?
    /// All that was said, the last answer included.
    package private(set) var messages: [JSON]
    /// About the bytes that it takes.
    private(set) var weight: Int

    /// A conversation of these messages. Its weight is found by walking over all of it once.
    package init(system: JSON?, tools: JSON?, messages: [JSON]) {
        self.system = system
        self.tools = tools
        self.messages = messages
        weight =
            (system?.weight ?? 0) + (tools?.weight ?? 0)
            + messages.reduce(0) { $0 + $1.weight }
    }

    /// The conversation with more messages at its end.
    package func saying(_ more: [JSON]) -> KeptThread {
        var thread = self
        thread.messages += more
        thread.weight += more.reduce(0) { $0 + $1.weight }
        return thread
    }
}

/// Why a conversation cannot be gone on with.
package enum ThreadRefusal: String, Error, Sendable {
    /// Nobody keeps it: it never was, is another session's, or was forgotten.
    case notFound = "thread_not_found"
    case alreadyContinued = "thread_already_continued"
    /// The answer to another request that goes on with it is still in progress.
    case inFlight = "thread_continue_in_flight"
}

/// A kept conversation by the answer that ended it.
package struct ThreadName: Equatable, Sendable {
    /// The session's serial (``CallState/session``).
    package var session: UInt64
    /// The answer's id.
    package var id: String

    package init(session: UInt64, id: String) {
        self.session = session
        self.id = id
    }
}

/// What becomes of kept conversations when an answer is over.
package final class ThreadTicket: Equatable, Sendable {
    /// The conversation that the request goes on with; nil: it begins one.
    let continued: ThreadName?
    /// What is kept, and under which answer's id, once the answer is delivered; nil: nothing.
    let kept: (id: String, thread: KeptThread)?

    package init(continued: ThreadName?, kept: (id: String, thread: KeptThread)? = nil) {
        self.continued = continued
        self.kept = kept
    }

    /// Whether both are the very same ticket.
    package static func == (left: ThreadTicket, right: ThreadTicket) -> Bool { left === right }
}

/// The conversations that a provider keeps. A value; the engine holds one behind a lock of its
/// own. Of a session, and of all, the oldest are forgotten when there are too many: who goes on
/// with one of those is told that it was not found.
struct ThreadTable: Sendable {
    /// Answers of one session that can be gone on with, and bytes of what is kept for it.
    static let sessionLimit = 1_000
    static let sessionBytes = 64 * 1024 * 1024
    /// Sessions, and bytes of all.
    static let sessionCount = 1_000
    static let allBytes = 256 * 1024 * 1024

    private struct Entry {
        /// Nil once it was gone on with, which can be done once.
        var thread: KeptThread?
        var isInFlight = false
    }

    private struct Session {
        var entries: [String: Entry] = [:]
        /// Ids in the order they came.
        var order: [String] = []
        var bytes = 0

        mutating func forgetOldest() {
            let entry = entries.removeValue(forKey: order.removeFirst())
            bytes -= entry?.thread?.weight ?? 0
        }
    }

    private var sessions: [UInt64: Session] = [:]
    /// Serials in the order they came.
    private var order: [UInt64] = []
    private(set) var bytes = 0

    /// The conversation that an answer ended. Nobody else goes on with it until it is settled.
    mutating func take(_ name: ThreadName) -> Result<KeptThread, ThreadRefusal> {
        guard let entry = sessions[name.session]?.entries[name.id] else {
            return .failure(.notFound)
        }
        if entry.isInFlight { return .failure(.inFlight) }
        guard let thread = entry.thread else { return .failure(.alreadyContinued) }
        sessions[name.session]?.entries[name.id]?.isInFlight = true
        return .success(thread)
    }

    /// The answer that would have gone on with a conversation is over: it may be gone on with.
    mutating func giveBack(_ name: ThreadName) {
        sessions[name.session]?.entries[name.id]?.isInFlight = false
    }

    /// Keeps a conversation under the answer that ended it, in place of the one it went on with.
    mutating func keep(
        _ thread: KeptThread, as name: ThreadName, continuing previous: ThreadName?
    ) {
        if let previous { end(previous) }
        var session = sessions.removeValue(forKey: name.session) ?? begin(name.session)
        bytes -= session.bytes
        if session.entries[name.id] == nil { session.order.append(name.id) }
        session.bytes += thread.weight - (session.entries[name.id]?.thread?.weight ?? 0)
        session.entries[name.id] = Entry(thread: thread)
        while session.order.count > Self.sessionLimit
            || (session.bytes > Self.sessionBytes && session.order.count > 1)
        {
            session.forgetOldest()
        }
        bytes += session.bytes
        sessions[name.session] = session
        while order.count > Self.sessionCount || (bytes > Self.allBytes && order.count > 1) {
            let oldest = sessions.removeValue(forKey: order.removeFirst())
            bytes -= oldest?.bytes ?? 0
        }
    }

    private mutating func end(_ name: ThreadName) {
        guard let weight = sessions[name.session]?.entries[name.id]?.thread?.weight else { return }
        sessions[name.session]?.entries[name.id] = Entry(thread: nil)
        sessions[name.session]?.bytes -= weight
        bytes -= weight
    }

    private mutating func begin(_ serial: UInt64) -> Session {
        order.append(serial)
        return Session()
    }
}

extension JSON {
    /// About the bytes that the value takes.
    fileprivate var weight: Int {
        switch self {
        case .null, .bool, .number: 32
        case .string(let text): 32 + text.utf8.count
        case .array(let items): items.reduce(32) { $0 + $1.weight }
        case .object(let members):
            members.reduce(32) { $0 + 32 + $1.key.utf8.count + $1.value.weight }
        }
    }
}
