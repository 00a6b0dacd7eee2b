import Testing

@testable import BrownoutServer

/// Connections there may be, by the descriptors that the system grants.
@Suite struct DescriptorTests {
    @Test(arguments: [
        (granted: 1_048_576, isDouble: false, connections: 16_384),
        (granted: 4096, isDouble: false, connections: 3548),
        (granted: 4096, isDouble: true, connections: 1774),
        (granted: 1024, isDouble: false, connections: 860),
        (granted: 64, isDouble: false, connections: 12),
        (granted: 16, isDouble: false, connections: 1),
    ])
    func someAreKeptForTheServerItself(granted: Int, isDouble: Bool, connections: Int) {
        #expect(
            Descriptors.connections(
                limit: 16_384, granted: granted, open: 30, cores: 2, isDouble: isDouble)
                == connections)
    }

    @Test func thoseThatAreOpenAreCounted() {
        #expect(UnsafeSocket.openDescriptors() >= 3)
    }
}
