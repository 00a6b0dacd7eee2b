import BrownoutEngine
import BrownoutRecords
import BrownoutWire
import NIOCore
import NIOHPACK
import NIOHTTP1

/// The head of a request, whoever read it.
struct ReceivedHead {
    let method: String
    /// Path and query as they came.
    let target: String
    let fields: HeaderFields
    let httpProtocol: HTTPProtocol
    /// Whether another request may follow on the connection.
    let isKeepAlive: Bool

    /// A head that our own parser has taken; `bytes` begin with its first one.
    init(_ head: RequestHead, in bytes: RawSpan) {
        method = head.method.rawValue
        target = head.target(in: bytes)
        fields = head.fields(in: bytes)
        httpProtocol = .http11
        isKeepAlive = head.isKeepAlive
    }

    /// A head of HTTP/1 that was left to the whole parser. After CONNECT the client may send
    /// anything; an HTTP/1.0 client is not told that a connection stays open, so it waits for the
    /// end.
    init(_ head: HTTPRequestHead) {
        method = head.method.rawValue
        target = head.uri
        fields = HeaderFields(head.headers.lazy.map { HeaderField($0.name, $0.value) })
        let isOld = head.version.minor == 0
        httpProtocol = isOld ? .http10 : .http11
        isKeepAlive = head.isKeepAlive && !isOld && head.method != .CONNECT
    }

    /// The request that a field block of HTTP/2 stands for. NIOHTTP2 has checked its pseudo fields.
    init(_ block: HPACKHeaders) {
        var method = "GET"
        var path = "/"
        var fields: [HeaderField] = []
        fields.reserveCapacity(block.count)
        for (name, value, _) in block {
            switch name {
            case ":method": method = value
            case ":path": path = value
            case ":authority":
                if !block.contains(name: "host") { fields.append(HeaderField("host", value)) }
            case ":scheme": break
            default: fields.append(HeaderField(name, value))
            }
        }
        self.method = method
        target = path
        self.fields = HeaderFields(fields)
        httpProtocol = .http2
        isKeepAlive = true
    }

    var hasBodyInAnswer: Bool { method != "HEAD" }

    /// The protocol as scenarios tell it.
    var version: BrownoutEngine.HTTPVersion { httpProtocol == .http2 ? .http2 : .http1 }
}

/// A part of a request, as a connection of either protocol takes it in.
enum RequestPart {
    case head(ReceivedHead)
    case body(ByteBuffer)
    case end
}
