package import BrownoutEngine

extension Reply {
    /// The reply with a fault in what it says; nil where it has nothing that the fault is about.
    /// Faults that are not in what is said leave it as it is.
    ///
    /// That arguments break their schema takes the schema, and is made where replies are made up.
    package func with(
        _ fault: ContentFault, for request: ChatRequest, _ dialect: DialectName,
        _ exchange: ExchangeID
    ) -> Reply? {
        switch fault {
        case .refusal: changing { $0.refuse() }
        case .contentFilter: changing { $0.filter(dialect) }
        case .length: changing { $0.endAtLimit() }
        case .argumentsNotJSON: changingCalls { $0.writeArgumentsAsMarkdown() }
        case .argumentsCut: changingCalls { $0.cutArguments() }
        case .unknownTool: callingUnknownTool(request, exchange)
        case .duplicateToolID:
            choices.contains { $0.toolCalls.count > 1 } ? changing { $0.shareToolID() } : nil
        // In the answer around what is said, or made up with its schema.
        case .emptyChoices, .nullChoices, .errorWith200, .emptyBody, .htmlWith200, .plainJSON,
            .argumentsBreakSchema, .wrongUsage, .wrongModel:
            self
        }
    }

    private func callingUnknownTool(
        _ request: ChatRequest, _ exchange: ExchangeID
    ) -> Reply? {
        var words = WordStream(exchange, salt: .toolCall)
        return changing { $0.callUnknownTool(request, word: words.next()) }
    }

    /// nil: the reply is like that already, as one that declines by itself.
    private func changing(_ change: (inout Choice) -> Void) -> Reply? {
        var reply = self
        for index in choices.indices { change(&reply.choices[index]) }
        return reply == self ? nil : reply
    }

    /// nil: nothing is called, or nothing is given to what is.
    private func changingCalls(_ change: (inout ToolCall) -> Void) -> Reply? {
        changing { choice in
            for index in choice.toolCalls.indices { change(&choice.toolCalls[index]) }
        }
    }
}
