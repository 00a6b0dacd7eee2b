import BrownoutJSON
import BrownoutServer

/// What happens, as it happens.
enum EventRoutes {
    static let all = [
        ControlRoute(
            method: .get, path: PathTemplate("/events"), name: "follow-events",
            summary: "Exchanges and actions as they happen: server-sent events without an end.",
            detail: """
                `exchange` and `action` with JSON as their data and a number as their `id`, which \
                counts all events of the server. Whoever reads too slowly gets `dropped` with how \
                many were left out. A comment comes at least every 15 seconds.
                """,
            query: [
                .init(
                    name: "session", shape: .session,
                    summary: "Only this session's exchanges, and actions that concern it or all.")
            ],
            success: .init(
                summary: "The feed.", contentType: "text/event-stream", schema: Schema.string),
            errors: [(429, "Too many listen already.")],
            handle: { call in
                let hub = call.server.core.events
                guard let subscription = hub.subscribe(session: call.query["session"]) else {
                    throw ControlError(
                        status: 429, code: "too-many-listeners",
                        message: "\(EventHub.subscriptionLimit) listen already")
                }
                return ControlAnswer(.events(subscription))
            })
    ]
}
