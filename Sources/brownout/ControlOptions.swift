import ArgumentParser
import BrownoutControl
import Foundation

/// Where the control port is, and who may use it.
struct ControlOptions: ParsableArguments {
    /// Read when no option gives a token.
    private static let variable = "BROWNOUT_CONTROL_TOKEN"

    @Option(
        help: """
            The address the control port binds to; one that is not on loopback needs a token.
            """)
    var controlHost = "127.0.0.1"

    @Option(parsing: .unconditional, help: "The control port; 0 picks a free one.")
    var controlPort = 8788

    @Option(
        help: """
            The token that clients of the control port show. Others on this machine can see it \
            among the arguments: --control-token-file and \(variable) keep it from them.
            """)
    var controlToken: String?

    @Option(help: "A file that holds the token.")
    var controlTokenFile: String?

    func validate() throws {
        if !(0...65_535).contains(controlPort) {
            throw ValidationError("--control-port is \(controlPort); expected 0 to 65535")
        }
        if controlToken != nil, controlTokenFile != nil {
            throw ValidationError("--control-token and --control-token-file exclude each other")
        }
    }

    /// The token, if any; a failure when there must be one and is not.
    func token() throws -> ControlToken? {
        let (text, source) = try given()
        guard let text else {
            if LoopbackName.contains(controlHost) { return nil }
            throw Failure(
                .usage,
                "error: --control-host \(controlHost) is not on loopback, so the control port "
                    + "needs a token: --control-token-file FILE, or \(Self.variable)")
        }
        guard let token = ControlToken(text) else {
            throw Failure(
                .usage,
                "error: \(source) is not a token: it is empty, or holds spaces or characters "
                    + "that are not ASCII")
        }
        return token
    }

    private func given() throws -> (text: String?, source: String) {
        if let controlToken { return (controlToken, "--control-token") }
        if let file = controlTokenFile {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
                throw Failure(.usage, "error: the token file '\(file)' cannot be read")
            }
            return (text.trimmingCharacters(in: .whitespacesAndNewlines), "the text of '\(file)'")
        }
        let value = ProcessInfo.processInfo.environment[Self.variable]
        return (value.flatMap { $0.isEmpty ? nil : $0 }, Self.variable)
    }
}
