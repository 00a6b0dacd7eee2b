/// The attempts of a call as bars on one line of time; below them what was promised, and below that
/// what was waited. The words beside it say the same, so it is nothing for a screen reader.
struct CallTimeline {
    let call: CallReport

    /// Units of its width.
    private static let width = 1000.0
    /// How much longer than the call a promise may make it.
    private static let stretch = 1.5
    /// Units that a bar has at least, to be seen.
    private static let least = 4.0

    /// Seconds that it shows.
    private var span: Double {
        let length = max(call.length, 0.001)
        let promised =
            call.attempts.enumerated().map { index, attempt in
                head(index) + (attempt.promised ?? 0)
            }.max() ?? 0
        // An absurd promise would leave the rest no room; it is cut off.
        return max(length, min(promised, length * CallTimeline.stretch))
    }

    /// When an attempt began, since the call did.
    private func at(_ index: Int) -> Double { call.attempts[index].at - call.begin }

    /// When an attempt's answer began, from which a promise and a wait count.
    private func head(_ index: Int) -> Double {
        let attempt = call.attempts[index]
        if let waited = attempt.waited, index + 1 < call.attempts.count {
            return at(index + 1) - waited
        }
        return at(index) + (attempt.took ?? 0)
    }

    var svg: String {
        let span = self.span
        var bars = ""
        func bar(_ kind: String, _ from: Double, _ length: Double, _ place: String) {
            let x = min(from / span * CallTimeline.width, CallTimeline.width - CallTimeline.least)
            let width = min(
                max(length / span * CallTimeline.width, CallTimeline.least),
                CallTimeline.width - x)
            bars += #"<rect class="\#(kind)" x="\#(Int(x))" width="\#(Int(width))" \#(place)/>"#
        }
        for (index, attempt) in call.attempts.enumerated() {
            let took = attempt.took ?? max(head(index) - at(index), 0)
            bar(attempt.kind, at(index), took, #"y="2" height="10""#)
            if let promised = attempt.promised {
                bar("promised", head(index), promised, #"y="15" height="3""#)
            }
            if let waited = attempt.waited, waited > 0 {
                bar("waited", head(index), waited, #"y="20" height="3""#)
            }
        }
        return #"<svg aria-hidden="true" viewBox="0 0 1000 25" preserveAspectRatio="none">"#
            + bars + "</svg>"
    }
}

extension AttemptReport {
    /// How its bar is drawn.
    fileprivate var kind: String {
        if ending == nil { return "open" }
        if status.map({ $0 < 400 }) == true, faults.isEmpty, ending == "complete" { return "well" }
        return "failed"
    }
}
