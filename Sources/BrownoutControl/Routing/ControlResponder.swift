import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutServer
import Hummingbird
import Logging
import NIOCore

/// Answers the requests of the control port.
struct ControlResponder: HTTPResponder {
    /// What a request came with: its connection.
    struct Context: RequestContext {
        var coreContext: CoreRequestContextStorage
        let channel: any Channel

        init(source: ApplicationRequestContextSource) {
            coreContext = .init(source: source)
            channel = source.channel
        }
    }

    /// Bytes of a request's body.
    static let bodyLimit = 1 << 20

    let server: ControlledServer
    /// Nil: the server keeps no journal.
    let journal: JournalReading?
    let door: ControlDoor
    let table: RouteTable
    let connections: ControlConnections

    func respond(to request: Request, context: Context) async throws -> Response {
        var response: Response
        do {
            response = try await answer(request, on: context.channel)
        } catch let error as ControlError {
            response = Self.response(error)
        } catch {
            // Whatever else went wrong, the client is owed JSON; the log has the rest.
            context.logger.critical("control request failed", metadata: ["error": "\(error)"])
            response = Self.response(
                ControlError(
                    status: 500, code: "internal", message: "the control port failed; see the log"))
        }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request, on channel: any Channel) async throws -> Response {
        try door.checkBrowser(request)
        let isTrusted = door.isTrusted(request)
        let found = Result { () throws(ControlError) in
            try table.find(request.method.rawValue, request.uri.path)
        }
        // Who may not come in learns nothing about what there is.
        if !isTrusted, (try? found.get().route.isOpen) != true { throw ControlDoor.unauthorized }
        let (route, values) = try found.get()
        var call = ControlCall(
            server: server, journal: journal, path: values,
            query: try ControlQuery(request.uri.query ?? "", allowed: route.query), body: [],
            isTrusted: isTrusted, wantsToken: door.token != nil)
        if let body = route.body { call.body = try await read(request, as: body) }
        return try await perform(route, call, request, on: channel)
    }

    /// Calls the handler; what it does, or does not do, is journalled.
    private func perform(
        _ route: ControlRoute, _ call: ControlCall, _ request: Request, on channel: any Channel
    ) async throws -> Response {
        do {
            let answer = try await route.handle(call)
            if case .events = answer.body { connections.follows(channel) }
            if route.isAction {
                server.note(route.name, session: answer.session, answer.logged)
            }
            return Self.response(route.success, answer, request)
        } catch let error as ControlError {
            if route.isAction {
                server.note(
                    route.name, session: error.session ?? call.path["session"],
                    ["code": .string(error.code), "message": .string(error.message)],
                    outcome: .refused)
            }
            throw error
        }
    }

    // MARK: Bodies

    private func read(
        _ request: Request, as shape: ControlRoute.Body
    ) async throws -> [UInt8] {
        try MediaType.check(request.headers[.contentType], for: shape.language)
        let tooLarge = ControlError(
            status: 413, code: "too-large",
            message: "a body has at most \(Self.bodyLimit >> 20) MiB here")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }),
            length > Self.bodyLimit
        {
            throw tooLarge
        }
        var bytes: [UInt8] = []
        for try await part in request.body {
            guard bytes.count + part.readableBytes <= Self.bodyLimit else { throw tooLarge }
            bytes.append(contentsOf: part.readableBytesView)
        }
        if shape.isRequired, bytes.isEmpty { throw ControlError.badBody("the body is missing") }
        return bytes
    }

    // MARK: Answers

    private static func response(
        _ success: ControlRoute.Success, _ answer: ControlAnswer, _ request: Request
    ) -> Response {
        let headers: HTTPFields = [.contentType: success.contentType, .cacheControl: "no-store"]
        let status = HTTPResponse.Status(code: success.status)
        switch answer.body {
        case .json(let json):
            return Response(status: status, headers: headers, body: body(json.bytes))
        case .jsonText(let text):
            return Response(status: status, headers: headers, body: body(text))
        case .text(let text):
            return Response(
                status: status, headers: headers,
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        case .events(let subscription):
            if request.method == .head {
                subscription.cancel()
                return Response(status: status, headers: headers)
            }
            return Response(
                status: status, headers: headers,
                body: EventFeed.body(of: subscription, for: request))
        }
    }

    private static func response(_ error: ControlError) -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        if let allow = error.allow { headers[.allow] = allow }
        // The rest of a body that is too large is not worth reading.
        if error.status == 413 { headers[.connection] = "close" }
        if error.status == 401 { headers[.wwwAuthenticate] = "Bearer realm=\"brownout\"" }
        return Response(
            status: HTTPResponse.Status(code: error.status), headers: headers,
            body: body(error.json.bytes))
    }

    private static func body(_ text: consuming [UInt8]) -> ResponseBody {
        var bytes = text
        bytes.append(UInt8(ascii: "\n"))
        return ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    }
}
