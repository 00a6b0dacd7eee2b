/// Everything the control port does.
struct RouteTable: Sendable {
    let routes: [ControlRoute]

    init() {
        let described =
            HealthRoutes.all + ScenarioRoutes.all + SessionRoutes.all + PhaseRoutes.all
            + AccessRoutes.all + RuleRoutes.all + ClockRoutes.all + ExchangeRoutes.all
            + OutcomeRoutes.all + VerdictRoutes.all + RecordingRoutes.all + EventRoutes.all
        routes = described + [OpenAPIDocument.route(of: described)]
    }

    /// The route of a request and the values of its path.
    func find(
        _ method: String, _ path: String
    ) throws(ControlError) -> (route: ControlRoute, values: [String: String]) {
        var known: [ControlRoute] = []
        // HEAD is answered as GET, without its body.
        let wanted =
            method == "HEAD" ? ControlRoute.Method.get : ControlRoute.Method(rawValue: method)
        for route in routes {
            guard let values = route.path.values(in: path) else { continue }
            if route.method == wanted { return (route, values) }
            known.append(route)
        }
        guard !known.isEmpty else {
            throw .notFound("there is nothing at '\(path.shown)'; there are \(paths)")
        }
        let methods = known.flatMap {
            $0.method == .get ? ["GET", "HEAD"] : [$0.method.rawValue]
        }
        throw ControlError(
            status: 405, code: "method-not-allowed",
            message: "\(path.shown) takes \(methods.joined(separator: ", ")), "
                + "not \(method.shown)",
            allow: methods.joined(separator: ", "))
    }

    private var paths: String {
        var seen: [String] = []
        for route in routes where !seen.contains(route.path.text) { seen.append(route.path.text) }
        return seen.joined(separator: ", ")
    }
}
