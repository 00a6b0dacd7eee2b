package import BrownoutRecords
import BrownoutYAML
import Synchronization

/// Adds recordings to a file as they end, so that they outlive the process that makes them.
///
/// A document is handed to the kernel by one call before ``append(_:)`` returns: `kill -9` loses
/// only what had not ended, and the next writer of the file says which that was. What a crash of
/// the machine tore is cut off and kept beside the file.
package final class RecordingWriter: Sendable {
    private struct State: ~Copyable {
        var file: OpenFile
        var inflight: InflightFile
        /// Where the next document goes.
        var end: Int64
        var isClosed = false
    }

    private let state: Mutex<State>
    private let path: String
    /// What was found when the file was opened: what was cut off, and which exchanges were lost.
    package let reopening: [String]

    /// Opens a file for adding to it, and makes it where there is none. A file that is none of
    /// recordings, or that another recorder writes, is refused and left as it is.
    package init(path: String) throws(RecordingError) {
        self.path = path
        if case .endless(let word)? = FileKind(path: path) { throw .endless(path, word) }
        if let kind = try? RecordingArchives.kind(of: path), kind != .file {
            throw RecordingError(
                .unavailable, path: path,
                kind == .store ? "a store is not recorded to" : "this is a folder, not a file",
                note: kind == .store
                    ? "record to a file; `brownout recordings pack` puts it into the store" : nil)
        }
        let file = try OpenFile(path: path)
        guard file.lock(), file.isAtItsPath else {
            throw RecordingError(
                .busy, path: path, "another recorder writes this file",
                note: "let each have a file of its own; a folder of them is replayed as one")
        }
        var notes: [String] = []
        let end = try RecordingWriter.cut(file, &notes)
        let inflight = try InflightFile(beside: path, lost: &notes)
        reopening = notes
        state = Mutex(State(file: file, inflight: inflight, end: end))
    }

    /// Cuts off what is not whole; returns where the file ends then.
    private static func cut(
        _ file: borrowing OpenFile, _ notes: inout [String]
    ) throws(RecordingError) -> Int64 {
        let size = file.size
        guard size > 0 else { return 0 }
        try check(file, size)
        let end = try WholeDocuments.end(of: file)
        if end < size {
            let torn = try OpenFile(path: file.path + ".torn")
            var from = end
            while from < size {
                let bytes = try file.read(at: from, count: Int(min(size - from, 1 << 20)))
                try torn.write(bytes, at: torn.size)
                from += Int64(bytes.count)
            }
            try file.truncate(to: end)
            notes.append(
                "\(file.path): the last recording was not whole; its \(size - end) bytes are in "
                    + "\(torn.path)")
        }
        // A mark that ends the file without a line end gets one.
        if end > 0, try file.read(at: end - 1, count: 1) != [0x0A] {
            try file.write([0x0A], at: end)
            return end + 1
        }
        return end
    }

    /// Nothing is cut off a file that never was one of recordings.
    private static func check(
        _ file: borrowing OpenFile, _ size: Int64
    ) throws(RecordingError) {
        let head = try file.read(at: 0, count: Int(min(size, 4_096)))
        let text = String(decoding: head, as: UTF8.self)
        let first = text.split(whereSeparator: \.isNewline)
            .first { !$0.hasPrefix("#") && !$0.hasPrefix("%") && !$0.allSatisfy { $0 == " " } }
        // As much of a document's beginning as there is.
        guard let first else { return }
        guard "---".hasPrefix(first) || first.hasPrefix("---") else {
            throw RecordingError(
                .broken, path: file.path, "not a file of recordings; it was left as it is",
                note: "name a file that is not there yet, or one of recordings")
        }
    }

    /// Notes that an exchange is in progress; `summary` is what a person is told if it is lost.
    /// A note that cannot be written costs that message and nothing else.
    package func began(id: String, summary: String) {
        try? change { state throws(RecordingError) in try state.inflight.began(id, summary) }
    }

    /// Adds an exchange that ended. Where the disk takes no more, the file is left whole.
    package func append(_ recording: Recording) throws(RecordingError) {
        let document = RecordingDocument.encode(recording)
        try change { state throws(RecordingError) in
            try state.file.check(endsAt: state.end)
            do throws(RecordingError) {
                try state.file.write(document, at: state.end)
            } catch {
                // The part that was written goes again; if even that fails, the next writer of
                // the file cuts it off.
                try? state.file.truncate(to: state.end)
                throw error
            }
            state.end += Int64(document.count)
            try? state.inflight.ended(recording.id)
        }
    }

    /// Notes that an exchange ended that nothing is kept of.
    package func abandoned(id: String) {
        try? change { state throws(RecordingError) in try state.inflight.ended(id) }
    }

    /// Waits until the disk has everything, and gives the file back. What is in progress then is
    /// said to be lost by the next writer.
    package func close() throws(RecordingError) {
        let result: Result<Void, RecordingError> = state.withLock { state in
            guard !state.isClosed else { return .success(()) }
            state.isClosed = true
            do throws(RecordingError) {
                defer {
                    state.inflight.close()
                    state.file.unlock()
                }
                try state.file.check(endsAt: state.end)
                try state.file.synchronize()
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private func change(
        _ body: (inout State) throws(RecordingError) -> Void
    ) throws(RecordingError) {
        let result: Result<Void, RecordingError> = state.withLock { state in
            guard !state.isClosed else {
                return .failure(RecordingError(.unavailable, path: path, "the file is closed"))
            }
            do throws(RecordingError) {
                try body(&state)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }
}
