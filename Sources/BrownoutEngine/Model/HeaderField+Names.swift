extension HeaderField {
    /// Whether it is the field of a name, which is given in lower case: names are alike in any case
    /// (RFC 9110, 5.1).
    package func isNamed(_ name: String) -> Bool {
        guard self.name.utf8.count == name.utf8.count else { return false }
        return zip(self.name.utf8, name.utf8).allSatisfy { own, small in
            own == small || (0x61...0x7A).contains(small) && own | 0x20 == small
        }
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
