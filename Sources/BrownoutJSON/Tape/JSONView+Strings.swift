extension JSONView {
    /// The text of a string; nil for any other kind of value.
    package var stringValue: String? { entry.kind == .string ? text : nil }

    /// The text of what is a string.
    var text: String {
        let entry = entry
        return storage.withText(of: entry) { raw in
            if entry.isPlain { return String(decoding: raw, as: UTF8.self) }
            return String(unsafeUninitializedCapacity: raw.count) {
                JSONView.unescape(raw, into: $0)
            }
        }
    }

    /// The UTF-8 of a string, its escapes undone, for the length of a call; nil for any other kind
    /// of value. Nothing is copied where there are no escapes.
    @inlinable
    package func withUTF8<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value? {
        let entry = entry
        guard entry.kind == .string else { return nil }
        return storage.withText(of: entry) { raw in
            entry.isPlain ? body(raw) : JSONView.withUnescaped(raw, body)
        }
    }

    @usableFromInline
    static func withUnescaped<Value>(
        _ raw: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Value
    ) -> Value {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: raw.count) { room in
            let count = unescape(raw, into: room)
            return body(UnsafeBufferPointer(rebasing: room[..<count]))
        }
    }

    /// Whether it is a string of this UTF-8, byte for byte. Swift's `==`, by which trees are
    /// compared, also takes texts for the same that Unicode has two spellings of.
    package func isString(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        guard utf8.count <= TapeEntry.longest else { return false }
        return storage.withEntries { entries, text in
            let entry = entries[index]
            if entry.mark == TapeEntry(.string, place: 0, length: utf8.count).mark {
                return JSONView.areEqual(text + Int(entry.place), utf8)
            }
            guard entry.kind == .string, !entry.isPlain else { return false }
            return isEscaped(utf8)
        }
    }

    /// Whether it is a string with this text, byte for byte.
    @inlinable
    package func isString(_ text: StaticString) -> Bool {
        isString(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Whether it is a string with this text, which is known only now.
    package func isString(text: String) -> Bool {
        var text = text
        return text.withUTF8 { isString($0) }
    }

    /// Lets a `switch` over a view have literals as its cases.
    @inlinable
    package static func ~= (text: StaticString, view: JSONView) -> Bool {
        view.isString(text)
    }

    /// Whether a string with escapes has this text.
    private func isEscaped(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
        // An escape of twelve bytes stands for four, one of six for one at least.
        let length = entry.length
        guard length > utf8.count, length <= utf8.count * 6 else { return false }
        return withUTF8 { unescaped in
            guard unescaped.count == utf8.count, let start = unescaped.baseAddress else {
                return false
            }
            return JSONView.areEqual(start, utf8)
        } ?? false
    }

    /// Whether so many bytes as the second has are the same in both.
    static func areEqual(
        _ one: UnsafePointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var index = 0
        while index < other.count, one[index] == other[index] { index &+= 1 }
        return index == other.count
    }

    /// Undoes the escapes of a string that has been read, into as much room as it takes; how many
    /// bytes that were. They are never more.
    @usableFromInline
    static func unescape(
        _ raw: UnsafeBufferPointer<UInt8>, into room: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        guard let start = raw.baseAddress else { return 0 }
        var read = 0
        var written = 0
        while read < raw.count {
            let byte = raw[read]
            guard byte == UInt8(ascii: "\\") else {
                let end = raw[read...].firstIndex(of: UInt8(ascii: "\\")) ?? raw.count
                _ = room[written...].update(fromContentsOf: raw[read..<end])
                written += end - read
                read = end
                continue
            }
            let (length, isLone) = TextScan.escapeLength(start + read)
            if length == 2 {
                room[written] = TextScan.meaning(ofEscape: raw[read + 1])
                written += 1
            } else {
                let scalar = isLone ? "\u{FFFD}" : TextScan.scalar(ofEscape: start + read)
                for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                    room[written] = unit
                    written += 1
                }
            }
            read += length
        }
        return written
    }
}

extension TextScan {
    /// What a letter behind a backslash stands for.
    static func meaning(ofEscape letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        default: letter
        }
    }

    /// What an escape in hex digits stands for, or two that are a surrogate pair.
    static func scalar(ofEscape bytes: UnsafePointer<UInt8>) -> Unicode.Scalar {
        guard let first = hexQuad(bytes + 2) else { return "\u{FFFD}" }
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard let second = hexQuad(bytes + 8), second >= 0xDC00 else { return "\u{FFFD}" }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }
}
