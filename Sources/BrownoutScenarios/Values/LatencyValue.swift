import BrownoutEngine
import BrownoutYAML

/// Reads latencies: a duration or a distribution.
enum LatencyValue {
    private static let names = ["normal", "lognormal", "pareto", "quantiles"]

    static func read(_ text: String) throws(GrammarError) -> Latency {
        if let open = text.firstIndex(of: "(") {
            guard text.hasSuffix(")") else {
                throw GrammarError("\(quoted(text)) has no ')' at its end")
            }
            let name = trimmed(text[..<open])
            let inside = text[text.index(after: open)...].dropLast()
            return try distribution(name, inside.split(separator: ",").map { trimmed($0) }, text)
        }
        if let (low, high) = DurationValue.split(text, at: ".."), !low.isEmpty, !high.isEmpty {
            let (from, to) = (try duration(low), try duration(high))
            guard from <= to else { throw GrammarError("\(quoted(text)) runs backwards") }
            return .uniform(from, to)
        }
        if names.contains(text) {
            throw GrammarError(
                "\(quoted(text)) needs its values", allowed: Grammar.latency.examples)
        }
        guard text.utf8.contains(where: isDigit), !text.contains("..") else {
            throw GrammarError(text, isNot: .latency)
        }
        return .constant(try duration(text))
    }

    private static func duration(_ text: some StringProtocol) throws(GrammarError) -> Duration {
        try DurationValue.read(text, longest: Latency.longest)
    }

    private static func distribution(
        _ name: String, _ arguments: [String], _ text: String
    ) throws(GrammarError) -> Latency {
        switch name {
        case "normal":
            guard arguments.count == 2 else {
                throw form("normal takes a mean and a deviation", "normal(400ms, 80ms)")
            }
            return .normal(
                mean: try duration(arguments[0]), deviation: try duration(arguments[1]))
        case "lognormal":
            let shape = "lognormal(median 400ms, p99 3s)"
            let values = try labelled(arguments, ["median", "p99"], of: name, shape)
            let (median, p99) = (try duration(values[0]), try duration(values[1]))
            guard median > .zero else {
                throw GrammarError("the median of a lognormal latency must be more than 0")
            }
            guard p99 > median else {
                throw GrammarError(
                    "p99 \(values[1]) is not more than the median \(values[0])")
            }
            return .logNormal(median: median, p99: p99)
        case "pareto":
            let shape = "pareto(min 200ms, shape 1.5)"
            let values = try labelled(arguments, ["min", "shape"], of: name, shape)
            let minimum = try duration(values[0])
            guard minimum > .zero else {
                throw GrammarError("the minimum of a pareto latency must be more than 0")
            }
            guard Decimal(values[1]) != nil, let slope = Double(values[1]), slope > 0 else {
                throw GrammarError(
                    "the shape of a pareto latency is a number above 0, not \(quoted(values[1]))")
            }
            return .pareto(minimum: minimum, shape: slope)
        case "quantiles":
            return try quantiles(arguments)
        default:
            throw GrammarError(
                "unknown distribution \(quoted(name))",
                nearest: NearestWord.nearest(to: name, among: names),
                allowed: Grammar.latency.examples)
        }
    }

    /// The values behind the labels, in the order of the labels.
    private static func labelled(
        _ arguments: [String], _ labels: [String], of name: String, _ shape: String
    ) throws(GrammarError) -> [String] {
        var values: [String] = []
        for label in labels {
            let found = arguments.filter { $0.hasPrefix(label + " ") }
            guard found.count == 1, arguments.count == labels.count else {
                throw form("\(name) takes \(labels.joined(separator: " and "))", shape)
            }
            values.append(trimmed(found[0].dropFirst(label.count)))
        }
        return values
    }

    private static func quantiles(_ arguments: [String]) throws(GrammarError) -> Latency {
        let shape = "quantiles(p50 300ms, p90 900ms, p99 4s)"
        guard arguments.count >= 2 else {
            throw form("quantiles takes two points or more", shape)
        }
        var points: [Latency.Quantile] = []
        for argument in arguments {
            let parts = argument.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].first == "p", Decimal(parts[0].dropFirst()) != nil,
                let percent = Double(parts[0].dropFirst())
            else { throw form("\(quoted(argument)) is not a quantile", shape) }
            guard percent <= 100 else {
                throw GrammarError("\(quoted(String(parts[0]))) is beyond p100")
            }
            let value = try duration(trimmed(parts[1]))
            if let last = points.last {
                guard last.percent < percent else {
                    throw GrammarError("quantiles must rise: \(parts[0]) comes too late")
                }
                guard last.value <= value else {
                    throw GrammarError(
                        "quantiles must rise: \(parts[0]) is less than the one before it")
                }
            }
            points.append(Latency.Quantile(percent: percent, value: value))
        }
        return .quantiles(points)
    }

    private static func form(_ message: String, _ shape: String) -> GrammarError {
        GrammarError(message, note: "write it as \(shape)")
    }
}
