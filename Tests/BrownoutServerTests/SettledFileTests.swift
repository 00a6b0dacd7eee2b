import BrownoutControl
import Testing

/// When a file that changes is read again.
@Suite struct SettledFileTests {
    private func state(_ number: Int64, size: Int64 = 10, inode: UInt64 = 1) -> SettledFile.State {
        SettledFile.State(device: 1, inode: inode, size: size, changed: number)
    }

    @Test func aChangeIsReportedOnceItIsAtRest() {
        var file = SettledFile(known: state(1))
        #expect(file.look(state(1)) == .nothing)
        #expect(file.look(state(2, size: 3)) == .nothing)
        #expect(file.look(state(3, size: 9)) == .nothing)
        #expect(file.look(state(3, size: 9)) == .changed)
        #expect(file.look(state(3, size: 9)) == .nothing)
    }

    @Test func aFileThatTakesItsPlaceIsAChange() {
        var file = SettledFile(known: state(1))
        #expect(file.look(nil) == .nothing)
        #expect(file.look(state(1, inode: 2)) == .nothing)
        #expect(file.look(state(1, inode: 2)) == .changed)
    }

    @Test func aFileThatStaysAwayIsReportedOnce() {
        var file = SettledFile(known: state(1))
        let findings = (0..<20).map { _ in file.look(nil) }
        #expect(findings.filter { $0 == .gone }.count == 1)
        #expect(file.look(state(1)) == .nothing)
        #expect(file.look(state(1)) == .nothing)
        #expect(file.look(state(2)) == .nothing)
        #expect(file.look(state(2)) == .changed)
    }
}
