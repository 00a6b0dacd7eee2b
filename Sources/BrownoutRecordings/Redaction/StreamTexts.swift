import BrownoutDialects
import BrownoutWire

/// The texts that a stream of events spreads over the strings of its events.
///
/// Strings with the same names on their way from the top of their event, and the same indices,
/// are parts of one text: `choices[].delta.content` of choice 0, `delta.partial_json` of block 1.
/// That holds for the deltas of every dialect we know, and does no harm where it does not.
struct StreamTexts {
    /// For each text where its parts are, without their quotation marks, in their order; only
    /// texts of several parts.
    var texts: [[Range<Int>]] {
        order.compactMap { parts[$0] }.filter { $0.count > 1 }
    }

    private var parts: [String: [Range<Int>]] = [:]
    private var order: [String] = []

    init(of body: [UInt8], _ framing: EventFraming) {
        let payloads = framing.payloads(in: body)
        body.withUnsafeBufferPointer { buffer in
            for payload in payloads { read(buffer, payload) }
        }
    }

    private mutating func read(_ buffer: UnsafeBufferPointer<UInt8>, _ data: Range<Int>) {
        var reader = DeltaReader(buffer, data)
        reader.read()
        for delta in reader.deltas {
            let key = reader.key(of: delta)
            if parts[key] == nil { order.append(key) }
            parts[key, default: []].append(delta.literal)
        }
    }
}

/// Finds the strings of an event that may be parts of a text. What is no JSON is read as far as
/// it is some.
private struct DeltaReader {
    /// A string, and the members and elements that lead to it.
    struct Delta {
        var path: [Step]
        var literal: Range<Int>
    }

    struct Step {
        var name: String
        /// The object or array it is in.
        var container: Int
    }

    /// Members that hold parts of a text, in any dialect: what is passed on may be another's.
    private static let names = Set(Dialects.profiles.flatMap(\.answers.textMembers))
    /// Members that say which of several texts a part is of.
    private static let indices = Set(Dialects.profiles.flatMap(\.answers.textIndices))
    private static let deepest = 64
    /// Bytes of a name or an index that tell it from others.
    private static let longestName = 64

    private let bytes: UnsafeBufferPointer<UInt8>
    private let end: Int
    private var place: Int
    private var path: [Step] = []
    private var containers = 0
    /// What tells an object from others at its place.
    private var marks: [Int: String] = [:]
    private(set) var deltas: [Delta] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) {
        self.bytes = bytes
        place = range.lowerBound
        end = range.upperBound
    }

    mutating func read() { _ = value() }

    /// Known only when the event was read: an index may stand behind the text.
    func key(of delta: Delta) -> String {
        delta.path.map { "\($0.name)#\(marks[$0.container] ?? "")" }.joined(separator: "/")
    }

    /// Whether a whole value was read.
    private mutating func value() -> Bool {
        skipSpace()
        guard place < end, path.count < Self.deepest else { return false }
        switch bytes[place] {
        case UInt8(ascii: "{"): return container(closing: UInt8(ascii: "}"), isObject: true)
        case UInt8(ascii: "["): return container(closing: UInt8(ascii: "]"), isObject: false)
        case UInt8(ascii: "\""):
            guard let literal = string() else { return false }
            if let name = path.last?.name, Self.names.contains(name) {
                deltas.append(Delta(path: path, literal: literal))
            }
            mark(literal)
            return true
        default:
            let start = place
            while place < end, !",]} \t".utf8.contains(bytes[place]) { place += 1 }
            mark(start..<place)
            return place > start
        }
    }

    /// Remembers a scalar that is an index.
    private mutating func mark(_ range: Range<Int>) {
        guard let step = path.last, Self.indices.contains(step.name) else { return }
        let text = String(decoding: bytes[range].prefix(Self.longestName), as: UTF8.self)
        marks[step.container, default: ""] += "\(step.name)=\(text) "
    }

    private mutating func container(closing: UInt8, isObject: Bool) -> Bool {
        place += 1
        containers += 1
        let own = containers
        while true {
            skipSpace()
            guard place < end else { return false }
            if bytes[place] == closing {
                place += 1
                return true
            }
            var name = ""
            if isObject {
                guard let key = string() else { return false }
                name = String(decoding: bytes[key].prefix(Self.longestName), as: UTF8.self)
                skipSpace()
                guard place < end, bytes[place] == UInt8(ascii: ":") else { return false }
                place += 1
            }
            path.append(Step(name: name, container: own))
            guard value() else { return false }
            path.removeLast()
            skipSpace()
            if place < end, bytes[place] == UInt8(ascii: ",") { place += 1 }
        }
    }

    private mutating func string() -> Range<Int>? {
        guard place < end, bytes[place] == UInt8(ascii: "\"") else { return nil }
        let start = place + 1
        place = start
        while place < end, bytes[place] != UInt8(ascii: "\"") {
            place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard place < end else { return nil }
        place += 1
        return start..<(place - 1)
    }

    private mutating func skipSpace() {
        while place < end, bytes[place] == 0x20 || bytes[place] == 0x09 { place += 1 }
    }
}
