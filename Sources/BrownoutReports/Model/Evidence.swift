/// The calls and exchanges that prove something, in lines.
enum Evidence {
    /// Calls that are told at most; a report is read by people.
    static let told = 5

    /// `c1: 503 → 200; promised 1 s, waited 200 ms`, and the exchanges that `explain` takes.
    static func lines(
        _ calls: [String], of run: RunReport, exchanges: [String] = []
    ) -> [String] {
        var lines = calls.prefix(told).map { id in
            guard let call = run.call(id) else { return id }
            let waits = call.waitsText.map { "; \($0)" } ?? ""
            return "\(id): \(call.chain)\(waits)".inOneLine
        }
        if calls.count > told {
            lines.append("and \((calls.count - told).of("call")) more")
        }
        if !exchanges.isEmpty {
            lines.append(
                "exchanges: " + exchanges.prefix(told).joined(separator: ", ")
                    + (exchanges.count > told ? ", …" : ""))
        }
        return lines
    }
}
