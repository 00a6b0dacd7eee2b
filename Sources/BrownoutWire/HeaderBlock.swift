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

    /// Appends a field as it is: a CR or LF in it is not refused and breaks the head.
    package mutating func append(_ name: String, _ value: String) {
        lines.append(text: name)
        lines.append(text: ": ")
        lines.append(text: value)
        lines.append(text: "\r\n")
    }

    /// Appends all fields of another block, in their order.
    package mutating func append(contentsOf block: HeaderBlock) {
        lines.append(contentsOf: block.lines)
    }

    /// The first value of a field; `name` in lower case, as all names are but a scenario's own.
    /// Every answer is asked for some, so only the bytes are looked at.
    package func value(of name: String) -> String? {
        var name = name
        let range = name.withUTF8 { name in
            lines.withUnsafeBufferPointer { HeaderBlock.value(of: name, in: $0) }
        }
        return range.map { String(decoding: lines[$0], as: UTF8.self) }
    }

    private static func value(
        of name: UnsafeBufferPointer<UInt8>, in lines: UnsafeBufferPointer<UInt8>
    ) -> Range<Int>? {
        var start = 0
        while start < lines.count {
            var end = start
            while end < lines.count, end - start < name.count,
                lowercase(lines[end]) == name[end - start]
            {
                end += 1
            }
            let isNamed =
                end - start == name.count && end < lines.count && lines[end] == UInt8(ascii: ":")
            while end < lines.count, lines[end] != UInt8(ascii: "\n") { end += 1 }
            if isNamed {
                // Behind the colon and its space, before the CR.
                let value = min(start + name.count + 2, end)
                return value..<max(value, end - 1)
            }
            start = end + 1
        }
        return nil
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
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
    /// The fields of a literal, in their order; a name may occur twice.
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init()
        for (name, value) in elements { append(name, value) }
    }
}
