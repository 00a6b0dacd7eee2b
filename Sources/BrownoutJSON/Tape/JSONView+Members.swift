extension JSONView {
    /// The elements of an array or the members of an object; 0 for any other kind of value.
    @inlinable
    package var count: Int {
        let entry = entry
        return entry.kind == .array || entry.kind == .object ? entry.length : 0
    }

    /// The elements of an array in their order; none for any other kind of value.
    @inlinable
    package var elements: Elements {
        Elements(storage, after: index, count: entry.kind == .array ? count : 0)
    }

    /// The members of an object in their order, those of the same name too; none for any other
    /// kind of value.
    @inlinable
    package var members: Members {
        Members(storage, after: index, count: entry.kind == .object ? count : 0)
    }

    /// The value of a member; nil for an absent name and for anything that is not an object.
    /// Where a name occurs twice the last one counts, as in ``JSON/subscript(_:)``. Names are
    /// compared byte for byte, their escapes undone.
    package subscript(utf8 name: UnsafeBufferPointer<UInt8>) -> JSONView? {
        let found = storage.withEntries { entries, text in
            let object = entries[index]
            guard object.kind == .object, name.count <= TapeEntry.longest else { return 0 }
            // A name without escapes that is as long looks like this but for its place.
            let mark = TapeEntry(.string, place: 0, length: name.count).mark
            var found = 0
            var next = index &+ 1
            for _ in 0..<object.length {
                let entry = entries[next]
                let isFound =
                    entry.mark == mark
                    ? JSONView.areEqual(text + Int(entry.place), name)
                    : !entry.isPlain && JSONView(storage, next).isString(name)
                next &+= 1
                if isFound { found = next }
                next = entries[next].end(at: next)
            }
            return found
        }
        return found == 0 ? nil : JSONView(storage, found)
    }

    /// The value of a member, as above.
    @inlinable
    package subscript(name: StaticString) -> JSONView? {
        self[utf8: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)]
    }

    /// The value of a member, as above, whose name is known only now.
    package subscript(text name: String) -> JSONView? {
        var name = name
        return name.withUTF8 { self[utf8: $0] }
    }

    /// An element of an array, from 0; nil behind the last one, and for any other kind of value.
    package func element(at place: Int) -> JSONView? {
        guard entry.kind == .array, place >= 0, place < count else { return nil }
        var next = index &+ 1
        for _ in 0..<place { next = storage[next].end(at: next) }
        return JSONView(storage, next)
    }

    /// The value a JSON Pointer (RFC 6901) leads to, as ``JSON/value(at:)``; nil when it leads
    /// nowhere.
    package func value(at pointer: String) -> JSONView? {
        if pointer.isEmpty { return self }
        var current = self
        for token in JSON.tokens(ofPointer: pointer) {
            let isArray = current.kind == .array
            let next = isArray ? Int(token).flatMap(current.element(at:)) : current[text: token]
            guard let next else { return nil }
            current = next
        }
        return current
    }
}

extension JSONView {
    /// A member of an object.
    package struct Member: Sendable {
        /// The member's name, a string.
        package let name: JSONView
        /// What the member's name stands for.
        package let value: JSONView

        @inlinable
        init(_ storage: TapeStorage, at index: Int) {
            name = JSONView(storage, index)
            value = JSONView(storage, index &+ 1)
        }
    }

    /// The elements of an array.
    package struct Elements: Sequence, IteratorProtocol, Sendable {
        @usableFromInline let storage: TapeStorage
        @usableFromInline var index: Int
        @usableFromInline var left: Int

        @inlinable
        init(_ storage: TapeStorage, after index: Int, count: Int) {
            self.storage = storage
            self.index = index &+ 1
            left = count
        }

        /// The next element; nil behind the last one.
        @inlinable
        package mutating func next() -> JSONView? {
            guard left > 0 else { return nil }
            left -= 1
            defer { index = storage[index].end(at: index) }
            return JSONView(storage, index)
        }
    }

    /// The members of an object.
    package struct Members: Sequence, IteratorProtocol, Sendable {
        @usableFromInline let storage: TapeStorage
        @usableFromInline var index: Int
        @usableFromInline var left: Int

        @inlinable
        init(_ storage: TapeStorage, after index: Int, count: Int) {
            self.storage = storage
            self.index = index &+ 1
            left = count
        }

        /// The next member; nil behind the last one.
        @inlinable
        package mutating func next() -> Member? {
            guard left > 0 else { return nil }
            left -= 1
            defer { index = storage[index &+ 1].end(at: index &+ 1) }
            return Member(storage, at: index)
        }
    }
}
