import BrownoutEngine
import BrownoutScenarios
import BrownoutYAML
import Foundation

extension Brownout {
    /// What a server is under. A string literal is the path of a file.
    public struct Scenario: Sendable, ExpressibleByStringLiteral {
        private enum Source: Sendable {
            case healthy
            case file(path: String, beside: String)
            case yaml(String)
        }

        private let source: Source

        /// Whole, quick answers.
        public static let healthy = Scenario(source: .healthy)

        /// The scenario of a file: a path from the working folder or, where there is none, from the
        /// folder of the source file that names it.
        public static func file(_ path: String, from file: String = #filePath) -> Scenario {
            Scenario(source: .file(path: path, beside: file))
        }

        /// A scenario's text.
        public static func yaml(_ text: String) -> Scenario { Scenario(source: .yaml(text)) }

        private init(source: Source) {
            self.source = source
        }

        public init(stringLiteral path: String) {
            self.init(source: .file(path: path, beside: ""))
        }

        /// The same scenario, whose file is also looked for beside a source file.
        func found(beside file: String) -> Scenario {
            guard case .file(let path, "") = source else { return self }
            return Scenario(source: .file(path: path, beside: file))
        }

        func loaded() throws(BrownoutError) -> LoadedScenario {
            do throws(SourceErrors) {
                switch source {
                case .healthy:
                    let name = BrownoutEngine.Scenario.healthy.name
                    return try ScenarioLoader.load(
                        name: name, bytes: Array("scenario: \(name)\n".utf8))
                case .yaml(let text):
                    return try ScenarioLoader.load(name: "<scenario>", bytes: Array(text.utf8))
                case .file(let path, let beside):
                    return try ScenarioLoader.load(path: Scenario.place(of: path, beside: beside))
                }
            } catch {
                throw BrownoutError(error.text)
            }
        }

        private static func place(of path: String, beside file: String) -> String {
            guard !file.isEmpty, !FileManager.default.fileExists(atPath: path) else { return path }
            let near = URL(fileURLWithPath: file).deletingLastPathComponent()
                .appendingPathComponent(path).path
            return FileManager.default.fileExists(atPath: near) ? near : path
        }
    }
}
