import BrownoutEngine
import BrownoutJSON
import BrownoutRecords

/// Whether streams went out when they were due. Where they did not, the machine was too busy for
/// times to prove anything about the client.
struct Pacing {
    /// How late streams may be, in microseconds, ninety-nine of a hundred.
    private static let tolerance: Int64 = 20_000

    /// How late ninety-nine of a hundred were, in microseconds; nil: there were none.
    let late: Int64?
    private let count: Int

    init(_ lateness: [Int32]) {
        let times = lateness.sorted()
        count = times.count
        late = times.isEmpty ? nil : Int64(times[(times.count * 99 + 99) / 100 - 1])
    }

    /// Of a stream that went out whole, with no fault that plays with time.
    static func lateness(_ record: ExchangeRecord) -> Int64? {
        guard record.stream, record.ending == .complete, let last = record.lastByte,
            let planned = record.plannedLastByte,
            !record.faults.contains(where: { $0 == .stall || $0 == .hang })
        else { return nil }
        let atFirst =
            if let first = record.firstByte, let planned = record.plannedFirstByte {
                first - planned
            } else {
                Int64(0)
            }
        return max(0, last - planned, atFirst)
    }

    var isLate: Bool { late.map { $0 > Pacing.tolerance } ?? false }

    var finding: Finding {
        var finding = Finding(
            named: "pacing", .info,
            measuring: late.map {
                "ninety-nine of a hundred streams were no more than \($0.asSeconds) late"
            },
            [
                JSONMember("streams", .int(count)), JSONMember("p99", .seconds(late ?? 0)),
            ])
        guard isLate, let late else { return finding }
        finding.verdict = .unknown
        finding.says =
            "streams were \(late.asSeconds) late at the 99th percentile, so that rules about time "
            + "prove nothing"
        return finding
    }
}
