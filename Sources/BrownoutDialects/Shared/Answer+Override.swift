import BrownoutEngine
import BrownoutJSON
import BrownoutWire

extension Answer {
    /// Puts a scenario's own status, header fields and body in place of the provider's.
    mutating func take(_ override: AnswerOverride) {
        if let status = override.status { setStatus(status) }
        switch override.body {
        case nil: break
        case .json(let json)?:
            body = .whole(WholeBody(Array(json.text.utf8)))
            set(HeaderField("content-type", "application/json"))
        case .text(let text)?:
            body = .whole(WholeBody(Array(text.utf8)))
            set(HeaderField("content-type", "text/plain; charset=utf-8"))
        }
        // A scenario that says when to try again says all of it: the SDKs read milliseconds first.
        let retry = ["retry-after", "retry-after-ms"]
        if override.headers.contains(where: { retry.contains($0.name.lowercased()) }) {
            remove(retry)
        }
        for field in override.headers { set(field) }
    }

    /// Another status, with its own text.
    mutating func setStatus(_ status: Int) {
        head.status = status
        head.reason = ReasonPhrase.of(status)
    }

    private mutating func remove(_ names: [String]) {
        var block = HeaderBlock()
        for field in head.fields.fields where !names.contains(field.name) {
            block.append(field.name, field.value)
        }
        head.fields = block
    }

    /// In place of all fields of the name, where the first of them stood, or at the end.
    mutating func set(_ field: HeaderField) {
        let name = field.name.lowercased()
        var block = HeaderBlock()
        var isSet = false
        for old in head.fields.fields {
            if old.name != name {
                block.append(old.name, old.value)
            } else if !isSet {
                block.append(name, field.value)
                isSet = true
            }
        }
        if !isSet { block.append(name, field.value) }
        head.fields = block
    }
}
