import BrownoutEngine

// Where a position is in an answer.
extension WireScript {
    /// The same answer, interrupted at a position.
    func interrupted(_ interruption: Interruption) -> WireScript {
        var placed = interruption
        placed.position = resolved(interruption)
        if interruption.betweenEvents, case .events(let stream) = answer.body {
            placed.position = stream.border(placed.position)
        }
        var script = self
        script.interruptions.append(placed)
        return script
    }

    /// The same answer, which counts as faulty once so much of it is out.
    func marked(at position: Position) -> WireScript {
        interrupted(Interruption(position: position, action: .mark))
    }

    /// The same answer with another stream, which counts as faulty from where the two differ on;
    /// where they do not, the answer as it is.
    func with(_ changed: EventStream, for stream: EventStream) -> WireScript {
        guard let position = changed.difference(from: stream) else { return self }
        var script = self
        script.answer.body = .events(changed)
        return script.marked(at: position)
    }

    /// The position in terms that the cursor can be compared with: shares and ends become counts.
    private func resolved(_ interruption: Interruption) -> Position {
        switch (answer.body, interruption.position) {
        case (_, .start): return interruption.betweenEvents ? .headers : .start
        case (_, .headers), (_, .elapsed): return interruption.position
        case (.events(let stream), .percent(let share)):
            return .event(WireScript.share(share, of: stream.count))
        case (.events(let stream), .terminal): return .event(max(stream.count - 1, 0))
        case (.events(let stream), .inToolArguments):
            return .byte(stream.byteInToolArguments ?? .max)
        case (.events(let stream), .inUTF8): return .byte(stream.byteInUTF8 ?? .max)
        case (.events, _): return interruption.position
        case (.whole(let body), let position): return .byte(body.byte(at: position))
        case (.passed(let body), _): return resolved(interruption, in: body)
        }
    }

    /// Of a body that is known whole, every position is a byte; of one that comes, those that
    /// take its end are never reached.
    private func resolved(_ interruption: Interruption, in body: PassedBody) -> Position {
        switch (body.form, interruption.position) {
        case (nil, .percent), (nil, .terminal), (nil, .inToolArguments), (nil, .inUTF8):
            return .byte(.max)
        case (nil, let position): return position
        case (.events(let stream)?, let position):
            if case .byte = position, !interruption.betweenEvents { return position }
            guard let byte = stream.bytes(before: position) else { return .byte(.max) }
            return .byte(interruption.betweenEvents ? stream.borderByte(byte) : byte)
        case (.whole(let whole)?, let position): return .byte(whole.byte(at: position))
        }
    }

    fileprivate static func share(_ share: Chance, of count: Int) -> Int {
        // The quotient is at most `count`, because a chance is at most 1.
        let product = share.numerator.multipliedFullWidth(by: UInt64(count))
        return Int(share.denominator.dividingFullWidth(product).quotient)
    }

    /// The event of a stream that a position falls into, or the next one behind it, and its byte
    /// where the position is inside it; nil when the stream ends before.
    func place(_ position: Position, in stream: EventStream) -> (event: Int, byte: Int?)? {
        let event: Int
        switch position {
        case .start, .headers: event = 0
        case .event(let count): event = count
        case .percent(let share): event = WireScript.share(share, of: stream.count)
        case .terminal: event = stream.count - 1
        case .token(let count):
            event = stream.events(bringing: count) ?? stream.count
        case .elapsed(let moment): event = stream.event(at: moment, waits)
        case .byte(let count): return stream.place(ofByte: count)
        case .inToolArguments: return stream.byteInToolArguments.flatMap(stream.place(ofByte:))
        case .inUTF8: return stream.byteInUTF8.flatMap(stream.place(ofByte:))
        }
        return event < stream.count ? (event, nil) : nil
    }
}

extension WholeBody {
    /// The byte a position stands at; beyond the end where it is never reached.
    func byte(at position: Position) -> Int {
        switch position {
        case .byte(let count): return count
        case .event(let count): return count == 0 ? 0 : count == 1 ? bytes.count : .max
        case .percent(let share): return WireScript.share(share, of: bytes.count)
        case .terminal: return max(bytes.count - 1, 0)
        case .token(let count):
            if count == 0 { return 0 }
            let ends = tokenEnds()
            return count <= ends.count ? ends[count - 1] : .max
        case .inToolArguments:
            return toolMark.flatMap { ToolArguments.middle(of: bytes[...], behind: $0) } ?? .max
        case .inUTF8: return bytes.firstIndex { $0 >= 0xC2 }.map { $0 + 1 } ?? .max
        case .start, .headers, .elapsed: return 0
        }
    }
}

extension EventStream {
    /// The first event that goes out at a moment of the plan or later.
    fileprivate func event(at moment: Duration, _ waits: Waits) -> Int {
        var elapsed = waits.beforeHeaders
        var sent = 0
        for index in 0..<count {
            elapsed += pause(index)
            let brought = tokens(index)
            if brought > 0 { elapsed += waits.before(token: sent + 1, bringing: brought) }
            if elapsed >= moment { return index }
            sent += brought
        }
        return count
    }

