extension HeaderField {
    /// Whether it is the field of a name, which is given in lower case: names are alike in any case
    /// (RFC 9110, 5.1).
    package func isNamed(_ name: String) -> Bool {
        // The length tells most fields apart without looking at their bytes.
        guard self.name.utf8.count == name.utf8.count else { return false }
        let isSame = self.name.utf8.withContiguousStorageIfAvailable { own in
            name.utf8.withContiguousStorageIfAvailable { HeaderField.isSame(own, $0) }
        }
        return (isSame ?? nil) ?? (self.name.lowercased() == name)
    }

    /// Both are of one length.
    private static func isSame(
        _ own: UnsafeBufferPointer<UInt8>, _ small: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        for index in own.indices {
            let (byte, wanted) = (own[index], small[index])
            if byte == wanted { continue }
            guard (0x61...0x7A).contains(wanted), byte | 0x20 == wanted else { return false }
        }
        return true
    }
}

extension [HeaderField] {
    /// The first value of a field; `name` in lower case.
    package func first(named name: String) -> String? { first { $0.isNamed(name) }?.value }

    /// All values of a field, in the order they came; `name` in lower case.
    package func values(named name: String) -> [String] {
        lazy.filter { $0.isNamed(name) }.map(\.value)
    }
}
