/// A value on the heap, which costs one reference to pass on. Who changes it gets a copy of its own
/// where somebody else holds it too: it is a value all the same.
///
/// For what is large and read by many: a request, a scripted reply. Copying such a struct takes a
/// reference of each text in it.
///
/// `Storage` says of itself that it is `Sendable` though its value can change: it changes in
/// `_modify` alone, and there only a storage that nobody else holds, as with every collection of
/// the standard library.
@propertyWrapper
package struct Shared<Value: Sendable>: Sendable {
    private final class Storage: @unchecked Sendable {
        var value: Value

        init(_ value: Value) { self.value = value }
    }

    private var storage: Storage

    /// Puts a value on the heap.
    package init(wrappedValue: Value) {
        storage = Storage(wrappedValue)
    }

    /// The value, read where it stands.
    package var wrappedValue: Value {
        _read { yield storage.value }
        _modify {
            if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.value) }
            yield &storage.value
        }
    }
}

extension Shared: Equatable where Value: Equatable {
    /// Whether the values are equal; the same storage is not looked into.
    package static func == (one: Shared, other: Shared) -> Bool {
        one.storage === other.storage || one.storage.value == other.storage.value
    }
}
