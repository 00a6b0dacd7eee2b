/// What a request may hold that is refused, understood in two ways, or only rare.
enum UncommonRequests {
    /// Lines that a head can be given, each with its end.
    static let lines: [String] = [
        // What frames a body, and what seems to.
        "Content-Length: 5\r\n", "Content-Length: 0\r\n", "content-length: +5\r\n",
        "Content-Length: -1\r\n", "Content-Length: 5 \r\n", "Content-Length:  5\r\n",
        "Content-Length:\t5\r\n", "Content-Length: 5, 5\r\n", "Content-Length: 005\r\n",
        "Content-Length: 0x5\r\n", "Content-Length: 5 5\r\n", "Content-Length:\r\n",
        "Content-Length: 18446744073709551616\r\n", "Content-Length: 9223372036854775808\r\n",
        "Content-Length: 999999999999999999\r\n", "Content-Length : 5\r\n",
        " Content-Length: 5\r\n", "Content-Length\r\n", "Content_Length: 5\r\n",
        "Content-Length: 5\n", "Content-Length: 5\r", "X: a\rContent-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n", "transfer-encoding: Chunked\r\n",
        "Transfer-Encoding: identity\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n", "Transfer-Encoding:\r\n",
        "Transfer-Encoding : chunked\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding:\u{b}chunked\r\n", "X: a\nTransfer-Encoding: chunked\r\n",
        // What follows the request.
        "Connection: close\r\n", "Connection: CLOSE\r\n", "Connection: keep-alive, close\r\n",
        "Connection: keep-alive, TE\r\n", "Connection: close \r\n", "Connection:\r\n",
        "Connection: closed\r\n", "Connection: upgrade\r\nUpgrade: websocket\r\n",
        "Upgrade: h2c\r\n", "Connection: Upgrade, HTTP2-Settings\r\n",
        "Proxy-Connection: close\r\n", "Proxy-Connection: keep-alive\r\n",
        // What a field may look like.
        " folded\r\n", "\tfolded\r\n", "X: a\r\n b\r\n", ": empty\r\n", "X\r\n", "X:\r\n",
        "X: \r\n",
        "X:a\r\n", "X:  a\r\n", "X: a \r\n", "X: a\t\r\n", "X: a\tb\r\n", "X:\ta\r\n",
        "X: a\u{0}b\r\n", "X: \u{7f}\r\n", "X\u{0}: a\r\n", "X: ä\r\n", "Ä: a\r\n", "X Y: a\r\n",
        "X(Y): a\r\n", "X: a\r\r\n", "X: a\n", "\r\n", "\n", "\r", "Expect: 100-continue\r\n",
        "X-Brownout-Call: c\r\n", "x-brownout-hops: 1\r\n", "X-BROWNOUT-: a\r\n",
        "Host: a\r\nHost: b\r\n", "hos^: a\r\n", "ex_ect: a\r\n",
        "X: " + String(repeating: "a", count: 2100) + "\r\n",
        String(repeating: "X: a\r\n", count: 25),
    ]

    /// First lines, without their ends.
    static let firstLines: [String] = [
        "POST / HTTP/1.0", "POST / HTTP/1.2", "POST / HTTP/2.0", "POST / http/1.1", "POST /",
        "POST  / HTTP/1.1", "POST /  HTTP/1.1", "POST / HTTP/1.1 ", " POST / HTTP/1.1",
        "POST\t/\tHTTP/1.1", "post / HTTP/1.1", "POST http://a/b HTTP/1.1", "OPTIONS * HTTP/1.1",
        "CONNECT a:443 HTTP/1.1", "PROPFIND / HTTP/1.1", "POSTS / HTTP/1.1", "GET/ HTTP/1.1",
        "POST /a#b HTTP/1.1", "POST /?a?b#c HTTP/1.1", "POST //a HTTP/1.1", "POST ?a HTTP/1.1",
        "POST /\"<>\\^`{|} HTTP/1.1", "POST /?\"<>\\^`{|}@ HTTP/1.1", "POST /ä HTTP/1.1",
        "POST /\u{7f} HTTP/1.1", "POST /\u{0} HTTP/1.1", "POST /a\tb HTTP/1.1",
        "POST /a b HTTP/1.1", "PRI * HTTP/2.0", "\r\nPOST / HTTP/1.1", "\nPOST / HTTP/1.1",
        "SOURCE / ICE/1.0", "GET / HTTP/1.1\n", "HEAD / HTTP/1.1", "QUERY / HTTP/1.1",
        "DELETE /" + String(repeating: "a", count: 2100) + " HTTP/1.1", "\u{16}\u{3}\u{1}",
    ]

    /// A request of a first line, and one of each line between two ordinary ones, with a body that
    /// may be taken for a request.
    static let all: [[UInt8]] =
        firstLines.map { Array("\($0)\r\nHost: a\r\n\r\n".utf8) }
        + lines.flatMap { line in
            ["", "Content-Length: 5\r\n", "Connection: close\r\n"].map { first in
                Array(
                    "POST / HTTP/1.1\r\n\(first)\(line)Host: a\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"
                        .utf8)
            }
        }
}
