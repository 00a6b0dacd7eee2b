import Glibc

/// How a connection ended, as its client saw it.
package enum ConnectionEnd: Equatable, Sendable {
    /// The peer sent FIN.
    case fin
    /// The peer sent RST.
    case reset
    /// Nothing came within the time.
    case timeout
}

/// A blocking socket on loopback that shows every byte and how the connection ended. Real
/// clients hide both.
package final class RawClient {
    /// What could not be done.
    package struct Failed: Error {
        package var call: String
        package var code: Int32
    }

    private let descriptor: Int32
    private var isOpen = true

    /// Connects. `receiveBuffer` in bytes makes a reader that fills up early.
    package init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failed(call: "socket", code: errno) }
        if var size = receiveBuffer {
            setsockopt(
                descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failed(call: "connect", code: errno) }
    }

    deinit {
        close()
    }

    package func close() {
        guard isOpen else { return }
        isOpen = false
        Glibc.close(descriptor)
    }

    /// Ends its side with FIN, and reads on.
    package func closeWrite() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Leaves with RST.
    package func reset() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &linger,
            socklen_t(MemoryLayout<Glibc.linger>.size))
        close()
    }

    package func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    package func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Failed(call: "send", code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads until `enough` of what came so far, or the end of the connection, or until nothing
    /// comes for `seconds`. The end is nil when it was enough.
    package func read(
        seconds: Double = 5, until enough: (String) -> Bool = { _ in false }
    ) -> (text: String, end: ConnectionEnd?) {
        let (bytes, end) = receive(seconds: seconds) { enough(String(decoding: $0, as: UTF8.self)) }
        return (String(decoding: bytes, as: UTF8.self), end)
    }

    /// The same in bytes, which need not be text.
    package func receive(
        seconds: Double = 5, until enough: ([UInt8]) -> Bool = { _ in false }
    ) -> (bytes: [UInt8], end: ConnectionEnd?) {
        var time = timeval(
            tv_sec: Int(seconds), tv_usec: Int((seconds - seconds.rounded(.down)) * 1_000_000))
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            if enough(bytes) { return (bytes, nil) }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            switch (count, errno) {
            case (1..., _): bytes.append(contentsOf: buffer[..<count])
            case (0, _): return (bytes, .fin)
            case (_, ECONNRESET), (_, EPIPE): return (bytes, .reset)
            case (_, EINTR): continue
            default: return (bytes, .timeout)
            }
        }
    }

    /// Bytes that were sent and that the peer's kernel has not acknowledged (tcp(7), SIOCOUTQ).
    package var unacknowledged: Int {
        var count: Int32 = 0
        return ioctl(descriptor, 0x5411, &count) == 0 ? Int(count) : 0
    }

    /// Segments with data that came (`tcpi_data_segs_in` of `struct tcp_info`, <linux/tcp.h>).
    package var dataSegments: Int {
        var info = [UInt8](repeating: 0, count: 256)
        var size = socklen_t(info.count)
        guard getsockopt(descriptor, Int32(IPPROTO_TCP), 11, &info, &size) == 0, size >= 156 else {
            return 0
        }
        return info.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: 152, as: UInt32.self)) }
    }
}
