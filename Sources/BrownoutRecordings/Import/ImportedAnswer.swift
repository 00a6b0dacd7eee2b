import BrownoutCompression
import BrownoutDialects
import BrownoutEngine
import BrownoutRecords
import BrownoutWire

/// An answer's head and body put right with each other, after a tool that keeps only one of them
/// as it was sent.
enum ImportedAnswer {
    /// A field whose value the body decides.
    private static let sized = "content-length"
    private static let chunked = "transfer-encoding"

    /// The headers and the body as they would have been sent. Many tools keep a body decoded and
    /// leave its `content-encoding` in place: then that goes, as no client could undo it.
    static func settled(
        _ headers: [HeaderField], _ body: [UInt8], _ place: String, _ notes: inout ImportNotes
    ) -> [HeaderField] {
        var headers = named(headers, place, &notes)
        if !body.isEmpty, let coding = headers.first(named: "content-encoding"),
            !isCoded(body, coding)
        {
            headers.removeAll { $0.isNamed("content-encoding") }
            notes.add(
                place, "the body is kept decoded, so its content-encoding '\(coding)' is dropped")
        }
        dropFraming(&headers, place, &notes)
        if let given = headers.first(named: sized), given != String(body.count), !body.isEmpty {
            for index in headers.indices where headers[index].isNamed(sized) {
                headers[index].value = String(body.count)
            }
            notes.add(
                place, "content-length is \(body.count), the body that there is, not \(given)")
        }
        return headers
    }

    /// A message is framed in one way (RFC 9112, 6.2): tools that undo a coding leave
    /// `transfer-encoding` and add a length of their own.
    private static func dropFraming(
        _ headers: inout [HeaderField], _ place: String, _ notes: inout ImportNotes
    ) {
        let isFraming = { (field: HeaderField) in
            [sized, chunked].contains(field.name.lowercased())
        }
        guard headers.count(where: isFraming) > 1 else { return }
        let coding = headers.first(named: chunked)?.lowercased()
        let isChunked = coding?.hasSuffix("chunked") ?? false
        let kept = headers.firstIndex {
            $0.isNamed(isChunked || headers.first(named: sized) == nil ? chunked : sized)
        }
        var dropped: [String] = []
        headers = headers.enumerated().filter { index, field in
            if index == kept || !isFraming(field) { return true }
            dropped.append("'\(field.name.lowercased()): \(field.value)'")
            return false
        }.map(\.element)
        notes.add(
            place, "a message is framed once, so \(dropped.joined(separator: " and ")) is dropped")
    }

    /// The headers whose names can be sent (RFC 9110, 5.1 and 5.6.2).
    private static func named(
        _ headers: [HeaderField], _ place: String, _ notes: inout ImportNotes
    ) -> [HeaderField] {
        headers.filter { field in
            let isName = !field.name.isEmpty && field.name.utf8.allSatisfy(isTokenByte)
            if !isName {
                notes.add(place, "'\(field.name)' is no name of a header: left out")
            }
            return isName
        }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// Whether a body is what its content coding says.
    private static func isCoded(_ body: [UInt8], _ coding: String) -> Bool {
        do throws(ContentCoding.Unsupported) {
            let codings = try ContentCoding.list([coding], limit: 4)
            return codings.isEmpty || decoded(body, codings) != nil
        } catch {
            // Text is never what a compressor writes.
            return String(validating: body, as: UTF8.self) == nil
        }
    }

    /// The body with its codings undone; nil where it is not what they say.
    static func decoded(_ body: [UInt8], _ headers: [HeaderField]) -> [UInt8]? {
        let named = headers.values(named: "content-encoding")
        do throws(ContentCoding.Unsupported) {
            let codings = try ContentCoding.list(named, limit: 4)
            return codings.isEmpty ? body : decoded(body, codings)
        } catch { return nil }
    }

    static func decoded(_ body: [UInt8], _ codings: [ContentCoding]) -> [UInt8]? {
        let decoder = BodyDecoder(codings, limit: ImportLimits.fileBytes)
        body.withUnsafeBytes { decoder.add($0) }
        var out: [UInt8] = []
        do throws(DecodingProblem) {
            while !(try decoder.run(1 << 20, { out.append(contentsOf: $0) })) {}
            try decoder.finish()
        } catch { return nil }
        return out
    }

    /// The pieces of a body: one for each event of a stream, spread evenly over the time in which
    /// it came; one for all of anything else.
    static func chunks(
        _ headers: [HeaderField], _ body: [UInt8], from start: Int64, to end: Int64
    ) -> [RecordedChunk] {
        guard !body.isEmpty else { return [] }
        let type = headers.first(named: "content-type") ?? ""
        guard let framing = EventFraming(contentType: type),
            headers.first(named: "content-encoding") == nil
        else { return [RecordedChunk(end: body.count, at: end)] }
        let ends = RecordedAnswer.events(body, framing)
        let steps = max(ends.count - 1, 1)
        return ends.enumerated().map { index, border in
            let share = Double(index) / Double(steps)
            return RecordedChunk(end: border, at: start + Int64(Double(end - start) * share))
        }
    }
}
