import CEpoll
import Glibc

/// Sockets and their readiness: connect, send, receive, wait.
struct Poller {
    private let epoll = epoll_create1(0)
    private var events = [epoll_event](repeating: epoll_event(), count: 1024)

    /// Connects to a port of the loopback and watches for input; `tag` comes back when there is.
    func connect(to port: UInt16, tag: Int) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { fail("socket: \(String(cString: strerror(errno)))") }
        var one: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { fail("connect: \(String(cString: strerror(errno)))") }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = UInt64(tag)
        epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)
        return descriptor
    }

    /// Requests are small: the kernel takes them whole, or something is wrong.
    func send(_ bytes: [UInt8], to descriptor: Int32) {
        let sent = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        guard sent == bytes.count else { fail("send: \(String(cString: strerror(errno)))") }
    }

    /// Appends the tag of each socket that has input or has ended.
    mutating func wait(microseconds: Int, _ ready: inout [Int]) {
        let milliseconds = Int32(max(0, min(microseconds / 1000, 1000)))
        let count = epoll_wait(epoll, &events, Int32(events.count), milliseconds)
        for index in 0..<max(0, Int(count)) { ready.append(Int(events[index].data.u64)) }
    }

    func stopWatching(_ descriptor: Int32) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    }
}

/// Microseconds of the monotonic clock.
func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
}
