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

    /// The heading of these faults, and the key that names them: `{content: empty-choices}`.
    package static let family = FaultFamily.content

    /// What is known of the fault; the file is under `Rows/Content`.
    package var row: FaultRow {
        switch self {
        case .emptyChoices: .emptyChoices
        case .nullChoices: .nullChoices
        case .errorWith200: .errorWith200
        case .emptyBody: .emptyBody
        case .htmlWith200: .htmlWith200
        case .plainJSON: .plainJson
        case .refusal: .refusal
        case .contentFilter: .contentFilter
        case .length: .length
        case .argumentsNotJSON: .argumentsNotJson
        case .argumentsBreakSchema: .argumentsBreakSchema
        case .argumentsCut: .argumentsCut
        case .unknownTool: .unknownTool
        case .duplicateToolID: .duplicateToolId
        case .wrongUsage: .wrongUsage
        case .wrongModel: .wrongModel
        }
    }
}
