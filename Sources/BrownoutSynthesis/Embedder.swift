package import BrownoutDialects
import BrownoutEngine

/// Makes up vectors of which those of similar texts are near each other.
///
/// A text's features are its words, pairs of neighbouring words, and three neighbouring letters
/// of a word; words of a family (`cat`, `kitten`) share one more. Each feature is hashed to a few
/// places of a sketch, with a sign (Weinberger et al., "Feature hashing for large scale multitask
/// learning", 2009). A Walsh-Hadamard transform spreads the sketch over all numbers of the vector
/// and keeps angles, and so does a part of it, roughly (Ailon and Chazelle, "The fast
/// Johnson-Lindenstrauss transform", 2009): a shortened vector is the beginning of the whole one,
/// as with OpenAI's third generation. Nothing depends on a seed: the same text has the same
/// vector in every run.
package struct Embedder {
    private var sketch: [Float]
    private let salt: UInt64

    /// Places that a feature has.
    private static let places = 4
    /// Features of less weight do not say much about a text: `the`, `of`.
    private static let commonWeight: Float = 0.15

    /// The vector of an input, of length 1.
    package static func vector(_ input: PromptInput, of request: EmbeddingRequest) -> [Float] {
        var size = 1
        while size < request.size { size *= 2 }
        var embedder = Embedder(size: size, model: request.model)
        switch input {
        case .text(let text): embedder.add(text)
        case .tokens(let tokens): embedder.add(tokens)
        }
        return embedder.vector(request.dimensions)
    }

    /// `size` must be a power of two.
    private init(size: Int, model: String) {
        sketch = [Float](repeating: 0, count: size)
        salt = SipHash.word(model)
    }

    // MARK: - Features

    private mutating func add(_ text: String) {
        var words = WordScanner(text)
        var previous: UInt64?
        while let word = words.next() {
            let own = hash(1, word.bytes)
            let weight = WordFamilies.isCommon(word.bytes) ? Self.commonWeight : 1
            add(own, weight)
            if let family = WordFamilies.family(of: word.bytes) {
                add(hash(2, [UInt8(truncatingIfNeeded: family)]), 1.5 * weight)
            }
            if let previous { add(previous &* 3 ^ own, 0.3) }
            previous = own
            addLetters(of: word.bytes, weight * 0.35)
        }
        // Even punctuation alone has a direction.
        if previous == nil { add(hash(3, Array(text.utf8)), 1) }
    }

    /// Three letters at a time, with the word's edges.
    private mutating func addLetters(of word: [UInt8], _ weight: Float) {
        let padded = [0x20] + word + [0x20]
        guard padded.count > 3 else { return }
        for start in 0...(padded.count - 3) {
            add(hash(4, padded[start..<start + 3]), weight)
        }
    }

    private mutating func add(_ tokens: [Int]) {
        var previous: UInt64?
        for token in tokens {
            var words = WordStream(state: salt ^ UInt64(token) &* 0x9E37_79B9)
            let own = words.next()
            add(own, 1)
            if let previous { add(previous &* 3 ^ own, 0.3) }
            previous = own
        }
    }

    private func hash(_ kind: UInt8, _ bytes: some Sequence<UInt8>) -> UInt64 {
        // FNV-1a (Fowler, Noll, Vo), mixed once more when it is used.
        var hash = 0xCBF2_9CE4_8422_2325 ^ salt ^ UInt64(kind)
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash
    }

    private mutating func add(_ feature: UInt64, _ weight: Float) {
        var words = WordStream(state: feature)
        let word = words.next()
        for place in 0..<Self.places {
            let bits = word >> UInt64(place * 16)
            let index = Int(bits & 0x7FFF) & (sketch.count - 1)
            sketch[index] += bits & 0x8000 == 0 ? weight : -weight
        }
    }

    // MARK: - The vector

    private mutating func vector(_ dimensions: Int) -> [Float] {
        // Signs at random, so that no feature falls in with the transform's own pattern.
        var words = WordStream(state: salt)
        var word: UInt64 = 0
        for index in sketch.indices {
            if index & 63 == 0 { word = words.next() }
            if word & 1 == 1 { sketch[index] = -sketch[index] }
            word >>= 1
        }
        transform()
        var vector = Array(sketch.prefix(dimensions))
        var square: Double = 0
        for value in vector { square += Double(value) * Double(value) }
        let length = square.squareRoot()
        guard length > 0 else {
            vector[0] = 1
            return vector
        }
        for index in vector.indices { vector[index] = Float(Double(vector[index]) / length) }
        return vector
    }

    /// The fast Walsh-Hadamard transform, in place.
    private mutating func transform() {
        let count = sketch.count
        sketch.withUnsafeMutableBufferPointer { values in
            var half = 1
            while half < count {
                var start = 0
                while start < count {
                    for index in start..<start + half {
                        let (left, right) = (values[index], values[index + half])
                        values[index] = left + right
                        values[index + half] = left - right
                    }
                    start += half * 2
                }
                half *= 2
            }
        }
    }
}

/// The words of a text in lower case: runs of ASCII letters and digits, and of anything beyond
/// ASCII.
private struct WordScanner {
    struct Word {
        var bytes: [UInt8]
    }

    private let bytes: [UInt8]
    private var place = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    mutating func next() -> Word? {
        while place < bytes.count, !Self.isLetter(bytes[place]) { place += 1 }
        guard place < bytes.count else { return nil }
        var word: [UInt8] = []
        while place < bytes.count, Self.isLetter(bytes[place]) {
            let byte = bytes[place]
            word.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
            place += 1
        }
        return Word(bytes: word)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
    }
}
