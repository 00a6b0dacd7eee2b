import ArgumentParser
import BrownoutYAML

/// `brownout help`: the pages by task, beside the commands' own help.
enum HelpText {
    /// A page of the documentation, as it is read on a forge, too.
    struct Topic {
        let name: String
        let bytes: [UInt8]

        init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }

        var text: String { String(decoding: bytes, as: UTF8.self) }

        /// What its first line says.
        var title: String {
            String(text.prefix { $0 != "\n" }.drop { $0 == "#" || $0 == " " })
        }
    }

    /// What `brownout help` and words say; nil: that is the parser's affair.
    static func text(
        _ arguments: [String], of root: any ParsableCommand.Type
    ) throws -> String? {
        guard arguments.first == "help" else { return nil }
        let words = arguments.dropFirst()
        if words.isEmpty { return root.helpMessage() + "\n" + topicList }
        guard words.count == 1, let word = words.first, !word.hasPrefix("-") else { return nil }
        let commands = root.configuration.subcommands.map { $0._commandName }
        let isCommand = commands.contains(word)
        if let topic = topics.first(where: { $0.name == word }) {
            return topic.text
                + (isCommand ? "\nThe command's options: `brownout \(word) --help`.\n" : "")
        }
        if isCommand { return nil }
        let names = topics.map(\.name)
        let guess = NearestWord.nearest(to: word, among: names + commands)
            .map { "; did you mean '\($0)'?" }
        throw Failure(
            .usage,
            "error: there is no topic and no command '\(word)'\(guess ?? "")\n"
                + "topics: \(names.joined(separator: ", "))\n"
                + "commands: \(commands.joined(separator: ", "))\n")
    }

    private static var topicList: String {
        let width = topics.map(\.name.count).max() ?? 0
        let lines = topics.map { topic in
            let gap = String(repeating: " ", count: width - topic.name.count + 2)
            return "  \(topic.name)\(gap)\(topic.title)\n"
        }
        return "TOPICS, as in 'brownout help first-steps':\n" + lines.joined()
    }
}
