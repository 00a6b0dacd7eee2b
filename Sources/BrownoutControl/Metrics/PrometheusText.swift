import BrownoutServer

/// Prometheus' text format, version 0.0.4.
struct PrometheusText {
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private(set) var text = ""

    /// Begins the samples of a metric.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        let line = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        text += "# HELP \(name) \(line)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(
        _ name: String, _ labels: KeyValuePairs<String, String>, _ value: String
    ) {
        add(name, labels.map { ($0.key, $0.value) }, value)
    }

    mutating func sample(
        _ name: String, _ labels: KeyValuePairs<String, String>, _ value: Int
    ) {
        sample(name, labels, String(value))
    }

    /// A sample with labels that not all of its metric have.
    mutating func sample(
        _ name: String, _ labels: KeyValuePairs<String, String>, further: [(String, String)],
        _ value: Int
    ) {
        add(name, labels.map { ($0.key, $0.value) } + further, String(value))
    }

    /// A metric with one sample and no labels.
    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Int) {
        family(name, kind, help)
        sample(name, [:], value)
    }

    /// The samples of one histogram, in seconds.
    mutating func histogram(
        _ name: String, _ labels: KeyValuePairs<String, String>, _ histogram: Histogram
    ) {
        let labels = labels.map { ($0.key, $0.value) }
        var count = 0
        for (index, bound) in histogram.bounds.enumerated() {
            count += histogram.counts[index]
            let end = DecimalText.seconds(nanoseconds: bound)
            add(name + "_bucket", labels + [("le", end)], String(count))
        }
        add(name + "_bucket", labels + [("le", "+Inf")], String(histogram.count))
        add(name + "_sum", labels, DecimalText.seconds(nanoseconds: histogram.sum))
        add(name + "_count", labels, String(histogram.count))
    }

    private mutating func add(_ name: String, _ labels: [(String, String)], _ value: String) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.0)=\"\(PrometheusText.escaped($0.1))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }
}
