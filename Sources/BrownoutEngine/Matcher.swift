import BrownoutJSON

/// The conditions of a rule's `when`. An empty list does not restrict; within a list any entry
/// may match; over the lists all must.
package struct Matcher: Equatable, Sendable {
    package var provider: [Glob] = []
    package var endpoint: [Endpoint] = []
    package var model: [Glob] = []
    package var stream: Bool?
    package var tools: Bool?
    package var key: [Glob] = []
    package var client: [AddressPattern] = []
    package var header: [HeaderCondition] = []
    package var body: [BodyCondition] = []
    package var session: [Glob] = []
    package var version: HTTPVersion?
    package var userText: [Glob] = []

    package struct HeaderCondition: Equatable, Sendable {
        /// Lower case.
        package var name: String
        package var value: Glob

        package init(name: String, value: Glob) {
            self.name = name
            self.value = value
        }
    }

    package struct BodyCondition: Equatable, Sendable {
        /// A JSON Pointer (RFC 6901).
        package var pointer: String
        package var value: Glob

        package init(pointer: String, value: Glob) {
            self.pointer = pointer
            self.value = value
        }
    }

    package init() {}

    /// Whether the matcher restricts nothing.
    package var matchesEverything: Bool { self == Matcher() }

    package func matches(_ facts: RequestFacts) -> Bool { conditions.match(facts) }

    /// The same, ready for requests.
    package var conditions: Conditions { Conditions(self) }
}
