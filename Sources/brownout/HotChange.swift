import BrownoutControl
import BrownoutEngine
import BrownoutScenarios
import BrownoutYAML
// Where a build that is optimised as a whole finds `stat`.
import CoreFoundation
import Foundation

/// Reads the scenario's file again while it is served.
struct HotChange: Sendable {
    /// Between two looks at the file.
    private static let interval = Duration.milliseconds(250)

    let server: ControlledServer
    /// Nil: the server was started without a file.
    let path: String?
    let isQuiet: Bool

    /// Puts the file's scenario in force, or says why it cannot be.
    func reload(because trigger: String, onlyIfChanged: Bool = false) async {
        guard let path else {
            return say("\(trigger): there is no scenario file to read again")
        }
        switch await server.reload(path, because: trigger, onlyIfChanged: onlyIfChanged) {
        case nil: break
        case .success(let loaded):
            for warning in loaded.warnings { Terminal.error(warning.text + "\n") }
            say(
                "\(trigger): serving '\(loaded.scenario.name)', seed \(loaded.scenario.seed), "
                    + "from \(path)")
        case .failure(let errors):
            Terminal.error(errors.text)
            Terminal.error("brownout: \(trigger): the scenario in force stays as it is\n")
        }
    }

    /// Looks at the file until the task is cancelled.
    func watch() async {
        guard let path else { return }
        var file = SettledFile(known: nil)
        while true {
            do { try await Task.sleep(for: HotChange.interval) } catch { return }
            switch file.look(HotChange.state(of: path)) {
            case .nothing: break
            case .changed: await reload(because: "watch", onlyIfChanged: true)
            case .gone: say("watch: \(path) is gone; the scenario in force stays as it is")
            }
        }
    }

    private static func state(of path: String) -> SettledFile.State? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return SettledFile.State(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            changed: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
    }

    private func say(_ text: String) {
        if !isQuiet { Terminal.error("brownout: \(text)\n") }
    }
}
