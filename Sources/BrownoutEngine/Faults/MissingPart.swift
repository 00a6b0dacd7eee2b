/// What an answer leaves out, everything else in place.
package enum MissingPart: String, FaultWord {
    case done = "no-done"
    case messageStop = "no-message-stop"
    case finishReason = "no-finish-reason"
    case usage = "no-usage"

    package var summary: String {
        switch self {
        case .done: "a stream without what marks its end: OpenAI's `[DONE]`, Ollama's `done`"
        case .messageStop: "Anthropic's stream without `message_stop`"
        case .finishReason: "the reason why the answer ended is never given"
        case .usage: "the usage is never given"
        }
    }

    package var need: FaultNeed {
        switch self {
        case .done: .streamWith(.endMarker)
        case .messageStop: .streamWith(.endEvent)
        case .finishReason, .usage: .nothing
        }
    }
}
