import BrownoutJSON
import Testing

@testable import BrownoutEngine

/// How much of conversations is kept.
@Suite struct ThreadTableTests {
    private static func thread(_ bytes: Int) -> KeptThread {
        let text = String(decoding: [UInt8](repeating: 0x78, count: bytes), as: UTF8.self)
        return KeptThread(system: nil, tools: nil, messages: [.string(text)])
    }

    private static func isKept(_ id: String, _ session: UInt64, in table: ThreadTable) -> Bool {
        var table = table
        return (try? table.take(ThreadName(session: session, id: id)).get()) != nil
    }

    @Test func theOldestOfASessionIsForgotten() {
        var table = ThreadTable()
        for number in 0...ThreadTable.sessionLimit {
            table.keep(
                Self.thread(1), as: ThreadName(session: 1, id: "\(number)"), continuing: nil)
        }
        #expect(!Self.isKept("0", 1, in: table))
        #expect(Self.isKept("1", 1, in: table))
    }

    @Test func theBytesOfASessionAndOfAllAreBounded() {
        var table = ThreadTable()
        let large = Self.thread(ThreadTable.sessionBytes / 4)
        for session in 1...20 as ClosedRange<UInt64> {
            for number in 1...6 {
                table.keep(
                    large, as: ThreadName(session: session, id: "\(number)"),
                    continuing: nil)
                #expect(table.bytes <= ThreadTable.allBytes)
            }
            #expect(!Self.isKept("3", session, in: table))
            #expect(Self.isKept("6", session, in: table))
        }
        #expect(!Self.isKept("6", 1, in: table))
    }

    @Test func aLongConversationIsKeptOnce() {
        var table = ThreadTable()
        var thread = Self.thread(1000)
        var last: ThreadName?
        for turn in 1...50 {
            let name = ThreadName(session: 1, id: "\(turn)")
            table.keep(thread, as: name, continuing: last)
            last = name
            thread = thread.saying([.string("more")])
        }
        #expect(table.bytes < 5_000)
    }
}
