import Testing

@testable import BrownoutServer

/// A body that is kept while it comes is what came.
@Suite struct GatheredBodyTests {
    /// Pieces around the size of a block, and many blocks in one.
    @Test(arguments: [
        [0], [1], [1 << 20], [(1 << 20) - 1, 2], [3, 1 << 20, 5], [5 << 20], [700_000, 700_000, 1],
    ])
    func whatCameInPiecesIsGivenBackInOne(sizes: [Int]) {
        var body = GatheredBody()
        var came: [UInt8] = []
        for (number, size) in sizes.enumerated() {
            let piece = [UInt8](repeating: UInt8(number + 1), count: size)
            body.append(piece)
            came += piece
        }
        #expect(body.count == came.count)
        #expect(body.bytes == came)
        #expect(body.take() == came)
        #expect(body.count == 0 && body.bytes.isEmpty)
    }
}
