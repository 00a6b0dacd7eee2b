import Foundation

/// Standard output and standard error, written whole.
enum Terminal {
    /// Columns of the screen; of a pipe, as many as a line of text has.
    static var width: Int { width(of: STDOUT_FILENO) }

    /// The same for what is written to another descriptor.
    static func width(of descriptor: Int32) -> Int {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 100
    }

    /// `1 exchange`, `2 exchanges`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// What a command was asked for: when nobody reads it any more, the process is done.
    static func print(_ text: String) {
        if !write(text, to: STDOUT_FILENO) { exit(ExitStatus.done.rawValue) }
    }

    /// The same for bytes of any kind.
    static func print(bytes: [UInt8]) {
        if !write(bytes[...], to: STDOUT_FILENO) { exit(ExitStatus.done.rawValue) }
    }

    /// What is said beside the work: the work goes on when nobody reads it.
    static func announce(_ text: String) {
        _ = write(text, to: STDOUT_FILENO)
    }

    static func error(_ text: String) {
        _ = write(text, to: STDERR_FILENO)
    }

    /// What somebody else wrote, to standard output or standard error.
    static func pass(_ bytes: [UInt8], to descriptor: Int32) {
        _ = write(bytes[...], to: descriptor)
    }

    /// False when the reader has left.
    private static func write(_ text: String, to descriptor: Int32) -> Bool {
        write(Array(text.utf8)[...], to: descriptor)
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Bool {
        var bytes = bytes
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 {
                if errno == EINTR { continue }
                // Anything but a reader that left leaves nothing to say it on.
                return errno != EPIPE
            }
            bytes = bytes.dropFirst(count)
        }
        return true
    }
}
