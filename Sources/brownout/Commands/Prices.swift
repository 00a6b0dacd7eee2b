import ArgumentParser
import BrownoutVerdicts
import Foundation

/// `brownout prices`
struct Prices: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices",
        abstract: "Print the prices of models that costs are told by, to be edited.",
        discussion: """
            They are list prices of the day they name; check yours. `drill` and `report` take an \
            edited table with --prices FILE.

            Examples:
              brownout prices > prices.json
            """)

    func run() {
        Terminal.print(bytes: PriceTable.shippedBytes)
    }
}

extension PriceTable {
    /// The table of a file; without one, the table that ships.
    static func read(_ path: String?) throws -> PriceTable {
        guard let path else { return .shipped }
        let contents: Data
        do {
            contents = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw Failure(
                .usage, "error: '\(path)' cannot be read: \(error.localizedDescription)")
        }
        do throws(PriceTableError) {
            return try PriceTable(Array(contents))
        } catch {
            throw Failure(.usage, "\(path): error: \(error.text)")
        }
    }
}
