import Foundation

/// One HTTP answer as it came, with nothing interpreted but its frame.
package struct HTTPAnswer: Sendable, Equatable {
    package var status: Int
    /// Names in lower case.
    package var headers: [String: String]
    package var body: String
}

/// What a test's connection did not survive.
package struct SocketFailure: Error, CustomStringConvertible {
    package var description: String

    init(_ what: String) {
        description = "\(what): \(String(cString: strerror(errno)))"
    }
}

/// The smallest HTTP client there is: one blocking socket a request, read until it closes. It
/// runs on a thread of its own, because a test that blocks a thread of the concurrency pool may
/// wait for a server that needs it.
package enum BlockingHTTP {
    /// No read or write of a test takes longer than this, in seconds.
    private static let patience = 10

    /// Sends a request to a port of this machine and returns the answer.
    package static func request(
        _ method: String = "GET", _ target: String, port: Int, body: String = "",
        headers: KeyValuePairs<String, String> = [:]
    ) async throws -> HTTPAnswer {
        let host = headers.contains { $0.key == "Host" } ? "" : "Host: localhost\r\n"
        let fields = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        let text =
            "\(method) \(target) HTTP/1.1\r\n\(host)Connection: close\r\n\(fields)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        return try parse(try await exchange(Array(text.utf8), port: port))
    }

    /// Sends bytes and returns all that come back until the peer closes.
    package static func exchange(_ bytes: [UInt8], port: Int) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let socket = try connect(port: port)
                        defer { close(socket) }
                        try send(bytes, to: socket)
                        return try receiveAll(from: socket)
                    })
            }
        }
    }

    /// A connected socket of the caller's, with a time limit on its reads and writes.
    package static func connect(port: Int) throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SocketFailure("socket") }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Foundation.connect(
                    descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else {
            let failure = SocketFailure("connect to port \(port)")
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    package static func send(_ bytes: [UInt8], to socket: Int32) throws {
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { buffer in
                Foundation.send(
                    socket, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw SocketFailure("send") }
            sent += count
        }
    }

    private static func receiveAll(from socket: Int32) throws -> [UInt8] {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count >= 0 else { throw SocketFailure("receive after \(all.count) bytes") }
            if count == 0 { return all }
            all.append(contentsOf: buffer[..<count])
        }
    }

    private static func parse(_ bytes: [UInt8]) throws -> HTTPAnswer {
        let text = String(decoding: bytes, as: UTF8.self)
        let parts = text.components(separatedBy: "\r\n\r\n")
        var lines = parts[0].components(separatedBy: "\r\n")
        let words = lines.removeFirst().split(separator: " ")
        guard parts.count > 1, words.count > 1, let status = Int(words[1]) else {
            throw SocketFailure("not an HTTP answer: \(text.prefix(200))")
        }
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...]
            headers[line[..<colon].lowercased()] = value.trimmingCharacters(in: .whitespaces)
        }
        let body = parts.dropFirst().joined(separator: "\r\n\r\n")
        return HTTPAnswer(status: status, headers: headers, body: body)
    }
}
