import BrownoutEngine
import BrownoutJSON
import BrownoutYAML

// Answers in a scenario's own words.
extension ScenarioChecker {
    mutating func rawAnswer(_ node: YAMLNode) -> RawAnswer? {
        let before = errorCount
        guard let fields = fields(node, .raw) else { return nil }
        if fields.names.isEmpty, !fields.hasUnknownKeys {
            error("'raw' is empty", at: node.span, allowed: KeyTable.raw.names)
        }
        var answer = RawAnswer(status: status(fields["status"]))
        if let node = fields["reason"] { answer.reason = headerText(node, as: "a reason") }
        if let node = fields["headers"] { answer.headers = rawHeaders(node) }
        if let node = fields["body"] { answer.body = rawBody(node) }
        return errorCount == before ? answer : nil
    }

    mutating func rawStream(_ node: YAMLNode) -> RawStream? {
        let before = errorCount
        guard let fields = fields(node, .rawStream) else { return nil }
        var stream = RawStream(status: status(fields["status"]), frames: [])
        if let node = fields["content-type"],
            let type = headerText(node, as: "a content type")
        {
            stream.contentType = type
        }
        if let node = fields["headers"] { stream.headers = rawHeaders(node) }
        if let node = fields["frames"],
            let items = list(node, of: "frames", atMost: ScenarioLimits.frames)
        {
            for item in items { if let frame = frame(item) { stream.frames.append(frame) } }
        }
        if let node = fields["ending"] { stream.ending = word(node, as: "an ending") ?? .clean }
        return errorCount == before ? stream : nil
    }

    private mutating func status(_ node: YAMLNode?) -> Int {
        node.flatMap { integer($0, of: "status", in: 200...999) } ?? 200
    }

    private mutating func frame(_ node: YAMLNode) -> RawStream.Frame? {
        if node.entries == nil { return scalar(node, as: "a frame").map { .text($0) } }
        guard let fields = fields(node, .frame) else { return nil }
        if let node = fields["wait"] {
            if let other = fields.first(of: ["event", "data"]) {
                error("'wait' is a frame of its own", at: other.span)
            }
            return duration(node).map { .wait($0) }
        }
        guard fields.has("data") || fields.has("event") else {
            if !fields.hasUnknownKeys {
                error("a frame needs one of: event, data, wait", at: node.span)
            }
            return nil
        }
        let name = fields["event"].flatMap { headerText($0, as: "an event's name") }
        var data = ""
        if let node = fields["data"] {
            data = node.entries == nil ? node.text ?? json(node).text : json(node).text
        }
        return .event(name: name, data: data)
    }

    private mutating func rawBody(_ node: YAMLNode) -> AnswerOverride.Body {
        if let text = node.text { return .text(text) }
        return .json(json(node))
    }

    /// Header fields as they are written, in the case they are written in: framing ones too,
    /// because lies are the point.
    private mutating func rawHeaders(_ node: YAMLNode) -> [HeaderField] {
        var fields: [HeaderField] = []
        for (key, value) in record(node, "headers", example: "headers: {x-reason: policy}") {
            guard headerName(key) != nil, let name = key.text,
                let text = headerText(value, as: "a header's value")
            else { continue }
            fields.append(HeaderField(name, text))
        }
        return fields
    }

    private mutating func headerText(_ node: YAMLNode, as noun: String) -> String? {
        guard let text = scalar(node, as: noun) else { return nil }
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            error("\(noun) holds no control characters", at: node.span)
            return nil
        }
        return text
    }
}
