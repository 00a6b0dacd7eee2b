import BrownoutKit
import Client
import XCTest

/// The same in XCTest: a server for each test, started and stopped around it.
final class ClientXCTests: XCTestCase {
    private var provider: Brownout!

    override func setUp() async throws {
        provider = try await Brownout.start(
            .yaml("scenario: Rate limited\nrules: [{name: busy, sequence: [rate-limited, ok]}]"))
    }

    override func tearDown() async throws { await provider.stop() }

    func testARateLimitIsWaitedOut() async throws {
        _ = try await Client(base: provider.openAI, key: "sk-any").ask("Hello?")
        let calls = try await provider.calls()
        XCTAssertEqual(calls.map(\.statuses), [[429, 200]])
        XCTAssertEqual(calls.map(\.outcome), [.delivered])
    }
}
