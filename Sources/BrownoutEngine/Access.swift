/// Who may connect.
package struct Access: Equatable, Sendable {
    /// What a client that may not is answered; nil: the provider's own 403.
    package var refusal: Fault?

    package init(refusal: Fault? = nil) {
        self.refusal = refusal
    }
}
