import BrownoutJSON

/// How the server is.
enum HealthRoutes {
    static let all = [
        ControlRoute(
            method: .get, path: PathTemplate("/health"), name: "get-health",
            summary: "Whether the server is well.",
            detail:
                "`degraded` once the journal or the recorder is in trouble or has lost exchanges. "
                + "Without the token only `status` and `version`.",
            success: .init(summary: "How it is.", schema: Schema.ref("Health")), isOpen: true,
            handle: { call in
                let status = call.server.status
                return ControlAnswer(call.isTrusted ? status.json : status.brief)
            }),
        ControlRoute(
            method: .get, path: PathTemplate("/metrics"), name: "get-metrics",
            summary: "What the server has counted, as Prometheus reads it.",
            success: .init(
                summary: "Metrics in Prometheus' text format.",
                contentType: MetricsPage.contentType, schema: Schema.string),
            errors: [(503, "The server is stopping.")],
            handle: { call in
                guard let page = await MetricsPage(call.server) else {
                    throw ControlError(
                        status: 503, code: "stopping", message: "the server is stopping")
                }
                return ControlAnswer(.text(page.text))
            }),
    ]
}
