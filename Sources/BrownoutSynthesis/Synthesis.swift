package import BrownoutDialects
package import BrownoutEngine

/// Replies made up from draws: the same request, script and key say the same.
package enum Synthesis {
    /// What a healthy provider says to a request; a script has the first word.
    package static func reply(
        to request: ChatRequest, script: ReplyScript?, dice: Dice, key: RollKey
    ) -> Reply {
        Reply(
            choices: [Reply.Choice(text: TokenText(script?.text ?? "Hello!"), finish: .stop)],
            promptTokens: request.promptTokens)
    }
}
