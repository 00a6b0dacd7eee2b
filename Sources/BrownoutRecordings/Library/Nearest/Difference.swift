import BrownoutDialects
import BrownoutEngine
import BrownoutJSON

/// The first thing that tells a request from a recorded one.
package struct Difference: Equatable, Sendable {
    /// `path`, `header x-team`, or a JSON pointer into the body: `/messages/1/content`.
    package var place: String
    /// As JSON, shortened around where they differ; nil where there is nothing.
    package var recorded: String?
    /// The same of the request that came.
    package var came: String?

    /// `/messages/0/content: recorded "Hi", came "Hello"`.
    package var text: String {
        "\(place): recorded \(recorded ?? "nothing"), came \(came ?? "nothing")"
    }

    /// Characters of a value that are shown.
    private static let shown = 48
    /// Characters of it before the first that differs.
    private static let before = 12

    init(_ place: String, _ recorded: String?, _ came: String?) {
        self.place = String(place.prefix(120))
        let same = zip((recorded ?? "").unicodeScalars, (came ?? "").unicodeScalars)
            .prefix { $0 == $1 }.count
        self.recorded = recorded.map { Self.shortened($0, same) }
        self.came = came.map { Self.shortened($0, same) }
    }

    /// What is around the scalar at `place`.
    static func shortened(_ text: String, _ place: Int, to shown: Int = shown) -> String {
        let scalars = text.unicodeScalars
        guard scalars.count > shown else { return text }
        let start = max(0, min(place - before, scalars.count - shown))
        var window = String(String.UnicodeScalarView(scalars.dropFirst(start).prefix(shown)))
        if start > 0 { window = "…" + window }
        if start + shown < scalars.count { window += "…" }
        return window
    }
}

extension RequestMatcher {
    /// What tells a request from a recorded one, by the rule of the request; nil where they have
    /// the same key. Both have their secrets redacted.
    package func firstDifference(_ recorded: MatchRequest, _ came: MatchRequest) -> Difference? {
        let rule = rule(for: came.model)
        let (recorded, came) = (recorded.without(rule.ignored), came.without(rule.ignored))
        for part in rule.parts where part.digest(of: recorded) != part.digest(of: came) {
            return part.difference(recorded, came)
        }
        if key(of: recorded) == key(of: came) { return nil }
        return Difference("model", quoted(recorded.model), quoted(came.model))
    }
}

extension MatchPart {
    /// Between two requests that the part tells apart.
    fileprivate func difference(_ recorded: MatchRequest, _ came: MatchRequest) -> Difference {
        switch self {
        case .endpoint where recorded.method != came.method, .method:
            return Difference("method", recorded.method, came.method)
        case .endpoint, .path:
            return Difference("path", recorded.address.path, came.address.path)
        case .query, .queryWithoutBody: return queryDifference(recorded, came)
        case .normalForm, .messages, .messagesWithoutSystem, .body, .pointer:
            return bodyDifference(recorded, came)
        case .provider, .model, .lastUserMessage, .header, .queryItem:
            return Difference(name, shown(of: recorded), shown(of: came))
        }
    }

    /// A part that is a text, as it is shown; nil where it is absent.
    func shown(of request: MatchRequest) -> String? {
        switch self {
        case .provider: request.address.provider
        case .endpoint: "\(request.method) \(request.address.path)"
        case .method: request.method
        case .path: request.address.path
        case .query: request.address.query.map(quoted)
        case .queryWithoutBody: request.hasNoBody ? request.address.query.map(quoted) : nil
        case .model: quoted(request.model)
        case .lastUserMessage: Conversation.lastUserText(in: request).map(quoted)
        case .header(let name): joined(request.header(name))
        case .queryItem(let name):
            joined(request.queryItems.filter { $0.name == name }.map(\.value))
        case .normalForm, .messages, .messagesWithoutSystem, .body, .pointer: nil
        }
    }

    private func joined(_ values: [String]) -> String? {
        values.isEmpty ? nil : values.map(quoted).joined(separator: ", ")
    }

    private func queryDifference(_ recorded: MatchRequest, _ came: MatchRequest) -> Difference {
        let names = (recorded.queryItems + came.queryItems).map(\.name)
        for part in names.map(MatchPart.queryItem) {
            let (one, other) = (part.shown(of: recorded), part.shown(of: came))
            if one != other { return Difference(part.name, one, other) }
        }
        return Difference("query", shown(of: recorded), shown(of: came))
    }

    private func bodyDifference(_ recorded: MatchRequest, _ came: MatchRequest) -> Difference {
        var base = "body"
        if case .pointer(let pointer) = self { base = pointer }
        if recorded.json != nil, came.json != nil {
            let one = NormalForm.json(of: recorded, for: self)
            let other = NormalForm.json(of: came, for: self)
            let pointer = base == "body" ? "" : base
            if let found = JSONDifference.first(one, other, at: pointer) {
                let place = found.pointer.isEmpty ? base : found.pointer
                return Difference(place, found.recorded?.text, found.came?.text)
            }
        }
        return Difference(base, summary(of: recorded), summary(of: came))
    }

    private func summary(of request: MatchRequest) -> String? {
        switch request.body {
        case .json(.null): nil
        case .json(let json): json.text
        case .bytes(let bytes): "\(bytes.count) bytes that are no JSON"
        }
    }
}

private func quoted(_ text: String) -> String { JSON.string(text).text }
