// Named Unsafe because it hands a descriptor and a pointer to the kernel: the channel is open for
// the length of each call, which runs on its event loop, and the pointer is to a local variable.
// A descriptor that is kept is only used after a look at the channel, which stops being active on
// its loop, in the same call that closes its socket.
import Glibc
import NIOCore

/// What NIO's channels do not offer of the socket under them.
enum UnsafeSocket {
    /// `TIOCOUTQ` of <asm-generic/ioctls.h>, which tcp(7) calls SIOCOUTQ.
    private static let outputQueue: UInt = 0x5411

    /// The bytes that were written to a socket and that its peer has not acknowledged; nil when
    /// the channel has no socket.
    static func unacknowledged(_ context: ChannelHandlerContext) -> Int? {
        let queued = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { descriptor -> Int? in
            var count: CInt = 0
            guard ioctl(descriptor, outputQueue, &count) == 0 else { return nil }
            return Int(count)
        }
        return queued ?? nil
    }

    /// The socket of a channel, which is its until it is not active any more; nil when it has none.
    static func descriptor(of context: ChannelHandlerContext) -> CInt? {
        try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { $0 }
    }

    /// Hands bytes to the kernel; returns how many it takes now. Why it takes none, a write of the
    /// channel finds out.
    static func send(_ bytes: [UInt8], to descriptor: CInt) -> Int {
        let flags = CInt(MSG_DONTWAIT) | CInt(MSG_NOSIGNAL)
        let sent = bytes.withUnsafeBytes { bytes in
            Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
        }
        return max(sent, 0)
    }

    /// Bytes that a channel holds because its socket is full.
    static func unwritten(_ channel: any Channel) -> Int {
        (try? channel.syncOptions?.getOption(ChannelOptions.bufferedWritableBytes)) ?? 0
    }

    /// Makes the next close of the channel a reset (RST): socket(7), SO_LINGER with time 0.
    static func resetOnClose(_ channel: any Channel) {
        guard let provider = channel as? any SocketOptionProvider else { return }
        _ = provider.setSoLinger(linger(l_onoff: 1, l_linger: 0))
    }

    /// `SO_ATTACH_FILTER` of <asm-generic/socket.h>.
    private static let attachFilter: CInt = 26

    /// From here on the kernel drops whatever the peer sends, before TCP sees it: nothing is
    /// acknowledged, as if this end had vanished (socket(7), SO_ATTACH_FILTER). False where the
    /// kernel refuses.
    static func dropIncoming(_ context: ChannelHandlerContext) -> Bool {
        let dropped = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
            of: NIOBSDSocket.Handle.self
        ) { descriptor -> Bool in
            // One instruction of classic BPF: return 0, which keeps no byte of a packet.
            var instruction = Instruction(code: 0x06, jumpTrue: 0, jumpFalse: 0, value: 0)
            return withUnsafeMutablePointer(to: &instruction) { pointer in
                var program = Program(length: 1, instructions: pointer)
                let size = socklen_t(MemoryLayout<Program>.size)
                return setsockopt(descriptor, SOL_SOCKET, attachFilter, &program, size) == 0
            }
        }
        return dropped ?? false
    }

    /// `struct sock_filter` and `struct sock_fprog` of <linux/filter.h>.
    private struct Instruction {
        var code: UInt16
        var jumpTrue: UInt8
        var jumpFalse: UInt8
        var value: UInt32
    }

    private struct Program {
        var length: UInt16
        var instructions: UnsafeMutablePointer<Instruction>
    }

    /// Lets the process open as many descriptors as the system grants it; returns how many.
    static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return .max / 2
        }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: min(limit.rlim_cur, UInt(Int.max / 2)))
    }

    /// The descriptors that the process has open (proc(5), /proc/pid/fd); 0 where that is not
    /// told.
    static func openDescriptors() -> Int {
        guard let folder = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Not those of the folder itself and of the one above, nor the one it is read with.
        return max(count - 3, 0)
    }
}
