/// Tells when a file that is looked at again and again was changed and is at rest. Editors write a
/// file in pieces, or put another one in its place; what is half written is left alone.
package struct SettledFile: Sendable {
    /// What tells one state of a file from another.
    package struct State: Equatable, Sendable {
        /// The device that the file is on, as `stat` has it.
        package var device: UInt64
        /// The number of the file on its device: another one where an editor put a new file in its
        /// place.
        package var inode: UInt64
        /// Bytes of the file.
        package var size: Int64
        /// When it was changed last, in nanoseconds since 1970.
        package var changed: Int64

        package init(device: UInt64, inode: UInt64, size: Int64, changed: Int64) {
            self.device = device
            self.inode = inode
            self.size = size
            self.changed = changed
        }
    }

    /// What a look found.
    package enum Finding: Equatable, Sendable {
        case nothing
        /// A change that is at rest.
        case changed
        /// The file has been away for longer than it takes to put another in its place.
        case gone
    }

    /// Looks without a file before it counts as gone.
    private static let patience = 8

    private var known: State?
    private var last: State?
    private var absent = 0

    /// `known` is the state that was read already.
    package init(known: State?) {
        self.known = known
        last = known
    }

    /// Takes the state of the file now; nil: there is none. A change is reported once it is the
    /// same in two looks.
    package mutating func look(_ now: State?) -> Finding {
        defer { last = now }
        guard let now else {
            absent += 1
            return absent == SettledFile.patience ? .gone : .nothing
        }
        absent = 0
        guard now != known, now == last else { return .nothing }
        known = now
        return .changed
    }
}
