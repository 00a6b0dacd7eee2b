package import BrownoutEngine

/// What a library says to a request.
package enum Lookup: Equatable, Sendable {
    /// The recording that answers it.
    case hit(Found)
    /// Recordings that would answer it are older than their time to live.
    case expired(count: Int)
    /// All recordings of the request have been given, in order, and there is no further one.
    case exhausted(count: Int)
    case none

    /// A recording that answers a request.
    package struct Found: Equatable, Sendable {
        /// The recording's number in the library.
        package var number: Int
        /// Where in the library's archive the recording is.
        package var place: RecordingPlace
        /// Whether its request asked for the same kind of answer, a stream or a whole one. Its
        /// answer is to be converted if not, and if it is no failure.
        package var isSameKind: Bool
        /// Recordings of the request that were passed over because they have expired.
        package var expired: Int
    }
}

/// What a library counts.
package struct LibraryCounters: Equatable, Sendable {
    /// Requests that a recording answered.
    package var hits = 0
    /// Requests that none answered, expired ones included.
    package var misses = 0
    /// Requests that only expired recordings would have answered.
    package var expired = 0
}

/// What is no longer to answer anything.
package enum Invalidation: Equatable, Sendable {
    case key(MatchKey)
    /// Recordings whose id, model or path the pattern matches.
    case pattern(Glob)
    case all
}

/// A recording as a library lists it.
package struct LibraryEntry: Equatable, Sendable {
    /// Longer ids are cut to ``LibraryIndex/longestID`` bytes.
    package var id: String
    /// The key of its request; it answers requests of the same key.
    package var key: MatchKey
    /// The provider that answered it, by the name that the recorder gave it.
    package var provider: String
    /// The model its request asked for; empty where it named none.
    package var model: String
    /// What its request asked for, by its path.
    package var endpoint: Endpoint
    /// The path as the provider sees it.
    package var path: String
    /// Microseconds since 1970.
    package var recordedAt: Int64
    /// Nil where no head came.
    package var status: Int?
    /// Whether its request asked for a stream.
    package var stream: Bool
    /// Whether it is older than its time to live, and so answers nothing.
    package var isExpired: Bool
    /// Whether a user took it out with `POST /recordings/invalidate`; then it answers nothing.
    package var isInvalidated: Bool
    /// Requests that it has answered.
    package var hits: Int
}

/// Why recordings cannot be a library.
package enum LibraryProblem: Error, Equatable, Sendable, CustomStringConvertible {
    case tooMany(limit: Int)

    /// A sentence without its full stop, for people.
    package var description: String {
        switch self {
        case .tooMany(let limit):
            "more than \(limit) recordings; replay takes that many from one file, folder or store"
        }
    }
}
