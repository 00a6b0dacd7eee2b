import BrownoutAnswers
import BrownoutDialects
import BrownoutEngine

/// What one event loop has counted. Only its loop touches it, so counting costs no lock; a scrape
/// asks each loop for its ``reading``.
struct LoopMetrics {
    /// Combinations of labels a loop tells apart; what exceeds them is counted under
    /// ``LabelNames/other`` everywhere.
    static let seriesLimit = 4_096

    /// What a request is counted under, known when it begins and kept until its answer is over.
    struct Mark: Equatable {
        fileprivate var provider: UInt8
        fileprivate var model: UInt8
        fileprivate var endpoint: UInt8
    }

    /// Hashed as one word, which every answer pays for.
    private struct Series: Hashable {
        var provider: UInt8
        var model: UInt8
        var endpoint: UInt8
        /// The place of the cause among all, from 1; 0: none.
        var cause: UInt8
        /// 0: no status line went out.
        var status: UInt16
        /// The place of the phase among the names, from 1; 0: none held.
        var phase: UInt8

        private var word: UInt64 {
            UInt64(provider) << 48 | UInt64(model) << 40 | UInt64(phase) << 32
                | UInt64(endpoint) << 24 | UInt64(cause) << 16 | UInt64(status)
        }

        static func == (left: Series, right: Series) -> Bool { left.word == right.word }

        func hash(into hasher: inout Hasher) { hasher.combine(word) }
    }

    private static let overflow = Series(
        provider: UInt8(LabelNames.otherIndex), model: UInt8(LabelNames.otherIndex),
        endpoint: UInt8(Dialects.endpoints.count), cause: 0, status: 0, phase: 0)

    private let labels: MetricLabels
    private var providers: LoopLabelNames
    private var models: LoopLabelNames
    private var phases: LoopLabelNames
    private var places: [Series: Int] = [:]
    private var counts: [Int] = []
    /// By the provider's place among the names.
    private var times: [AnswerTimes] = []
    private var pacing = Histogram(bounds: Histogram.pacing)
    private var faults = Array(repeating: 0, count: 2 * FaultKind.allCases.count)
    /// The same of connections, before any request.
    private var connectionFaults = Array(repeating: 0, count: 2 * FaultKind.allCases.count)
    private var failedHandshakes = 0
    private var endings = Tally<ExchangeEnding>()
    private var refusals = Tally<EdgeRefusal>()
    private var sentBytes = 0
    private(set) var inProgress = 0

    init(_ labels: MetricLabels) {
        self.labels = labels
        providers = LoopLabelNames(labels.providers)
        models = LoopLabelNames(labels.models)
        phases = LoopLabelNames(labels.phases)
    }

    // MARK: Counting

    mutating func begin(_ planned: borrowing PlannedExchange) -> Mark {
        let facts = planned.request.facts
        return begin(provider: facts.provider, endpoint: facts.endpoint, model: facts.model)
    }

    mutating func begin(provider: String, endpoint: Endpoint, model: String) -> Mark {
        inProgress += 1
        return Mark(
            provider: UInt8(providers.index(of: provider)),
            model: UInt8(models.index(of: model)), endpoint: endpoint.place)
    }

    /// Counts an answer that is over. `status` is the one that went out.
    mutating func end(
        _ mark: Mark, status: Int?, cause: Cause?, fault: FaultKind?, isInjected: Bool,
        ending: ExchangeEnding, bytes: Int, phase: String? = nil
    ) {
        inProgress -= 1
        count(
            Series(
                provider: mark.provider, model: mark.model, endpoint: mark.endpoint,
                cause: cause?.place ?? 0, status: UInt16(clamping: status ?? 0),
                phase: phase.map { UInt8(phases.index(of: $0) + 1) } ?? 0))
        if let fault { faults[2 * Int(fault.place) + (isInjected ? 1 : 0)] += 1 }
        endings.add(ending)
        sentBytes += bytes
    }

    /// Counts what an answer took against what was planned, each in nanoseconds since the request
    /// was read.
    mutating func time(_ mark: Mark, firstByte: Int64, planned: Int64) {
        withTimes(of: mark) {
            $0.firstByte.record(nanoseconds: firstByte)
            $0.plannedFirstByte.record(nanoseconds: planned)
        }
    }

    /// The same of a whole answer: its last byte.
    mutating func time(_ mark: Mark, lastByte: Int64, planned: Int64) {
        withTimes(of: mark) {
            $0.answer.record(nanoseconds: lastByte)
            $0.plannedAnswer.record(nanoseconds: planned)
        }
    }

