import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import Foundation

/// Where the server can be reached.
struct Ready {
    var data: String
    var control: String
    var seed: UInt64
    /// The file of the authority that clients are to trust; nil without TLS.
    var authority: String?
    /// The providers that are answered for; nil: all.
    var served: [String]?

    private func isServed(_ provider: String) -> Bool { served?.contains(provider) ?? true }

    /// The base URL that an SDK is told for a provider.
    func url(_ provider: String, _ profile: ProviderProfile) -> String {
        "\(data)/\(provider)\(profile.basePath)"
    }

    /// Writes the ready file whole, then prints the base URLs for a shell.
    func announce(_ scenario: Scenario, to file: String?) throws {
        if let file { try write(to: file) }
        var lines: [String] = []
        for profile in Dialects.profiles where isServed(profile.name.rawValue) {
            lines.append("export \(profile.variable)=\(url(profile.name.rawValue, profile))")
        }
        if let authority {
            // OpenSSL and what is built on it, httpx too; requests; Node.
            lines += ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"].map {
                "export \($0)=\(Ready.shellWord(authority))"
            }
        }
        for provider in scenario.providers where isServed(provider.name) {
            let url = url(provider.name, Dialects.profile(provider.dialect))
            lines.append("# \(provider.name), \(provider.dialect.rawValue): \(url)")
        }
        Terminal.announce(lines.joined(separator: "\n") + "\n")
    }

    /// Takes away what an earlier server left, so that whoever waits for the file waits for this
    /// start.
    static func removeFile(_ file: String?) throws {
        guard let file, unlink(file) != 0, errno != ENOENT, errno != ENOTDIR else { return }
        let reason = String(cString: strerror(errno))
        throw Failure(
            .unavailable, "error: the ready file '\(file)' cannot be written anew: \(reason)")
    }

    /// Takes the file away at the end, if it is still this process's.
    static func removeOwnFile(_ file: String?) {
        guard let file, let text = FileManager.default.contents(atPath: file),
            let json = try? JSON.parse(Array(text)), json["pid"]?.intValue == Int(getpid())
        else { return }
        unlink(file)
    }

    /// A path as a shell takes it.
    private static func shellWord(_ text: String) -> String {
        let plain = text.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                || (UInt8(ascii: "-")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "_")
        }
        return plain ? text : "'" + text.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }

    private func write(to file: String) throws {
        var members = [
            JSONMember("data", .string(data)), JSONMember("control", .string(control)),
            JSONMember("pid", .number(JSONNumber(Int(getpid())))),
            JSONMember("seed", .number(JSONNumber(text: String(seed)))),
        ]
        if let authority { members.append(JSONMember("ca", .string(authority))) }
        let json = JSON.object(members)
        let place = URL(fileURLWithPath: file)
        let folder = place.deletingLastPathComponent().path
        guard FileManager.default.fileExists(atPath: folder) else {
            throw Failure(
                .unavailable,
                "error: the ready file cannot be written: there is no folder '\(folder)'")
        }
        do {
            try Data((json.text + "\n").utf8).write(to: place, options: .atomic)
        } catch {
            throw Failure(
                .unavailable,
                "error: the ready file '\(file)' cannot be written: \(error.localizedDescription)")
        }
    }
}
