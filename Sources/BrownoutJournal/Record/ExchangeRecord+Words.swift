import BrownoutEngine
import BrownoutRecords

// The words that the journal, its JSON and its reports have for what is a value in a record. What
// is unknown here is shown as it was written.
extension ExchangeRecord {
    /// Empty where there is none.
    var callSourceWord: String { callSource?.rawValue ?? foreign[.callSource] ?? "" }
    var dialectWord: String { dialect?.rawValue ?? foreign[.dialect] ?? "" }
    var causeWord: String? { cause?.rawValue ?? foreign[.cause] }
    var categoryWord: String? { category?.rawValue ?? foreign[.category] }
    var httpProtocolWord: String? { httpProtocol?.rawValue ?? foreign[.httpProtocol] }
    var sourceWord: String? { source?.rawValue ?? foreign[.source] }
    /// Empty where there is none.
    var endingWord: String { ending?.rawValue ?? foreign[.ending] ?? "" }

    /// The faults' names: `comments + cut`.
    var faultWord: String? {
        if let word = foreign[.faults] { return word }
        guard let first = faults.first else { return nil }
        if faults.count == 1 { return first.name }
        return faults.map(\.name).joined(separator: ExchangeRecord.faultSeparator)
    }

    /// The fault as people know it: an error by its cause.
    package var faultName: String? {
        guard let faultWord, let causeWord else { return faultWord }
        return ExchangeRecord.parts(ofFault: faultWord)
            .map { $0 == FaultKind.error.name ? causeWord : String($0) }
            .joined(separator: ExchangeRecord.faultSeparator)
    }

    /// How the decision came about, as JSON text; empty: nobody knows.
    package var traceText: String { String(decoding: traceBytes, as: UTF8.self) }

    /// What was done to answer, as JSON text; empty: nobody knows.
    package var planText: String { String(decoding: planBytes, as: UTF8.self) }

    fileprivate var traceBytes: [UInt8] {
        foreign[.trace].map { Array($0.utf8) } ?? TraceText(phase: phase, entries: trace).bytes
    }

    fileprivate var planBytes: [UInt8] {
        foreign[.plan].map { Array($0.utf8) } ?? plan.map { PlayedLine.bytes(of: $0) } ?? []
    }

    /// What the answer promised, as JSON text; nil: nothing.
    fileprivate var promisesBytes: [UInt8]? {
        if let text = foreign[.promises] { return Array(text.utf8) }
        return promises.isEmpty ? nil : PromiseText.bytes(of: promises)
    }

    /// The same for people's eyes and tools.
    var promisesText: String { promisesBytes.map { String(decoding: $0, as: UTF8.self) } ?? "" }

    fileprivate var toolResultsBytes: [UInt8]? {
        if let text = foreign[.toolResults] { return Array(text.utf8) }
        return toolResults.isEmpty ? nil : ToolText.bytes(of: toolResults)
    }

    fileprivate var toolCallsBytes: [UInt8]? {
        if let text = foreign[.toolCalls] { return Array(text.utf8) }
        return toolCalls.map { ToolText.bytes(of: $0) }
    }

    /// JSON text; empty: none, or of calls, nobody knows.
    var toolResultsText: String {
        toolResultsBytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    var toolCallsText: String { toolCallsBytes.map { String(decoding: $0, as: UTF8.self) } ?? "" }

    private static let faultSeparator = " + "

    private static func parts(ofFault word: String) -> [Substring] {
        word.split(separator: faultSeparator, omittingEmptySubsequences: false)
    }

    private static let kinds = Dictionary(
        FaultKind.allCases.map { ($0.name, $0) }, uniquingKeysWith: { kind, _ in kind })

    // MARK: Reading

    /// Takes the faults whose names are known here; where one is not, all the names stay.
    mutating func readFaults(_ word: String?) {
        guard let word else { return }
        let parts = ExchangeRecord.parts(ofFault: word)
        faults = parts.compactMap { ExchangeRecord.kinds[String($0)] }
        if faults.count < parts.count { foreign[.faults] = word }
    }

    mutating func readTrace(_ text: String) {
        guard !text.isEmpty else { return }
        guard let read = TraceText(reading: text) else { return foreign[.trace] = text }
        (phase, trace) = (read.phase, read.entries)
    }

    mutating func readPlan(_ text: String) {
        guard !text.isEmpty else { return }
        plan = PlayedLine.lines(reading: text)
        if plan == nil { foreign[.plan] = text }
    }

    mutating func readTools(results: String?, calls: String?) {
        if let results {
            let read = ToolText.results(reading: results)
            toolResults = read ?? []
            if read == nil { foreign[.toolResults] = results }
        }
        if let calls {
            let read = ToolText.calls(reading: calls)
            toolCalls = read
            if read == nil { foreign[.toolCalls] = calls }
        }
    }

    mutating func readPromises(_ text: String?) {
        guard let text else { return }
        if let read = PromiseText.promises(reading: text) {
            promises = read
        } else {
            foreign[.promises] = text
        }
    }
}

/// The texts of a row that are made of values when it is written, once.
struct RowTexts {
    let faults: String?
    let trace: [UInt8]
    let plan: [UInt8]
    let promises: [UInt8]?
    let toolResults: [UInt8]?
    let toolCalls: [UInt8]?

    init(of record: borrowing ExchangeRecord) {
        faults = record.faultWord
        trace = record.traceBytes
        plan = record.planBytes
        promises = record.promisesBytes
        toolResults = record.toolResultsBytes
        toolCalls = record.toolCallsBytes
    }

    /// Bytes in all.
    var count: Int {
        (faults?.utf8.count ?? 0) + trace.count + plan.count + (promises?.count ?? 0)
            + (toolResults?.count ?? 0) + (toolCalls?.count ?? 0)
    }
}
