/// Who the data port says it is over TLS.
package struct TLSIdentities: Sendable {}
