import BrownoutEngine
import BrownoutJSON

/// Tool calls and their results as the journal keeps them: JSON arrays of objects with `id`,
/// `name` and `digest`, sixteen hexadecimal digits.
enum ToolText {
    static func bytes(of results: [ToolResult]) -> [UInt8] {
        array(results.count) { index, json in
            json.field("id", results[index].id)
            json.field("digest", results[index].digest.hex)
        }
    }

    static func bytes(of calls: [OfferedCall]) -> [UInt8] {
        array(calls.count) { index, json in
            json.field("id", calls[index].id)
            json.field("name", calls[index].name)
            json.field("digest", calls[index].digest.hex)
        }
    }

    private static func array(
        _ count: Int, _ write: (Int, inout JSONWriter) -> Void
    ) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 96 * count)
        json.beginArray()
        for index in 0..<count {
            json.beginObject()
            write(index, &json)
            json.endObject()
        }
        json.endArray()
        return json.bytes
    }

    /// What a journal says; nil where any of it is unknown here.
    static func results(reading text: String) -> [ToolResult]? {
        items(text) { item in
            guard let id = item["id"]?.stringValue, let digest = digest(item) else { return nil }
            return ToolResult(id: id, digest: digest)
        }
    }

    /// The same of calls.
    static func calls(reading text: String) -> [OfferedCall]? {
        items(text) { item in
            guard let id = item["id"]?.stringValue, let name = item["name"]?.stringValue,
                let digest = digest(item)
            else { return nil }
            return OfferedCall(id: id, name: name, digest: digest)
        }
    }

    private static func items<Item>(_ text: String, _ read: (JSON) -> Item?) -> [Item]? {
        guard let items = try? JSON.parse(text).arrayValue else { return nil }
        let known = items.compactMap(read)
        return known.count == items.count ? known : nil
    }

    private static func digest(_ item: JSON) -> UInt64? {
        item["digest"]?.stringValue.flatMap { UInt64($0, radix: 16) }
    }
}
