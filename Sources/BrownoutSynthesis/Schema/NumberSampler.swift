import BrownoutDialects
import BrownoutJSON

/// Makes up numbers that fit a JSON Schema: bounds and `multipleOf`.
///
/// A number is a whole multiple of a decimal step, kept as two integers, so that what is written
/// is exact: `0.37`, never `0.37000000000000005`.
struct NumberSampler {
    private var lower: Double?
    private var upper: Double?
    private var isAboveLower = false
    private var isBelowUpper = false
    /// `step / scale` is the distance of two candidates.
    private var step = 1
    private var scale = 1
    /// A number that may have a fraction has one, where the range has any: so it is never taken
    /// for an integer.
    private var prefersFractions = false
    /// `multipleOf` as it was given.
    private var multiple: Double?

    /// Candidates a draw chooses from.
    private static let spread = 100
    /// Below this magnitude doubles count every integer.
    private static let exactLimit = 9_007_199_254_740_992.0

    init(_ schema: JSON, isInteger: Bool) {
        if let minimum = schema["minimum"]?.doubleValue {
            lower = minimum
            // Until draft 4 the exclusive bounds were flags.
            isAboveLower = schema["exclusiveMinimum"] == true
        }
        if let bound = schema["exclusiveMinimum"]?.doubleValue, bound >= lower ?? bound {
            (lower, isAboveLower) = (bound, true)
        }
        if let maximum = schema["maximum"]?.doubleValue {
            upper = maximum
            isBelowUpper = schema["exclusiveMaximum"] == true
        }
        if let bound = schema["exclusiveMaximum"]?.doubleValue, bound <= upper ?? bound {
            (upper, isBelowUpper) = (bound, true)
        }
        if case .number(let multiple)? = schema["multipleOf"] {
            readStep(multiple, isInteger: isInteger)
        } else if !isInteger {
            (step, scale) = (5, 10)
            prefersFractions = true
            // A narrow range gets a fine step.
            if let lower, let upper {
                while upper - lower < 4 * Double(step) / Double(scale), scale < 1_000_000 {
                    scale *= 10
                }
            }
        }
    }

    /// `0.01` is one hundredth; of an integer only whole multiples count.
    private mutating func readStep(_ multiple: JSONNumber, isInteger: Bool) {
        guard let value = multiple.double, value > 0, value < Self.exactLimit else { return }
        self.multiple = value
        while (value * Double(scale)).rounded() != value * Double(scale), scale < 1_000_000_000 {
            scale *= 10
        }
        step = max(Int((value * Double(scale)).rounded()), 1)
        if isInteger {
            // The least whole multiple of step / scale.
            var divisor = (step, scale)
            while divisor.1 != 0 { divisor = (divisor.1, divisor.0 % divisor.1) }
            (step, scale) = (step / divisor.0, 1)
        }
    }

    func value(_ draws: inout WordStream) -> JSON {
        let unit = Double(step) / Double(scale)
        let bound = Self.exactLimit / Double(max(step, scale))
        func index(_ value: Double) -> Int { Int(min(max(value, -bound), bound)) }
        var first = lower.map { index(($0 / unit).rounded(.up)) }
        if let least = first, isAboveLower, Double(least) * unit <= lower ?? 0 { first = least + 1 }
        var last = upper.map { index(($0 / unit).rounded(.down)) }
        if let most = last, isBelowUpper, Double(most) * unit >= upper ?? 0 { last = most - 1 }
        let from = first ?? last.map { min($0, max($0 - Self.spread, 1)) } ?? 1
        let to = min(last ?? from + Self.spread, from + Self.spread)
        guard to >= from else {
            // No candidate in between: the middle, as nearly as doubles can say it.
            let middle = (lower ?? 0) / 2 + (upper ?? lower ?? 0) / 2
            return .number(JSONNumber(text: "\(middle)"))
        }
        let start = draws.below(to - from + 1)
        for offset in 0...(to - from) {
            let text = text(from + (start + offset) % (to - from + 1))
            if dividesInDoubles(text), !prefersFractions || text.utf8.contains(UInt8(ascii: ".")) {
                return .number(JSONNumber(text: text))
            }
        }
        return .number(JSONNumber(text: text(from + start)))
    }

    /// Whether a validator that divides doubles sees a multiple of the step: 0.07 / 0.01 is not
    /// 7 there.
    private func dividesInDoubles(_ text: String) -> Bool {
        guard scale > 1, let value = Double(text), let unit = multiple else { return true }
        return value / unit == (value / unit).rounded()
    }

    /// The multiple as a decimal.
    private func text(_ multiple: Int) -> String {
        let (product, overflow) = multiple.multipliedReportingOverflow(by: step)
        guard !overflow else { return "0" }
        let (whole, rest) = product.magnitude.quotientAndRemainder(dividingBy: scale.magnitude)
        let sign = product < 0 ? "-" : ""
        guard rest > 0 else { return sign + String(whole) }
        var fraction = String(rest + scale.magnitude).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(sign)\(whole).\(fraction)"
    }
}