    /// Counts by how much a step of a script came later than it was due.
    mutating func paced(late nanoseconds: Int64) {
        pacing.record(nanoseconds: nanoseconds)
    }

    mutating func refused(_ refusal: EdgeRefusal) {
        refusals.add(refusal)
    }

    /// Counts a fault that was decided when a connection was accepted.
    mutating func connection(_ kind: FaultKind, isInjected: Bool) {
        connectionFaults[2 * Int(kind.place) + (isInjected ? 1 : 0)] += 1
    }

    /// Counts a TLS handshake that failed though nothing was to be wrong with it.
    mutating func handshakeFailed() {
        failedHandshakes += 1
    }

    private mutating func count(_ series: Series) {
        if let place = places[series] {
            counts[place] += 1
            return
        }
        let known = places.count < LoopMetrics.seriesLimit ? series : LoopMetrics.overflow
        let place = places[known] ?? counts.count
        if place == counts.count {
            counts.append(0)
            places[known] = place
        }
        counts[place] += 1
    }

    private mutating func withTimes(of mark: Mark, _ change: (inout AnswerTimes) -> Void) {
        let place = Int(mark.provider)
        while times.count <= place { times.append(AnswerTimes()) }
        change(&times[place])
    }

    // MARK: Reading

    /// All of it by name, for other threads.
    var reading: DataMetrics {
        let (providerNames, modelNames) = (labels.providers.all, labels.models.all)
        let phaseNames = labels.phases.all
        var reading = DataMetrics()
        for (series, place) in places {
            let key = DataMetrics.Request(
                provider: providerNames[Int(series.provider)],
                endpoint: Endpoint.name(at: series.endpoint),
                model: modelNames[Int(series.model)],
                status: series.status == 0 ? nil : Int(series.status),
                cause: series.cause == 0 ? nil : Cause.allCases[Int(series.cause) - 1],
                phase: series.phase == 0 ? nil : phaseNames[Int(series.phase) - 1])
            reading.requests[key, default: 0] += counts[place]
        }
        for (place, times) in times.enumerated() {
            if times.firstByte.count > 0 { reading.times[providerNames[place]] = times }
        }
        for (place, kind) in FaultKind.allCases.enumerated() {
            reading.faults[kind] = .init(
                missed: faults[2 * place], reached: faults[2 * place + 1])
            reading.connectionFaults[kind] = .init(
                missed: connectionFaults[2 * place], reached: connectionFaults[2 * place + 1])
        }
        reading.pacing = pacing
        reading.endings = endings.counts
        for entry in refusals.entries { reading.refusals[entry.key.label] = entry.count }
        if failedHandshakes > 0 { reading.refusals["handshake-failed"] = failedHandshakes }
        reading.sentBytes = sentBytes
        reading.inProgress = inProgress
        return reading
    }
}

/// The names all event loops count under.
final class MetricLabels: Sendable {
    /// Models told apart.
    static let modelLimit = 100
    /// Phases told apart, of all scenarios that were in force.
    static let phaseLimit = 100
    /// Providers told apart: those built in, and what scenarios add over the time.
    static let providerLimit = 100

    let models = LabelNames(limit: modelLimit)
    let providers = LabelNames(limit: providerLimit)
    let phases = LabelNames(limit: phaseLimit)
}

/// Counts of a handful of things, the commonest found first.
private struct Tally<Key: Hashable> {
    private(set) var entries: [(key: Key, count: Int)] = []

    mutating func add(_ key: Key) {
        for index in entries.indices where entries[index].key == key {
            entries[index].count += 1
            return
        }
        entries.append((key, 1))
    }

    var counts: [Key: Int] {
        Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.count) })
    }
}

extension Endpoint {
    fileprivate var place: UInt8 { UInt8(Dialects.endpoints.firstIndex(of: self) ?? 0) }

    fileprivate static func name(at place: UInt8) -> String {
        Int(place) < Dialects.endpoints.count
            ? Dialects.endpoints[Int(place)].name : LabelNames.other
    }
}

extension Cause {
    /// From 1.
    fileprivate var place: UInt8 { UInt8((Cause.allCases.firstIndex(of: self) ?? 0) + 1) }
}

extension FaultKind {
    fileprivate var place: UInt8 { UInt8(FaultKind.allCases.firstIndex(of: self) ?? 0) }
}
