package import BrownoutDialects
import BrownoutEngine
package import BrownoutRecords
import BrownoutWire

extension PlannedExchange {
    /// What the journal's row holds before the first byte is sent: who asked, what was decided and
    /// why, and what is known of the answer.
    package var record: ExchangeRecord {
        let facts = request.facts
        var record = ExchangeRecord(id: decision.id.word, startedAt: moment.wall)
        record.scenarioTime = moment.elapsed.inNanoseconds / 1000
        record.take(facts)
        record.expected = decision.snapshot?.expectations(about: facts)
        if let header = decision.snapshot?.userHeader {
            record.userDigest = facts.headers.last(named: header).map { SipHash.word($0) }
        }
        record.callKey = facts.call.text
        record.callSource = facts.call.source
        if facts.endpoint.operation.readsTokens, let prompt = prompt ?? PromptSketch(facts.body) {
            record.promptDigest = prompt.digest
            record.toolResults = prompt.results
        }
        record.model = facts.model
        record.stream = facts.stream
        record.take(decision)
        if decision.fault != nil { record.retryAfter = answer.retryAfter }
        record.plannedStatus = wanted == nil ? answer.script.status : nil
        record.take(answer)
        return record
    }
}

extension ExchangeRecord {
    /// Takes who asked, and for what, as far as the head of a request tells.
    mutating func take(_ facts: RequestFacts) {
        session = facts.session
        provider = facts.provider
        dialect = facts.dialect
        endpoint = facts.endpoint.name
        retryCount = facts.retryCount
        takeEvidence(of: facts.headers)
        keyDigest = facts.credential.isEmpty ? nil : SipHash.word(facts.credential)
        userAgent = facts.headers.first(.userAgent) ?? ""
    }

    /// Takes what was decided, and why.
    fileprivate mutating func take(_ decision: Decision) {
        attempt = decision.arrival.attempt
        ordinal = decision.arrival.ordinal
        rule = decision.rule
        phase = decision.phase
        trace = decision.trace
        if let fault = decision.fault {
            faults = fault.kinds
            cause = fault.cause
            category = fault.category
            retryable = fault.isRetryable
        } else if decision.isDelayed {
            faults = [.latency]
            category = FaultKind.latency.category
            retryable = FaultKind.latency.isRetryable
        }
    }

    /// Takes what is known of an answer before it goes out.
    package mutating func take(_ answer: SuppliedAnswer) {
        take(answer.account)
        promises = answer.promises
        shouldRetry = answer.shouldRetry
        requestID = answer.foreignID
        ray = answer.foreignRay
    }

    /// Takes what an answer costs and calls.
    package mutating func take(_ account: AnswerAccount) {
        promptTokens = account.promptTokens
        completionTokens = account.completionTokens
        cachedTokens = account.cachedTokens
        cacheWriteTokens = account.cacheWriteTokens
        thinkingTokens = account.thinkingTokens
        toolCalls = account.toolCalls
    }
}
