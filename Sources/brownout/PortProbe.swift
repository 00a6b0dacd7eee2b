import Foundation

/// Whether a port can be had, found out before anything is written: a server that cannot start
/// leaves no files behind.
enum PortProbe {
    /// True when something listens at a port of a host; 0 is always free. What cannot be told is
    /// left to the start itself.
    static func isTaken(_ host: String, _ port: Int) -> Bool {
        guard port != 0 else { return false }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &found) == 0, let address = found else {
            return false
        }
        defer { freeaddrinfo(found) }
        let probe = socket(
            address.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0
        )
        guard probe >= 0 else { return false }
        defer { close(probe) }
        var isOn: Int32 = 1
        setsockopt(
            probe, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout.size(ofValue: isOn)))
        let result = bind(probe, address.pointee.ai_addr, address.pointee.ai_addrlen)
        return result != 0 && errno == EADDRINUSE
    }

    /// What is said of such a port; `option` chooses another.
    static func refusal(_ name: String, _ host: String, _ port: Int, _ option: String) -> Failure {
        Failure(
            .unavailable,
            "error: the \(name) \(host):\(port) is already in use; stop what listens there, or "
                + "choose \(option) (0 picks a free one)")
    }
}