    /// The bytes that go out before a position; nil when the stream ends before it.
    fileprivate func bytes(before position: Position) -> Int? {
        switch position {
        case .start, .headers, .elapsed: 0
        case .event(let count): bytes(ofEvents: count)
        case .percent(let share): bytes(ofEvents: WireScript.share(share, of: count))
        case .terminal: bytes(ofEvents: max(count - 1, 0))
        case .token(let wanted): events(bringing: wanted).flatMap(bytes(ofEvents:))
        case .byte(let byte):
            byte == 0
                ? 0 : place(ofByte: byte - 1).flatMap { bytes(ofEvents: $0.event + 1) }
        case .inToolArguments: byteInToolArguments
        case .inUTF8: byteInUTF8
        }
    }

    /// Events that end with their blank line: all, but for a last one that is torn.
    private var wholeEvents: Int {
        guard count > 0 else { return 0 }
        var bytes: [UInt8] = []
        render(count - 1, &bytes)
        var borders = EventBorders(form.framing)
        borders.add(bytes)
        return bytes.isEmpty || borders.ends.last == bytes.count ? count : count - 1
    }

    /// The same position, but before a last event that is torn where it would stand behind it.
    fileprivate func border(_ position: Position) -> Position {
        let whole = wholeEvents
        guard whole < count else { return position }
        switch position {
        case .event(count): return .event(whole)
        case .byte(let byte) where byte > 0:
            let event = place(ofByte: byte - 1)?.event
            return event == whole ? .event(whole) : position
        default: return position
        }
    }

    /// The end of the event that a byte falls into, or the begin of one that is torn.
    fileprivate func borderByte(_ byte: Int) -> Int {
        guard byte > 0, let event = place(ofByte: byte - 1)?.event else { return byte }
        return bytes(ofEvents: min(event + 1, wholeEvents)) ?? .max
    }

    private func bytes(ofEvents wanted: Int) -> Int? {
        guard wanted <= count else { return nil }
        var bytes: [UInt8] = []
        var sum = 0
        for index in 0..<wanted {
            bytes.removeAll(keepingCapacity: true)
            render(index, &bytes)
            sum += bytes.count
        }
        return sum
    }

    /// How many events it takes to bring so many tokens; nil where there are fewer.
    fileprivate func events(bringing wanted: Int) -> Int? {
        var (index, sum) = (0, 0)
        while index < count, sum < wanted {
            sum += tokens(index)
            index += 1
        }
        return sum < wanted ? nil : index
    }

    /// The event that holds a byte of the body, and its place there.
    fileprivate func place(ofByte byte: Int) -> (event: Int, byte: Int?)? {
        var start = 0
        var bytes: [UInt8] = []
        for index in 0..<count {
            bytes.removeAll(keepingCapacity: true)
            render(index, &bytes)
            if byte < start + bytes.count { return (index, byte - start) }
            start += bytes.count
        }
        return nil
    }

    /// A byte inside a character of several, counted over all events; nil where there is none.
    fileprivate var byteInUTF8: Int? {
        byte { bytes in bytes.firstIndex { $0 >= 0xC2 }.map { $0 + 1 } }
    }

    /// The middle of the piece of tool arguments that is in the middle of all pieces.
    fileprivate var byteInToolArguments: Int? {
        guard let toolMark else { return nil }
        var places: [Int] = []
        var start = 0
        var bytes: [UInt8] = []
        for index in 0..<count {
            bytes.removeAll(keepingCapacity: true)
            render(index, &bytes)
            if let place = ToolArguments.middle(of: bytes[...], behind: toolMark) {
                places.append(start + place)
            }
            start += bytes.count
        }
        return places.isEmpty ? nil : places[places.count / 2]
    }

    /// The first place that a search finds in an event, counted over all events.
    private func byte(_ search: ([UInt8]) -> Int?) -> Int? {
        var start = 0
        var bytes: [UInt8] = []
        for index in 0..<count {
            bytes.removeAll(keepingCapacity: true)
            render(index, &bytes)
            if let place = search(bytes) { return start + place }
            start += bytes.count
        }
        return nil
    }
}

/// Finds the arguments of a tool call in an answer's bytes.
enum ToolArguments {
    /// The middle of the value behind a mark, which is text in a JSON string or an object; nil
    /// where the mark is missing or nothing stands behind it.
    static func middle(of bytes: ArraySlice<UInt8>, behind mark: StaticString) -> Int? {
        let mark = UnsafeBufferPointer(start: mark.utf8Start, count: mark.utf8CodeUnitCount)
        guard bytes.count >= mark.count else { return nil }
        for start in bytes.startIndex...(bytes.endIndex - mark.count)
        where bytes[start..<start + mark.count].elementsEqual(mark) {
            let value = start + mark.count
            let length = length(bytes[value...], isText: mark.last == UInt8(ascii: "\""))
            if length > 0 { return value + max(1, length / 2) }
        }
        return nil
    }

    private static func length(_ bytes: ArraySlice<UInt8>, isText: Bool) -> Int {
        var depth = 0
        var inString = isText
        var isEscaped = false
        for (offset, byte) in bytes.enumerated() {
            if isEscaped {
                isEscaped = false
            } else if inString {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                guard byte == UInt8(ascii: "\"") else { continue }
                if isText { return offset }
                inString = false
            } else {
                switch byte {
                case UInt8(ascii: "\""): inString = true
                case UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "}") where depth == 0: return offset
                case UInt8(ascii: "}"): depth -= 1
                default: break
                }
            }
        }
        return bytes.count
    }
}
