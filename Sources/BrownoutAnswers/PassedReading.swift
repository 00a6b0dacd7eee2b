package import BrownoutDialects
import BrownoutEngine
import BrownoutRecords

/// Finds out what an answer that was passed on costs and calls, once its body is there.
package struct PassedReading: Sendable {
    /// Bytes of a body, without its codings, that are read; as an event loop does it, a few
    /// milliseconds of work. What a longer one says stays unknown.
    package static let longestBody = 1024 * 1024

    let head: RecordedHead
    let endpoint: Endpoint
    let dialect: DialectName

    /// What the body says; of one that broke off, what had come by then.
    package func account(of body: [UInt8]) -> AnswerAccount {
        let response = RecordedResponse(head: head, body: body)
        return response.account(
            response.form(of: dialect, endpoint), endpoint: endpoint, of: dialect,
            longestBody: PassedReading.longestBody)
    }
}
