import Glibc

/// The command line's options, all of the form `--name value`.
struct Options {
    private var values: [String: String] = [:]

    init(_ arguments: ArraySlice<String>) {
        var rest = arguments
        while let name = rest.popFirst(), let value = rest.popFirst() {
            values[name] = value
        }
    }

    func text(_ name: String) -> String {
        guard let value = values["--\(name)"] else { fail("missing --\(name)") }
        return value
    }

    func number(_ name: String) -> Int {
        guard let number = Int(text(name)) else { fail("--\(name) is not a number") }
        return number
    }

    var target: Target {
        Target(port: UInt16(number("port")), path: text("path"), body: contents(of: text("body")))
    }

    var plan: Plan {
        Plan(
            tokens: number("tokens"), skipped: number("skip"),
            first: number("first-us"), between: number("between-us"))
    }
}

/// The request that is sent again and again, and where to.
struct Target {
    let port: UInt16
    let request: [UInt8]
    /// A request that any server answers at once and in one piece.
    let greeting = Array("GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)

    init(port: UInt16, path: String, body: [UInt8]) {
        self.port = port
        let head = """
            POST \(path) HTTP/1.1\r
            Host: 127.0.0.1:\(port)\r
            Content-Type: application/json\r
            Authorization: Bearer sk-bench\r
            Content-Length: \(body.count)\r
            \r\n
            """
        request = Array(head.utf8) + body
    }
}

/// When the events of a stream are due, in microseconds.
struct Plan {
    var tokens: Int
    /// Events before the first token.
    var skipped: Int
    var first: Int
    var between: Int

    func due(_ token: Int) -> Int { first + token * between }

    var length: Int { due(tokens - 1) }
}

func fail(_ message: String) -> Never {
    let line = "bench-load: \(message)\n"
    _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    exit(2)
}

private func contents(of path: String) -> [UInt8] {
    guard let file = fopen(path, "rb") else { fail("cannot read \(path)") }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&block, 1, block.count, file), count > 0 {
        bytes += block[..<count]
    }
    return bytes
}
