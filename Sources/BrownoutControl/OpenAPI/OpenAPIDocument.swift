import BrownoutJSON

/// The control port's routes as OpenAPI 3.1.
enum OpenAPIDocument {
    /// The route of the document itself, which describes these and itself.
    static func route(of others: [ControlRoute]) -> ControlRoute {
        var route = ControlRoute(
            method: .get, path: PathTemplate("/openapi.json"), name: "get-openapi",
            summary: "This document.",
            success: .init(summary: "The document.", schema: ["type": "object"]),
            handle: { _ in ControlAnswer(.null) })
        let paths = paths(others + [route])
        route.handle = { call in
            ControlAnswer(document(paths, call))
        }
        return route
    }

    private static func document(_ paths: JSON, _ call: ControlCall) -> JSON {
        [
            "openapi": "3.1.0",
            "info": [
                "title": "Brownout's control port", "version": .string(call.server.version),
                "description": "Watches and changes a running Brownout server.",
                "license": ["name": "Apache License 2.0", "identifier": "Apache-2.0"],
            ],
            "servers": [["url": "/"]],
            "security": call.wantsToken ? [["token": []]] : [],
            "paths": paths,
            "components": [
                "schemas": .object(Schemas.all),
                "securitySchemes": [
                    "token": [
                        "type": "http", "scheme": "bearer",
                        "description": "Wanted when the server was started with a token.",
                    ]
                ],
            ],
        ]
    }

    private static func paths(_ routes: [ControlRoute]) -> JSON {
        var paths: [JSONMember] = []
        for route in routes {
            let operation = JSONMember(
                route.method.rawValue.lowercased(), operation(route))
            if let index = paths.firstIndex(where: { $0.key == route.path.text }) {
                paths[index].value = .object((paths[index].value.objectValue ?? []) + [operation])
            } else {
                paths.append(JSONMember(route.path.text, .object([operation])))
            }
        }
        return .object(paths)
    }

    private static func operation(_ route: ControlRoute) -> JSON {
        var members = [
            JSONMember("operationId", .string(route.name)),
            JSONMember("summary", .string(route.summary)),
        ]
        if let detail = route.detail { members.append(JSONMember("description", .string(detail))) }
        let parameters =
            route.path.parameters.map(pathParameter) + route.query.map(queryParameter)
        if !parameters.isEmpty { members.append(JSONMember("parameters", .array(parameters))) }
        if let body = route.body { members.append(JSONMember("requestBody", self.body(body))) }
        members.append(JSONMember("responses", responses(route)))
        return .object(members)
    }

    private static func pathParameter(_ name: String) -> JSON {
        [
            "name": .string(name), "in": "path", "required": true,
            "schema": pathSchemas.first { $0.key == name }?.value
                ?? ["type": "string", "minLength": 1],
        ]
    }

    private static let pathSchemas: KeyValuePairs<String, JSON> = [
        "session": Schema.sessionName,
        "id": [
            "type": "string",
            "pattern": "^([0-9]{1,15}|[0-9A-Fa-f]{16}|req_[0-9A-Za-z]{24,32})$",
        ],
    ]

    private static func queryParameter(_ parameter: ControlQuery.Parameter) -> JSON {
        [
            "name": .string(parameter.name), "in": "query", "required": false,
            "description": .string(parameter.summary), "schema": parameter.schema,
        ]
    }

    private static func body(_ body: ControlRoute.Body) -> JSON {
        let content: JSON = ["schema": body.schema, "example": body.example]
        let types =
            body.language == .yaml
            ? ["application/json", "application/yaml"] : ["application/json"]
        return [
            "required": .bool(body.isRequired),
            "content": .object(types.map { JSONMember($0, content) }),
        ]
    }

    private static func responses(_ route: ControlRoute) -> JSON {
        var responses = [JSONMember(String(route.success.status), answer(route.success))]
        for (status, when) in errors(route) {
            responses.append(
                JSONMember(
                    String(status),
                    [
                        "description": .string(when),
                        "content": ["application/json": ["schema": Schema.ref("Error")]],
                    ]))
        }
        return .object(responses)
    }

    private static func answer(_ success: ControlRoute.Success) -> JSON {
        var members = [
            JSONMember("description", .string(success.summary)),
            JSONMember(
                "content", .object([JSONMember(success.contentType, ["schema": success.schema])])),
        ]
        let links = success.links.map { link in
            JSONMember(
                link.operation,
                [
                    "operationId": .string(link.operation),
                    "parameters": .object([
                        JSONMember(link.parameter, .string("$response.body#\(link.place)"))
                    ]),
                ])
        }
        if !links.isEmpty { members.append(JSONMember("links", .object(links))) }
        return .object(members)
    }

    /// What every route may answer and what only this one does, by status.
    private static func errors(_ route: ControlRoute) -> [(Int, String)] {
        var errors: [(status: Int, when: String)] = [
            (400, "The query, a name or the body cannot be read."),
            (403, "A web page of another origin asks."),
        ]
        if !route.isOpen { errors.append((401, "The token is missing or wrong.")) }
        if route.body != nil {
            errors.append((413, "The body is too large."))
            errors.append((415, "The body's type is not taken."))
        }
        for error in route.errors where !errors.contains(where: { $0.status == error.status }) {
            errors.append(error)
        }
        return errors.sorted { $0.status < $1.status }.map { ($0.status, $0.when) }
    }
}
