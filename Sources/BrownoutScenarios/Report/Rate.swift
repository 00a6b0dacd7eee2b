package import BrownoutEngine
package import BrownoutJSON

/// How often something happens: exact while 64 bits hold it, else near.
package struct Rate: Equatable, Sendable {
    /// Nil when the ratio does not fit.
    package let exact: Chance?
    /// The nearest double, from 0 to 1.
    package let approximation: Double

    init(_ exact: Chance) {
        self.exact = exact
        approximation = exact.approximation
    }

    private init(exact: Chance?, approximation: Double) {
        self.exact = exact
        self.approximation = approximation
    }

    static let always = Rate(.always)

    func times(_ other: Rate) -> Rate {
        guard let left = exact, let right = other.exact, let product = left.multiplied(by: right)
        else {
            return Rate(exact: nil, approximation: approximation * other.approximation)
        }
        return Rate(product)
    }

    func plus(_ other: Rate) -> Rate {
        guard let left = exact, let right = other.exact, let sum = left.adding(right) else {
            return Rate(exact: nil, approximation: approximation + other.approximation)
        }
        return Rate(sum)
    }

    var complement: Rate {
        exact.map { Rate($0.complement) } ?? Rate(exact: nil, approximation: 1 - approximation)
    }

    /// A percentage; `≈` before one that is rounded.
    package var text: String {
        if let exact, exact.written.hasSuffix("%") { return exact.written }
        return "≈\(Rate.decimal(approximation * 100, places: 3))%"
    }

    /// A number from 0 to 1.
    package var json: JSON {
        .number(JSONNumber(text: Rate.decimal(approximation, places: 9)))
    }

    private static func decimal(_ value: Double, places: Int) -> String {
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        let scaled = Int((value * Double(scale)).rounded())
        var fraction = String(scaled % scale + scale).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(scaled / scale)" + (fraction.isEmpty ? "" : "." + fraction)
    }
}
