/// Pearson's test of whether counts are as shares would have them, at one in a hundred.
struct ChiSquared {
    /// The sum over cells of (counted − expected)² / expected.
    let statistic: Double
    /// One less than there are cells.
    let freedom: Int

    /// Nil where a cell is expected to have fewer than five, or where there is one cell only: then
    /// the sum is not distributed as the test has it.
    init?(_ cells: [(counted: Int, expected: Double)]) {
        guard cells.count > 1, cells.allSatisfy({ $0.expected >= 5 }) else { return nil }
        statistic = cells.reduce(0) { sum, cell in
            let difference = Double(cell.counted) - cell.expected
            return sum + difference * difference / cell.expected
        }
        freedom = cells.count - 1
    }

    /// Whether chance alone does this less than once in a hundred times.
    var isImprobable: Bool { statistic > critical }

    /// What the statistic exceeds once in a hundred times.
    var critical: Double { ChiSquared.critical(freedom) }

    /// Exact to three digits for up to thirty degrees of freedom, then by the cube-root
    /// approximation of Wilson and Hilferty (1931), which is as good there.
    static func critical(_ freedom: Int) -> Double {
        if freedom <= table.count { return table[freedom - 1] }
        // The standard normal distribution exceeds this once in a hundred times.
        let normal = 2.326348
        let part = 2 / (9 * Double(freedom))
        let root = 1 - part + normal * part.squareRoot()
        return Double(freedom) * root * root * root
    }

    private static let table = [
        6.635, 9.210, 11.345, 13.277, 15.086, 16.812, 18.475, 20.090, 21.666, 23.209, 24.725,
        26.217, 27.688, 29.141, 30.578, 32.000, 33.409, 34.805, 36.191, 37.566, 38.932, 40.289,
        41.638, 42.980, 44.314, 45.642, 46.963, 48.278, 49.588, 50.892,
    ]
}
