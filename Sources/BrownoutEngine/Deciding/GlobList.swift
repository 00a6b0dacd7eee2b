/// Patterns of which one has to fit. Those of a long list are looked for in a text together: what
/// they say letter by letter is found in one pass (Aho and Corasick, 1975), and only patterns of
/// which all is there, in its order, are held against the text by themselves.
package struct GlobList: Equatable, Sendable {
    /// The patterns as they were given, in order.
    package let globs: [Glob]
    /// Nil for a short list.
    private let shared: Shared?

    /// One reference for all of it: conditions are copied for each request.
    private final class Shared: Equatable, Sendable {
        let pieces: PieceIndex

        init(_ pieces: PieceIndex) {
            self.pieces = pieces
        }

        static func == (one: Shared, other: Shared) -> Bool { one.pieces == other.pieces }
    }

    /// Patterns that are quicker tried one after the other.
    private static let short = 8
    /// Bytes of a text that is quicker held against each pattern.
    private static let shortText = 64

    /// A list of these patterns. More than eight are indexed here, once, for all the texts to come.
    package init(_ globs: [Glob]) {
        self.globs = globs
        shared = globs.count > Self.short ? Shared(PieceIndex(globs.map(\.literals))) : nil
    }

    /// Whether there are no patterns, and so no text that fits one.
    package var isEmpty: Bool { globs.isEmpty }

    /// Whether a text fits one of the patterns.
    package func matches(_ text: String) -> Bool {
        guard let pieces = shared?.pieces, text.utf8.count > Self.shortText else {
            return globs.contains { $0.matches(text) }
        }
        var text = text
        let places = text.withUTF8 { pieces.places(in: $0) }
        for (index, glob) in globs.enumerated() {
            switch pieces.isInOrder(index, places) {
            case false: continue
            case true where glob.isSearch && pieces.count(index) <= 2: return true
            default: if glob.matches(text) { return true }
            }
        }
        return false
    }
}

/// The pieces of many patterns as one machine that reads a text once.
private struct PieceIndex: Equatable, Sendable {
    /// Where a piece stands first and last.
    struct Place {
        /// Behind the first; -1 where it stands nowhere.
        var firstEnd = -1
        var lastEnd = -1
    }

    /// A place in the tree of all pieces.
    private struct Node: Equatable, Sendable {
        var byte: UInt8
        var child: Int32 = 0
        var sibling: Int32 = 0
        /// Where the longest end of this one is that is a beginning too.
        var fallback: Int32 = 0
        /// The nearest node, by fallbacks, at which a piece ends; this one may be it; 0: none.
        var output: Int32 = 0
        /// The number of the piece that ends here, from 0.
        var piece: Int32 = 0
    }

    private var nodes = [Node(byte: 0)]
    /// What follows the root.
    private var roots = [Int32](repeating: 0, count: 256)
    /// Nodes at which a piece ends, those nearest to the root first.
    private var ends: [Int32] = []
    /// For each pattern the numbers of its pieces, and their lengths.
    private var patterns: [[(piece: Int32, length: Int32)]] = []

    static func == (one: PieceIndex, other: PieceIndex) -> Bool { one.nodes == other.nodes }

    init(_ patterns: [[[UInt8]]]) {
        self.patterns = patterns.map { pieces in
            pieces.map { (insert($0), Int32($0.count)) }
        }
        link()
        for (number, end) in ends.enumerated() { nodes[Int(end)].piece = Int32(number) }
        for pattern in self.patterns.indices {
            for index in self.patterns[pattern].indices {
                let end = self.patterns[pattern][index].piece
                self.patterns[pattern][index].piece = nodes[Int(end)].piece
            }
        }
    }

    private mutating func insert(_ piece: [UInt8]) -> Int32 {
        var node: Int32 = 0
        for byte in piece {
            if let next = child(of: node, byte) {
                node = next
                continue
            }
            let new = Int32(nodes.count)
            nodes.append(Node(byte: byte, sibling: node == 0 ? 0 : nodes[Int(node)].child))
            if node == 0 { roots[Int(byte)] = new } else { nodes[Int(node)].child = new }
            node = new
        }
        nodes[Int(node)].output = node
        return node
    }

    private func child(of node: Int32, _ byte: UInt8) -> Int32? {
        var next = node == 0 ? roots[Int(byte)] : nodes[Int(node)].child
        while next != 0, nodes[Int(next)].byte != byte { next = nodes[Int(next)].sibling }
        return next == 0 ? nil : next
    }

    /// Where a text goes on that is at a node.
    private func next(from node: Int32, _ byte: UInt8) -> Int32 {
        var node = node
        while true {
            if let next = child(of: node, byte) { return next }
            if node == 0 { return 0 }
            node = nodes[Int(node)].fallback
        }
    }

    /// Sets fallbacks and outputs, level by level.
    private mutating func link() {
        var queue = roots.filter { $0 != 0 }
        var index = 0
        while index < queue.count {
            let node = queue[index]
            index += 1
            let fallback = nodes[Int(node)].fallback
            if nodes[Int(node)].output == node {
                ends.append(node)
            } else {
                nodes[Int(node)].output = nodes[Int(fallback)].output
            }
            var child = nodes[Int(node)].child
            while child != 0 {
                nodes[Int(child)].fallback = next(from: fallback, nodes[Int(child)].byte)
                queue.append(child)
                child = nodes[Int(child)].sibling
            }
        }
    }

    // MARK: Reading

    /// Where the pieces stand, by their numbers.
    func places(in text: UnsafeBufferPointer<UInt8>) -> [Place] {
        var places = [Place](repeating: Place(), count: ends.count)
        var node: Int32 = 0
        for (index, byte) in text.enumerated() {
            node = next(from: node, byte)
            let output = Int(nodes[Int(node)].output)
            guard output != 0 else { continue }
            let piece = Int(nodes[output].piece)
            if places[piece].firstEnd < 0 { places[piece].firstEnd = index + 1 }
            places[piece].lastEnd = index + 1
        }
        // What ends with another piece has that one too.
        for (number, end) in ends.enumerated().reversed() where places[number].firstEnd >= 0 {
            let output = Int(nodes[Int(nodes[Int(end)].fallback)].output)
            guard output != 0 else { continue }
            let shorter = Int(nodes[output].piece)
            let (place, old) = (places[number], places[shorter])
            places[shorter].firstEnd =
                old.firstEnd < 0 ? place.firstEnd : min(old.firstEnd, place.firstEnd)
            places[shorter].lastEnd = max(old.lastEnd, place.lastEnd)
        }
        return places
    }

    /// Whether all pieces of a pattern are there, and each one may follow the one before it.
    func isInOrder(_ pattern: Int, _ places: [Place]) -> Bool {
        var before = 0
        for (piece, length) in patterns[pattern] {
            let place = places[Int(piece)]
            guard place.firstEnd >= 0, before + Int(length) <= place.lastEnd else { return false }
            before = place.firstEnd
        }
        return true
    }

    func count(_ pattern: Int) -> Int { patterns[pattern].count }
}
