import BrownoutEngine
import BrownoutJSON

/// Promised waits as the journal keeps them: a JSON array of `{"field": …}` with `after_us`,
/// microseconds since the head went out, `at`, a date, or `text`, which is neither.
enum PromiseText {
    static func bytes(of promises: [PromisedWait]) -> [UInt8] {
        var json = JSONWriter(reservingCapacity: 64 * promises.count)
        json.beginArray()
        for promise in promises {
            json.beginObject()
            json.field("field", promise.field)
            switch promise.moment {
            case .after(let wait): json.field("after_us", Int(wait.inNanoseconds / 1_000))
            case .at(let date): json.field("at", UTCTime(microseconds: date).text(digits: 6))
            case .garbage(let text): json.field("text", text)
            }
            json.endObject()
        }
        json.endArray()
        return json.bytes
    }

    /// What a journal says; nil where any of it is unknown here.
    static func promises(reading text: String) -> [PromisedWait]? {
        guard let items = try? JSON.parse(text).arrayValue else { return nil }
        var promises: [PromisedWait] = []
        for item in items {
            guard let field = item["field"]?.stringValue, let moment = moment(item) else {
                return nil
            }
            promises.append(PromisedWait(field: field, moment: moment))
        }
        return promises
    }

    private static func moment(_ item: JSON) -> PromisedWait.Moment? {
        if let wait = item["after_us"]?.intValue { return .after(.microseconds(wait)) }
        if let text = item["at"]?.stringValue {
            return UTCTime(rfc3339: text).map { .at($0.microseconds) }
        }
        return item["text"]?.stringValue.map { .garbage($0) }
    }
}
