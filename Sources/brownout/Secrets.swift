import BrownoutRedaction
import Foundation

/// What digests of secrets are made with.
enum Secrets {
    /// A team that wants digests nobody else can make sets it, where it records and where it
    /// replays.
    private static let variable = "BROWNOUT_REDACTION_KEY"

    static var key: RedactionKey {
        let own = ProcessInfo.processInfo.environment[variable] ?? ""
        return own.isEmpty ? .builtIn : RedactionKey(own)
    }
}
