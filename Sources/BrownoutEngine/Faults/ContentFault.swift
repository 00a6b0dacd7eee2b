/// A successful status with an answer that is not what it should be.
package enum ContentFault: String, FaultWord {
    case emptyChoices = "empty-choices"
    case nullChoices = "null-choices"
    case errorWith200 = "error-with-200"
    case emptyBody = "empty-body"
    case htmlWith200 = "html-with-200"
    case plainJSON = "plain-json"
    case refusal
    case contentFilter = "content-filter"
    case length
    case argumentsNotJSON = "arguments-not-json"
    case argumentsBreakSchema = "arguments-break-schema"
    case argumentsCut = "arguments-cut"
    case unknownTool = "unknown-tool"
    case duplicateToolID = "duplicate-tool-id"
    case wrongUsage = "wrong-usage"
    case wrongModel = "wrong-model"

    package var summary: String {
        switch self {
        case .emptyChoices: "an answer with an empty list of choices or content"
        case .nullChoices: "an answer whose choices or content are null"
        case .errorWith200: "the provider's error object with status 200"
        case .emptyBody: "status 200 and no byte of a body"
        case .htmlWith200: "an HTML page with status 200"
        case .plainJSON: "the whole answer as JSON where a stream was asked for"
        case .refusal: "the model declines"
        case .contentFilter: "the provider's filter ends the answer"
        case .length: "the answer ends at its token limit, in the middle"
        case .argumentsNotJSON: "tool arguments that are not JSON"
        case .argumentsBreakSchema: "tool arguments that are JSON and break the tool's schema"
        case .argumentsCut: "tool arguments that break off"
        case .unknownTool: "a call of a tool that was not offered"
        case .duplicateToolID: "two tool calls of one id"
        case .wrongUsage: "a usage that does not add up"
        case .wrongModel: "the answer names another model"
        }
    }

    package var need: FaultNeed {
        switch self {
        case .plainJSON: .stream
        case .argumentsNotJSON, .argumentsBreakSchema, .argumentsCut, .duplicateToolID: .tools
        default: .nothing
        }
    }
}
