/// How clients reach the data port.
package struct Transport: Hashable, Sendable {
    /// All of them speak TLS.
    package var tls: Bool
    /// They may speak HTTP/2.
    package var http2: Bool

    package init(tls: Bool = false, http2: Bool = false) {
        self.tls = tls
        self.http2 = http2
    }
}
