import BrownoutJSON

/// The conditions of a rule's `when`. An empty list does not restrict; within a list any entry
/// may match; over the lists all must.
package struct Matcher: Equatable, Sendable {
    /// The provider's name, built-in or virtual.
    package var provider: [Glob] = []
    /// What the request asks for. Where it is named, requests that ask no model for an answer are
    /// counted too.
    package var endpoint: [Endpoint] = []
    /// The name of the model that the request names.
    package var model: [Glob] = []
    /// Whether the request asks for a stream; nil: either way.
    package var stream: Bool?
    /// Whether the request offers tools; nil: either way.
    package var tools: Bool?
    /// The key the client presented, without `Bearer`.
    package var key: [Glob] = []
    /// The client's address. A client whose address is not known fits none.
    package var client: [AddressPattern] = []
    /// Header fields of the request. Unlike in the other lists, all of these must hold.
    package var header: [HeaderCondition] = []
    /// Values in the request's body. Unlike in the other lists, all of these must hold.
    package var body: [BodyCondition] = []
    /// The name of the request's session.
    package var session: [Glob] = []
    /// The protocol the request came by; nil: any. A scenario calls it `protocol`.
    package var version: HTTPVersion?
    /// The text of the user's last message.
    package var userText: [Glob] = []

    /// A header field that a request must have. Of several of one name, any may fit.
    package struct HeaderCondition: Equatable, Sendable {
        /// Lower case.
        package var name: String
        /// What the field's value has to fit, as a whole.
        package var value: Glob

        package init(name: String, value: Glob) {
            self.name = name
            self.value = value
        }
    }

    /// A value that must be in the request's body. Where the pointer leads nowhere, it does not
    /// hold.
    package struct BodyCondition: Equatable, Sendable {
        /// A JSON Pointer (RFC 6901).
        package let pointer: String
        /// What is there has to fit it: a string as it is, anything else as its JSON text.
        package var value: Glob

        /// What the pointer is made of.
        let tokens: [String]

        package init(pointer: String, value: Glob) {
            tokens = JSON.tokens(ofPointer: pointer)
            self.pointer = pointer
            self.value = value
        }
    }

    /// A matcher that every request fits.
    package init() {}

    /// Whether the matcher restricts nothing.
    package var matchesEverything: Bool { self == Matcher() }

    /// Whether a request fits. It makes ``conditions`` anew each time, so rules and limits keep
    /// theirs.
    package func matches(_ facts: RequestFacts) -> Bool { conditions.match(facts) }

    /// The same, ready for requests.
    package var conditions: Conditions { Conditions(self) }
}
