import BrownoutEngine
import BrownoutRecords
import BrownoutYAML

/// The chunks of an answer, taken out of its document while that is read: as nodes, the chunks of
/// a long stream would take several times its body.
///
/// What is not as we write it is left to ``RecordingReader``, which says what is wrong with it.
final class TakenChunks {
    private(set) var body: [UInt8] = []
    private(set) var chunks: [RecordedChunk] = []

    /// Documents of more bytes have a body made for all that they can hold: what is not written
    /// of so much memory costs nothing, and growing would copy it.
    private static let largeDocument = 1 << 20

    init(documentBytes: Int) {
        if documentBytes >= Self.largeDocument { body.reserveCapacity(documentBytes) }
    }

    /// Whether an item was a chunk with a time and bytes, behind those before it.
    func take(_ item: YAMLNode) -> Bool {
        guard let entries = item.entries, entries.count == 2, !item.hasRefusedKeys,
            let at = entries.first(where: { $0.key.text == "at" })?.value.text,
            let time = RecordedTime.read(at), time >= chunks.last?.at ?? .min,
            let bytes = entries.first(where: { $0.key.text != "at" }),
            let text = bytes.value.text, !text.isEmpty, chunks.count < RecordingLimits.chunks
        else { return false }
        switch bytes.key.text {
        case "text": body.append(contentsOf: text.utf8)
        case "base64":
            guard let piece = Base64.decoded(text), !piece.isEmpty else { return false }
            body.append(contentsOf: piece)
        default: return false
        }
        chunks.append(RecordedChunk(end: body.count, at: time))
        return true
    }
}
