/// Why coded bytes cannot be decoded.
package enum DecodingProblem: Error, Equatable, Sendable {
    /// They are not what their coding says, or end before it ends.
    case invalid(ContentCoding)
    /// More bytes come out, of one of the codings, than the limit.
    case tooLarge
}

/// What one step of a coding did.
struct DecodingStep {
    var consumed: Int
    var produced: Int
}

/// One coding being undone. A reader holds what the library needs, and no output.
protocol CodingReader: AnyObject {
    /// Whether everything so far ends where the coded data may end.
    var isAtEnd: Bool { get }
    /// Bytes the library holds for it.
    var memory: Int { get }
    /// Decodes as much as fits. Without any progress on input that is not empty, that input is
    /// taken for wrong.
    func step(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) throws(DecodingProblem) -> DecodingStep
}

/// Undoes the codings of one body, piece by piece, as its bytes arrive.
///
/// Output is pulled, at most so much a turn, so that no part of a body, however well it was
/// compressed, keeps its thread busy for long. Each coding's whole output is held to the limit,
/// not only the last one's: what lies between stacked codings may be a bomb too.
package final class BodyDecoder {
    /// Bytes between one coding and the next.
    private static let chunkBytes = 16 * 1024
    /// Bytes that are handed out at a time.
    private static let pieceBytes = 64 * 1024

    /// A coding, its input, and what came out of it so far.
    struct Layer {
        let coding: ContentCoding
        let reader: any CodingReader
        /// Its input is what lies between `position` and `end`.
        var input: [UInt8] = []
        var position = 0
        var end = 0
        var produced = 0
    }

    private enum Pull {
        case bytes(Int)
        /// There is nothing more without further input.
        case dry
        /// The turn is over.
        case spent
    }

    /// The coding that was applied last, and so is undone first, comes first.
    private var layers: [Layer]
    private let limit: Int
    private var budget = 0
    private var hasInput = false

    /// `codings` in the order in which they were applied; `limit` in bytes, for what comes out
    /// of each.
    package init(_ codings: [ContentCoding], limit: Int) {
        precondition(!codings.isEmpty, "a decoder without a coding")
        layers = codings.reversed().map { coding in
            Layer(coding: coding, reader: coding.reader())
        }
        self.limit = limit
    }

    /// Bytes held beside what was handed out.
    package var memory: Int {
        layers.reduce(0) { $0 + $1.reader.memory + $1.input.capacity }
    }

    /// Adds coded bytes; they are decoded by ``run(_:_:)``.
    package func add(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty else { return }
        hasInput = true
        if layers[0].position == layers[0].end {
            layers[0].input.removeAll(keepingCapacity: true)
            layers[0].position = 0
        }
        layers[0].input.append(contentsOf: bytes)
        layers[0].end = layers[0].input.count
    }

    /// Decodes what was added, until there is nothing more or about `budget` bytes were worked
    /// on; `take` gets the decoded bytes. Whether everything was decoded.
    package func run(
        _ budget: Int, _ take: (UnsafeRawBufferPointer) -> Void
    ) throws(DecodingProblem) -> Bool {
        self.budget = budget
        let piece = UnsafeMutableRawBufferPointer.allocate(
            byteCount: BodyDecoder.pieceBytes, alignment: 16)
        defer { piece.deallocate() }
        while true {
            let room = UnsafeMutableRawBufferPointer(
                rebasing: piece[..<max(1, min(piece.count, self.budget))])
            switch try pull(layers.count - 1, into: room) {
            case .bytes(let count): take(UnsafeRawBufferPointer(rebasing: piece[..<count]))
            case .dry: return true
            case .spent: return false
            }
        }
    }

    /// Checks that the coded data ends here; after everything was decoded.
    package func finish() throws(DecodingProblem) {
        guard hasInput else { return }
        for layer in layers where !layer.reader.isAtEnd {
            throw .invalid(layer.coding)
        }
    }

    private func pull(
        _ index: Int, into output: UnsafeMutableRawBufferPointer
    ) throws(DecodingProblem) -> Pull {
        while budget > 0 {
            let step = try layers[index].step(into: output)
            budget -= step.consumed + step.produced
            if step.produced > 0 {
                layers[index].produced += step.produced
                guard layers[index].produced <= limit else { throw .tooLarge }
                return .bytes(step.produced)
            }
            guard layers[index].position == layers[index].end else {
                if step.consumed == 0 { throw .invalid(layers[index].coding) }
                continue
            }
            if index == 0 { return .dry }
            switch try refill(index) {
            case .bytes: continue
            case let other: return other
            }
        }
        return .spent
    }

    /// Gets input for a coding from the one before it.
    private func refill(_ index: Int) throws(DecodingProblem) -> Pull {
        // The array is taken out of its layer while it is filled, so that it is not copied.
        var chunk: [UInt8] = []
        swap(&chunk, &layers[index].input)
        if chunk.isEmpty { chunk = [UInt8](repeating: 0, count: BodyDecoder.chunkBytes) }
        let result: Result<Pull, DecodingProblem> = chunk.withUnsafeMutableBytes { buffer in
            do throws(DecodingProblem) {
                return .success(try pull(index - 1, into: buffer))
            } catch {
                return .failure(error)
            }
        }
        let pulled = try result.get()
        layers[index].input = chunk
        layers[index].position = 0
        layers[index].end = 0
        if case .bytes(let count) = pulled { layers[index].end = count }
        return pulled
    }
}

extension BodyDecoder.Layer {
    fileprivate mutating func step(
        into output: UnsafeMutableRawBufferPointer
    ) throws(DecodingProblem) -> DecodingStep {
        let (reader, place) = (reader, position..<end)
        let result: Result<DecodingStep, DecodingProblem> = input.withUnsafeBytes { input in
            do throws(DecodingProblem) {
                let rest = UnsafeRawBufferPointer(rebasing: input[place])
                return .success(try reader.step(rest, into: output))
            } catch {
                return .failure(error)
            }
        }
        let step = try result.get()
        self.position += step.consumed
        return step
    }
}

extension ContentCoding {
    fileprivate func reader() -> any CodingReader {
        switch self {
        case .gzip, .deflate: UnsafeInflater(self)
        case .zstd: UnsafeZstdReader()
        case .br: UnsafeBrotliReader()
        }
    }
}
