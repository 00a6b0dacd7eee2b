package import BrownoutEngine
package import BrownoutWire

extension RecordedAnswer {
    /// Where in a body something else was put, and what.
    package struct Change: Equatable, Sendable {
        /// In the bytes as they were.
        package var range: Range<Int>
        /// What stands in its place; it may have another length.
        package var bytes: [UInt8]
    }

    /// The changes that give an answer another id, and its tool calls too: everywhere they occur,
    /// of the same length and form. In order, none within another.
    ///
    /// - Parameter words: What the new ids are made of.
    package static func changes(
        freshIDs words: WordStream, in body: [UInt8], _ framing: EventFraming?,
        of dialect: DialectName
    ) -> [Change] {
        let reading = Dialects.profile(dialect).answers
        let ids = reading.ids + reading.callIDs
        var words = words
        var old: [[UInt8]] = []
        var changes: [Change] = []
        forEachJSON(in: body, framing) { json in
            var walk = JSONWalk(json)
            while let value = walk.next() {
                guard value.isString, value.range.count > 2, walk.isAt(ids) else { continue }
                let id = Array(body[value.range.dropFirst().dropLast()])
                if !old.contains(id), old.count < mostIDs { old.append(id) }
            }
        }
        for id in old {
            let fresh = fresh(id, &words)
            for place in places(of: id, in: body) {
                changes.append(Change(range: place..<place + id.count, bytes: fresh))
            }
        }
        return inOrder(changes)
    }

    /// The changes that say an answer was made at another time, in seconds since 1970: in its body
    /// or in every event.
    package static func changes(
        created: Int64, in body: [UInt8], _ framing: EventFraming?, of dialect: DialectName
    ) -> [Change] {
        inOrder(
            Dialects.profile(dialect).answers.created.flatMap {
                changes(created: created, in: body, framing, at: $0)
            })
    }

    /// The same, where the provider says it at a place of its own.
    static func changes(
        created: Int64, in body: [UInt8], _ framing: EventFraming?,
        at place: AnswerReading.Created
    ) -> [Change] {
        var changes: [Change] = []
        forEachJSON(in: body, framing) { json in
            var walk = JSONWalk(json)
            while let value = walk.next() {
                guard value.isString == place.isString, walk.isAt([place.path]) else { continue }
                let text = place.text(created, like: json[value.range])
                changes.append(Change(range: value.range, bytes: text))
            }
        }
        return changes
    }

    /// A body with changes made, which must be in order and apart.
    package static func changed(_ body: [UInt8], _ changes: [Change]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(body.count)
        var copied = 0
        for change in changes {
            out.append(contentsOf: body[copied..<change.range.lowerBound])
            out.append(contentsOf: change.bytes)
            copied = change.range.upperBound
        }
        out.append(contentsOf: body[copied...])
        return out
    }

    /// Where places of a body, which must rise, are once changes are made: the borders of chunks,
    /// say. A place inside of what was changed keeps its distance from its beginning, as far as
    /// there is one.
    package static func moved(_ places: [Int], by changes: [Change]) -> [Int] {
        var shift = 0
        var next = 0
        return places.map { place in
            while next < changes.count, changes[next].range.upperBound <= place {
                shift += changes[next].bytes.count - changes[next].range.count
                next += 1
            }
            guard next < changes.count, changes[next].range.lowerBound < place else {
                return place + shift
            }
            let start = changes[next].range.lowerBound
            return start + shift + min(place - start, changes[next].bytes.count)
        }
    }

    /// Both lists as one, in order; of changes that overlap the first stays.
    package static func inOrder(_ changes: [Change]) -> [Change] {
        var kept: [Change] = []
        for change in changes.sorted(by: { $0.range.lowerBound < $1.range.lowerBound })
        where change.range.lowerBound >= kept.last?.range.upperBound ?? 0 {
            kept.append(change)
        }
        return kept
    }

    // MARK: - Ids

    /// Ids that one answer has at most; ours.
    private static let mostIDs = 256

    /// Visits the JSON of a plain body, or that of each event.
    static func forEachJSON(
        in body: [UInt8], _ framing: EventFraming?, _ visit: (ArraySlice<UInt8>) -> Void
    ) {
        guard let framing else {
            if body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") { visit(body[...]) }
            return
        }
        // Providers write an event's JSON in one line.
        for piece in framing.payloads(in: body) where body[piece].first == UInt8(ascii: "{") {
            visit(body[piece])
        }
    }

    private static func places(of id: [UInt8], in body: [UInt8]) -> [Int] {
        var places: [Int] = []
        var index = 0
        while index + id.count <= body.count {
            if body[index] == id[0], body[index...].starts(with: id) {
                places.append(index)
                index += id.count
            } else {
                index += 1
            }
        }
        return places
    }

    /// An id of the same form: its prefix (`chatcmpl-`, `msg_01`, `call_`) and its separators
    /// stay; a lower-case hexadecimal rest stays one.
    private static func fresh(_ id: [UInt8], _ words: inout WordStream) -> [UInt8] {
        let separators = [UInt8(ascii: "-"), UInt8(ascii: "_")]
        var start = id.firstIndex(where: separators.contains).map { $0 + 1 } ?? 0
        if id[start...].starts(with: "01".utf8) { start += 2 }
        let isHex = id[start...].allSatisfy {
            Alphabet.value(ofHexDigit: $0) != nil || separators.contains($0)
        }
        var fresh = id
        for place in start..<id.count where !separators.contains(id[place]) {
            let word = words.next()
            fresh[place] = isHex ? Alphabet.hexDigit(word >> 8) : Alphabet.letter(Int(word % 62))
        }
        return fresh
    }
}

extension AnswerReading.Created {
    /// Whether it is said in a string.
    fileprivate var isString: Bool { form == .timestamp }

    /// A time in seconds since 1970 as JSON; the part of a second that the old one has stays.
    fileprivate func text(_ seconds: Int64, like old: ArraySlice<UInt8>) -> [UInt8] {
        guard form == .timestamp else { return Array(String(seconds).utf8) }
        let point = old.firstIndex(of: UInt8(ascii: ".")) ?? old.endIndex
        let fraction = old[point...].prefix {
            $0 == UInt8(ascii: ".") || $0 &- UInt8(ascii: "0") < 10
        }
        return Array("\"\(WireTime.rfc3339(seconds).dropLast())".utf8) + fraction
            + Array("Z\"".utf8)
    }
}
