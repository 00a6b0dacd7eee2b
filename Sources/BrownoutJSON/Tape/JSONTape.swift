/// A JSON text that was read without making anything of its values: notes of where each of them
/// stands, over a copy of the text. What is asked for is made from the text then.
///
/// It is one reference to one allocation. Where a text has more values than one to eight bytes, or
/// eleven in a short one, that is the second one, and the first is gone.
///
/// It takes and refuses the same texts as ``JSON/read(_:depthLimit:)``, for the same reasons, and
/// what it holds is the same value.
package struct JSONTape: Sendable {
    /// The longest text there can be a tape of, in bytes: 256 MiB less one.
    package static let longestText = TapeEntry.longest

    /// The value that the text is.
    package let root: JSONView

    /// Reads one JSON text (RFC 8259), UTF-8, with white space around it: the value, or what is
    /// wrong and where; beside it the first half of a surrogate pair that stands alone in a value,
    /// which is read as U+FFFD.
    ///
    /// The text must not be longer than ``longestText``.
    package static func read(
        _ text: UnsafeBufferPointer<UInt8>, depthLimit: Int = JSON.defaultDepthLimit
    ) -> (value: Result<JSONTape, JSONParseError>, loneSurrogate: JSONParseError?) {
        precondition(text.count <= longestText, "a text of \(text.count) bytes")
        guard let read = TapeReader.read(text, depthLimit: depthLimit) else {
            guard case .failure(let error) = JSON.readByTree(text, depthLimit).value else {
                preconditionFailure("a JSON text that no tape could be made of")
            }
            return (.failure(error), nil)
        }
        let tape = JSONTape(root: JSONView(read.storage, 0))
        guard read.hasLoneSurrogate else { return (.success(tape), nil) }
        return (.success(tape), JSON.readByTree(text, depthLimit).loneSurrogate)
    }

    /// Reads one JSON text from a string.
    package static func parse(_ text: String) throws(JSONParseError) -> JSONTape {
        var text = text
        return try text.withUTF8 { read($0).value }.get()
    }

    /// The text as it came, for the length of a call.
    package func withText<Value>(_ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
        root.storage.withText(body)
    }

    /// The value as a tree.
    package var json: JSON { root.json }
}
