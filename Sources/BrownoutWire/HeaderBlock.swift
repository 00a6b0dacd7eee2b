package import BrownoutEngine
import BrownoutJSON

/// Header fields in the order and the bytes they go out with. An answer has some twenty, most of
/// them always the same: a dialect writes them like a form, fixed text in one go.
package struct HeaderBlock: Equatable, Sendable {
    /// Lines of `name: value`, each with its CRLF.
    package private(set) var lines: [UInt8]

    package init(lines: [UInt8] = []) {
        self.lines = lines
    }

    package mutating func append(_ name: String, _ value: String) {
        lines.append(text: name)
        lines.append(text: ": ")
        lines.append(text: value)
        lines.append(text: "\r\n")
    }

    package mutating func append(contentsOf block: HeaderBlock) {
        lines.append(contentsOf: block.lines)
    }

    /// The first value of a field; `name` in lower case, as all names are but a scenario's own.
    package func value(of name: String) -> String? {
        fields.first { $0.name == name || $0.name.lowercased() == name }?.value
    }

    /// The fields one by one.
    package var fields: [HeaderField] {
        lines.split(separator: UInt8(ascii: "\n")).map { line in
            let end = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
            return HeaderField(
                String(decoding: line[..<end], as: UTF8.self),
                String(decoding: line[end...].dropFirst(2).dropLast(), as: UTF8.self))
        }
    }
}

extension HeaderBlock: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init()
        for (name, value) in elements { append(name, value) }
    }
}
