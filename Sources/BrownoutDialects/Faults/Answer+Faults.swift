package import BrownoutEngine
package import BrownoutWire

extension Answer {
    /// The answer with a fault in what it says or leaves out, or in the form of its events; nil
    /// where it has nothing that the fault is about. Faults of other kinds, and those that are in
    /// what is said already (``Reply/with(_:for:_:_:)``), leave it as it is.
    package func with(_ fault: Fault, _ dialect: DialectName) -> Answer? {
        switch fault {
        case .content(let fault): with(fault, Dialects.profile(dialect))
        case .missing(let part): without(part, Dialects.profile(dialect).answers)
        case .shape(let shape): with(shape, dialect)
        case .error, .errorEvent, .cut, .stall, .hang, .dribble, .slowHeaders, .framing, .mangle,
            .page, .raw, .rawStream, .refuse, .connection, .http2, .tls, .all:
            self
        }
    }

    private func with(_ fault: ContentFault, _ profile: ProviderProfile) -> Answer? {
        switch fault {
        case .emptyChoices: withEmptyChoices(profile.answers)
        case .nullChoices: withNullChoices(profile.answers)
        case .emptyBody: withEmptyBody()
        case .wrongUsage: withWrongUsage(profile.answers)
        case .wrongModel: withWrongModel(profile)
        case .errorWith200, .htmlWith200, .plainJSON, .refusal, .contentFilter, .length,
            .argumentsNotJSON, .argumentsBreakSchema, .argumentsCut, .unknownTool,
            .duplicateToolID:
            self
        }
    }

    private func without(_ part: MissingPart, _ reading: AnswerReading) -> Answer? {
        switch part {
        case .done: withoutDone()
        case .messageStop: withoutMessageStop()
        case .finishReason: withoutFinishReason(reading)
        case .usage: withoutUsage(reading)
        }
    }

    private func with(_ shape: StreamShape, _ dialect: DialectName) -> Answer? {
        switch shape {
        case .noEventNames: withoutEventNames()
        case .emptyFirstChunk: withEmptyFirstChunk(dialect)
        case .noDelta: withoutDelta(Dialects.profile(dialect).answers)
        case .extraEvent: withExtraEvent()
        case .afterTerminal: withEventAfterTerminal()
        case .wrongContentType: withWrongContentType()
        case .comments, .eventIDs, .noSpace, .byteOrderMark, .crlf, .cr, .noFinalBlankLine,
            .oneByteChunks, .splitEvents, .groupedEvents, .heldBack:
            self
        }
    }
}
