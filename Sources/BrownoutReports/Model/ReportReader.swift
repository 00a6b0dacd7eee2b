import BrownoutJSON

/// Why a text is not what `--json` writes.
package struct ReportFormatError: Error, Equatable {
    /// Where, as a JSON Pointer; empty: the whole.
    package let place: String
    /// What was found there, and what is expected.
    package let message: String

    /// The place and the message in one sentence.
    package var text: String { (place.isEmpty ? "" : "at \(place): ") + message }
}

/// A value of a report's JSON, and where it stands.
struct ReportReader {
    let json: JSON
    let place: String

    /// A member; nil where it is absent or null.
    subscript(key: String) -> ReportReader? {
        guard let value = json[key], !value.isNull else { return nil }
        return ReportReader(json: value, place: "\(place)/\(key)")
    }

    /// A member that must be there.
    func need(_ key: String) throws(ReportFormatError) -> ReportReader {
        guard json.objectValue != nil else { throw unexpected("an object") }
        guard let member = self[key] else {
            throw ReportFormatError(place: place, message: "there is no '\(key)'")
        }
        return member
    }

    func string() throws(ReportFormatError) -> String {
        guard let value = json.stringValue else { throw unexpected("a string") }
        return value
    }

    func int() throws(ReportFormatError) -> Int {
        guard let value = json.intValue else { throw unexpected("an integer") }
        return value
    }

    func double() throws(ReportFormatError) -> Double {
        guard let value = json.doubleValue else { throw unexpected("a number") }
        return value
    }

    func seed() throws(ReportFormatError) -> UInt64 {
        guard case .number(let number) = json, let value = UInt64(number.text) else {
            throw unexpected("an integer from 0")
        }
        return value
    }

    /// One of some words.
    func word<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type
    ) throws(ReportFormatError) -> Word where Word.RawValue == String {
        if let text = json.stringValue, let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        throw unexpected("one of \(words)")
    }

    func items() throws(ReportFormatError) -> [ReportReader] {
        guard let values = json.arrayValue else { throw unexpected("an array") }
        return values.enumerated().map { ReportReader(json: $1, place: "\(place)/\($0)") }
    }

    func strings() throws(ReportFormatError) -> [String] {
        var texts: [String] = []
        for item in try items() { texts.append(try item.string()) }
        return texts
    }

    func unexpected(_ expected: String) -> ReportFormatError {
        let found =
            switch json {
            case .string(let text): "'\(text.inOneLine.cut(to: 60))'"
            case .number(let number): number.text
            default: "\(json.kind == "null" ? "null" : "a value of kind \(json.kind)")"
            }
        return ReportFormatError(place: place, message: "found \(found); expected \(expected)")
    }
}
