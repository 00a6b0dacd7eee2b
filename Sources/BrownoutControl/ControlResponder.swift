import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutJournal
import Hummingbird
import Logging
import NIOCore

/// Answers the requests of the control port; every answer is JSON.
struct ControlResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    private enum Route {
        case health
        case exchanges
        case exchange(String)

        /// Nil: there is nothing at this path.
        init?(path: String) {
            let parts = path.split(separator: "/")
            switch (parts.first, parts.count) {
            case ("health", 1): self = .health
            case ("exchanges", 1): self = .exchanges
            case ("exchanges", 2): self = .exchange(String(parts[1]))
            default: return nil
            }
        }
    }

    let status: @Sendable () -> JSON
    /// Nil: the server keeps no journal.
    let journal: JournalReading?

    func respond(to request: Request, context: Context) async throws -> Response {
        var response: Response
        do {
            response = Self.response(200, try await answer(request))
        } catch let error as ControlError {
            response = Self.response(error.status, error.json)
            if let allow = error.allow { response.headers[.allow] = allow }
        } catch {
            // Whatever else went wrong, the client is owed JSON; the log has the rest.
            context.logger.critical("control request failed", metadata: ["error": "\(error)"])
            let unknown = ControlError(
                status: 500, code: "internal", message: "the control port failed; see the log")
            response = Self.response(500, unknown.json)
        }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func answer(_ request: Request) async throws -> JSON {
        guard let route = Route(path: request.uri.path) else {
            throw ControlError.notFound(
                "there is nothing at '\(request.uri.path.shown)'; "
                    + "there are /health, /exchanges and /exchanges/{id}")
        }
        guard request.method == .get || request.method == .head else {
            throw ControlError(
                status: 405, code: "method-not-allowed",
                message: "\(request.uri.path.shown) is read with GET", allow: "GET, HEAD")
        }
        let query = request.uri.query ?? ""
        switch route {
        case .health:
            _ = try ControlQuery(query, allowed: [])
            return status()
        case .exchanges:
            return try await list(try ControlQuery.exchanges(query))
        case .exchange(let reference):
            _ = try ControlQuery(query, allowed: [])
            return try await show(reference)
        }
    }

    /// `next` is what `after` takes to go on from here, also when nothing is there yet.
    private func list(_ query: JournalQuery) async throws -> JSON {
        guard let journal else { throw ControlError.noJournal }
        let rows = try await journal.read { reader throws(JournalError) in
            try reader.list(query)
        }
        let next = rows.last?.sequence ?? query.after ?? 0
        return [
            "exchanges": .array(rows.map { $0.json(.metadata) }),
            "next": .number(JSONNumber(text: String(next))),
        ]
    }

    /// The newest exchange of an id, and in `same_id` the sequences of the others: runs with the
    /// same scenario and seed repeat their ids.
    private func show(_ text: String) async throws -> JSON {
        guard let journal else { throw ControlError.noJournal }
        let native = Dialects.exchange(fromRequestID: text).map { ExchangeReference.id($0.word) }
        guard let reference = native ?? ExchangeReference(text) else {
            throw ControlError(
                status: 400, code: "bad-id",
                message: "'\(text.shown)' is neither a request id, an exchange id (16 hexadecimal "
                    + "digits) nor a sequence")
        }
        let found = try await journal.read { reader throws(JournalError) in
            try reader.exchanges(reference)
        }
        guard let newest = found.first, case .object(let members) = newest.json(.whole) else {
            throw ControlError.notFound("the journal has no exchange '\(text.shown)'")
        }
        let others = found.dropFirst().map {
            JSON.number(JSONNumber(text: String($0.sequence)))
        }
        return .object(members + [JSONMember("same_id", .array(others))])
    }

    private static func response(_ status: Int, _ json: JSON) -> Response {
        var bytes: [UInt8] = []
        bytes.appendJSON(json)
        bytes.append(UInt8(ascii: "\n"))
        return Response(
            status: HTTPResponse.Status(code: status),
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
