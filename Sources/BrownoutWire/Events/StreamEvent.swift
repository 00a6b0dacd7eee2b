package import BrownoutJSON

/// An event of a stream as a value: what it says, without the frame that it is sent in.
package struct StreamEvent: Equatable, Sendable {
    /// What kind of event it is, in framings that have a place for that.
    package var name: String?
    /// What the event says, as UTF-8 and without its frame: JSON, or a mark such as `[DONE]`.
    package var payload: [UInt8]

    package init(_ name: String?, _ payload: [UInt8]) {
        self.name = name
        self.payload = payload
    }

    /// An event with JSON as its payload.
    package init(_ name: String?, _ json: JSON) {
        self.init(name, Array(json.text.utf8))
    }

    /// The event that a stream's own end is.
    package init(marker: StaticString) {
        self.init(nil, marker.withUTF8Buffer { Array($0) })
    }
}
