/// How clients reach the data port.
package struct Transport: Hashable, Sendable {
    /// All of them speak TLS.
    package var tls: Bool
    /// They may speak HTTP/2.
    package var http2: Bool
    /// Where it listens; nil while that is not known.
    package var address: DataAddress?

    package init(tls: Bool = false, http2: Bool = false, address: DataAddress? = nil) {
        self.tls = tls
        self.http2 = http2
        self.address = address
    }
}
