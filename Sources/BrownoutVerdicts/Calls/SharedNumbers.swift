import BrownoutEngine

/// What attempts have in common, as numbers from 0, so that each text is looked at once: attempts
/// with an equal number are of one session and one key, or of one session and one set of words.
struct SharedNumbers {
    private struct Key: Hashable {
        var session: Int
        var key: String
    }

    private struct Said: Hashable {
        var session: Int
        var words: Words
    }

    /// Of each attempt, the number of its key.
    private(set) var keys: [Int] = []
    /// Of each attempt, the number of its words; nil: nobody knows what it says.
    private(set) var words: [Int?] = []
    /// How many keys there are.
    let keyCount: Int
    /// How many sets of words there are.
    let wordsCount: Int

    init(of attempts: [Attempt]) {
        var sessions: [String: Int] = [:]
        var keyNumbers: [Key: Int] = [:]
        var wordsNumbers: [Said: Int] = [:]
        var last = (name: "", number: -1)
        keys.reserveCapacity(attempts.count)
        words.reserveCapacity(attempts.count)
        keyNumbers.reserveCapacity(attempts.count)
        wordsNumbers.reserveCapacity(attempts.count)
        for attempt in attempts {
            // Most attempts are of the session of the one before.
            if last.number < 0 || last.name != attempt.session {
                last.name = attempt.session
                last.number = sessions.number(of: attempt.session)
            }
            keys.append(keyNumbers.number(of: Key(session: last.number, key: attempt.key)))
            words.append(
                Words(attempt).map {
                    wordsNumbers.number(of: Said(session: last.number, words: $0))
                })
        }
        keyCount = keyNumbers.count
        wordsCount = wordsNumbers.count
    }
}

extension Dictionary where Value == Int {
    /// The number of a value; one that is new gets the next.
    fileprivate mutating func number(of value: Key) -> Int {
        let next = count
        return Self.kept(&self[value, default: next])
    }

    /// A default is kept where it may be changed.
    private static func kept(_ number: inout Int) -> Int { number }
}
