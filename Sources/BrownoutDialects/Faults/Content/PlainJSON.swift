extension ParsedRequest {
    /// `plain-json`: the request as if nobody had asked for a stream, for an answer that is whole
    /// JSON where events were wanted.
    package var withoutStream: ParsedRequest {
        switch intent {
        case .chat(var chat):
            chat.stream = false
            return with(.chat(chat))
        case .complete(var text):
            text.chat.stream = false
            return with(.complete(text))
        case .embed, .moderate, .countTokens, .listModels, .model, .info, .refuse: return self
        }
    }
}
