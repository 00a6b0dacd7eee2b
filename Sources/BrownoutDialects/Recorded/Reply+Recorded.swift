package import BrownoutEngine
import BrownoutJSON

extension Reply {
    /// What a recorded plain body says, so that it can be said in another way; nil for a body
    /// that is no completion of its dialect's. What a ``Reply`` does not know of is left out.
    package init?(recorded body: [UInt8], _ dialect: DialectName) {
        guard let json = try? JSON.parse(body),
            let reply = Dialects.of(dialect).reply(recorded: json)
        else { return nil }
        self = reply
    }
}
