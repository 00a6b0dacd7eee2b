import BrownoutJournal
import BrownoutRecords
import BrownoutRedaction
import Synchronization

/// The names that metrics tell apart, of models or of providers: the first that come, up to a
/// limit, because whoever sends requests invents them. All event loops share one.
final class LabelNames: Sendable {
    /// What all further names are counted under.
    static let other = "other"
    /// The place of ``other`` among the names.
    static let otherIndex = 0

    private let limit: Int
    private let names = Mutex([LabelNames.other])

    /// Takes so many names besides ``other``.
    init(limit: Int) {
        self.limit = limit
    }

    /// All names by their place; a later reading only adds to it.
    var all: [String] { names.withLock { $0 } }

    /// The place of a name, and all names once none can come any more. A name that looks like a
    /// credential is kept as little as anywhere else.
    fileprivate func intern(_ name: String) -> (index: Int, final: [String]?) {
        names.withLock { names in
            var index = names.firstIndex(of: name)
            if index == nil, names.count <= limit {
                names.append(name)
                index = names.count - 1
            }
            return (index ?? LabelNames.otherIndex, names.count > limit ? names : nil)
        }
    }
}

/// One event loop's view of the names: it asks what all share only for a name it does not know,
/// and no more once the names are full.
struct LoopLabelNames {
    private let shared: LabelNames
    private var places: [String: Int] = [:]
    private var isFinal = false
    /// Most requests in a row are about the same model.
    private var last = ""
    private var lastIndex: Int?

    init(_ shared: LabelNames) {
        self.shared = shared
    }

    mutating func index(of name: String) -> Int {
        if let lastIndex, name == last { return lastIndex }
        let index = places[name] ?? (isFinal ? LabelNames.otherIndex : learn(name))
        last = name
        lastIndex = index
        return index
    }

    private mutating func learn(_ name: String) -> Int {
        let shown = name.redacted
        let (index, final) = shared.intern(shown)
        if let final {
            isFinal = true
            for (place, known) in final.enumerated() { places[known] = place }
        }
        // Secrets are many under one label: to remember each would have no bound.
        if index != LabelNames.otherIndex, shown == name { places[name] = index }
        return index
    }
}
