import BrownoutEngine
import BrownoutJSON
import BrownoutWire

extension Answer {
    /// A response in a scenario's own words: its fields as they are written, and no others. The
    /// framing adds a length where none of them frames the body.
    init(_ raw: RawAnswer) {
        var fields = HeaderBlock()
        for field in raw.headers { fields.append(field.name, field.value) }
        let body: [UInt8] =
            switch raw.body {
            case nil: []
            case .text(let text)?: Array(text.utf8)
            case .json(let json)?: Array(json.text.utf8)
            }
        self.init(
            head: ResponseHead(
                status: raw.status, reason: raw.reason ?? ReasonPhrase.of(raw.status),
                fields: fields),
            body: .whole(WholeBody(body)))
    }
}
