import CLibYAML

/// One step of a YAML document, with its place in scalars from the start of the file.
struct YAMLEvent {
    enum Kind {
        case scalar(String, YAMLNode.Style)
        case alias(String)
        case sequenceStart
        case sequenceEnd
        case mappingStart(flow: Bool)
        case mappingEnd
        case documentStart
        case documentEnd
        case streamStart
        case streamEnd
    }

    var kind: Kind
    var anchor: String?
    var tag: String?
    var start: Int
    var end: Int
}

/// What libyaml could not read.
struct YAMLFailure: Error {
    enum Place {
        case scalar(Int)
        case offset(Int)
    }

    var message: String
    var place: Place
    /// Where the thing began that could not be finished.
    var context: Place?
}

/// A text that libyaml reads block by block, so that it is not in memory a second time.
private final class YAMLInput {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Copies what comes next; returns how many bytes that are, none at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let end = min(position + buffer.count, bytes.count)
        buffer.copyBytes(from: bytes[position..<end])
        defer { position = end }
        return end - position
    }
}

/// libyaml's events of a text, one by one. The caller stops whenever it has seen too much.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// libyaml keeps a pointer to it.
    private let input: YAMLInput

    init(_ text: [UInt8]) {
        parser = .allocate(capacity: 1)
        input = YAMLInput(text)
        guard yaml_parser_initialize(parser) == 1 else {
            preconditionFailure("libyaml has no memory for a parser")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input(
            parser,
            { input, buffer, size, count in
                guard let input, let buffer, let count else { return 0 }
                let source = Unmanaged<YAMLInput>.fromOpaque(input).takeUnretainedValue()
                count.pointee = source.read(
                    into: UnsafeMutableRawBufferPointer(
                        start: buffer, count: size))
                return 1
            }, Unmanaged.passUnretained(input).toOpaque())
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    mutating func next() throws(YAMLFailure) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw failure }
        defer { yaml_event_delete(&event) }
        return YAMLEvents.translate(event)
    }

    private var failure: YAMLFailure {
        let problem = parser.pointee
        let message = problem.problem.map { String(cString: $0) } ?? "cannot be read"
        if problem.error == YAML_READER_ERROR {
            return YAMLFailure(message: message, place: .offset(Int(problem.problem_offset)))
        }
        let context = problem.context.map { String(cString: $0) + ", " } ?? ""
        return YAMLFailure(
            message: context + message, place: .scalar(Int(problem.problem_mark.index)),
            context: problem.context == nil ? nil : .scalar(Int(problem.context_mark.index)))
    }

    private static func translate(_ event: yaml_event_t) -> YAMLEvent {
        var anchor: UnsafeMutablePointer<yaml_char_t>?
        var tag: UnsafeMutablePointer<yaml_char_t>?
        let kind: YAMLEvent.Kind
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            (anchor, tag) = (scalar.anchor, scalar.tag)
            kind = .scalar(text(scalar.value, scalar.length), style(scalar.style))
        case YAML_ALIAS_EVENT:
            kind = .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            (anchor, tag) = (event.data.sequence_start.anchor, event.data.sequence_start.tag)
            kind = .sequenceStart
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            (anchor, tag) = (start.anchor, start.tag)
            kind = .mappingStart(flow: start.style == YAML_FLOW_MAPPING_STYLE)
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_STREAM_END_EVENT: kind = .streamEnd
        default: kind = .streamStart
        }
        return YAMLEvent(
            kind: kind, anchor: text(anchor), tag: text(tag),
            start: Int(event.start_mark.index), end: Int(event.end_mark.index))
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLNode.Style {
        switch style {
        case YAML_PLAIN_SCALAR_STYLE: .plain
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .quoted
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(cString: $0) }
    }

    private static func text(
        _ pointer: UnsafeMutablePointer<yaml_char_t>?, _ length: Int
    ) -> String {
        String(decoding: UnsafeBufferPointer(start: pointer, count: length), as: UTF8.self)
    }
}
