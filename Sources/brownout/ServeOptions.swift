import ArgumentParser
import BrownoutEngine
import BrownoutServer
import Foundation

/// What every command that serves takes.
struct ServeOptions: ParsableArguments {
    @Option(help: "The address the data port binds to.")
    var host = "127.0.0.1"

    @Option(parsing: .unconditional, help: "The data port; 0 picks a free one.")
    var port = 8787

    @Flag(name: .customLong("h2"), help: "Speak HTTP/2 too, to clients that begin with it.")
    var speaksHTTP2 = false

    @OptionGroup(title: "TLS") var security: TLSOptions

    @OptionGroup(title: "The control port") var controls: ControlOptions

    @Option(parsing: .unconditional, help: "In place of the scenario's seed.")
    var seed: UInt64?

    @Option(
        help: "In place of the scenario's clock: real, manual, or a factor such as x10.",
        transform: ServeOptions.clock)
    var clock: ClockMode?

    @Option(
        parsing: .unconditional,
        help: "Event loops of the data plane; the number of cores when not given.")
    var threads: Int?

    @OptionGroup var journal: Journal.File

    @Flag(help: "Keep no journal.")
    var noJournal = false

    @Option(
        parsing: .unconditional,
        help: "Bytes of each request's and each answer's body that the journal keeps.")
    var journalBodies = ServerLimits().journalBodyBytes

    @Option(help: "Write the ports as JSON to this file once both accept.")
    var readyFile: String?

    @Option(help: "What to say on standard error: quiet, or info.")
    var logLevel = LogLevel.info

    private static let longestBody = 1024 * 1024

    enum LogLevel: String, ExpressibleByArgument, CaseIterable {
        case quiet
        case info
    }

    /// What the data port speaks.
    var transport: Transport {
        Transport(
            tls: security.tls, http2: speaksHTTP2, address: DataAddress(host: host, port: port))
    }

    func validate() throws {
        if !(0...65_535).contains(port) {
            throw ValidationError("--port is \(port); expected 0 to 65535")
        }
        if port != 0, port == controls.controlPort, host == controls.controlHost {
            throw ValidationError(
                "--port and --control-port are both \(port); the control port needs one of its own")
        }
        if let threads, !(1...64).contains(threads) {
            throw ValidationError("--threads is \(threads); expected 1 to 64")
        }
        guard (0...ServeOptions.longestBody).contains(journalBodies) else {
            throw ValidationError(
                "--journal-bodies is \(journalBodies); expected 0 to \(ServeOptions.longestBody)")
        }
    }

    /// Throws when one of the ports is taken.
    func findPorts() throws {
        if PortProbe.isTaken(host, port) {
            throw PortProbe.refusal("data port", host, port, "--port")
        }
        if PortProbe.isTaken(controls.controlHost, controls.controlPort) {
            throw PortProbe.refusal(
                "control port", controls.controlHost, controls.controlPort, "--control-port")
        }
    }

    private static func clock(_ text: String) throws -> ClockMode {
        if let mode = ClockMode(text) { return mode }
        throw ValidationError(
            "'\(text)' is not a clock; allowed: \(ClockMode.examples.joined(separator: ", "))")
    }
}
