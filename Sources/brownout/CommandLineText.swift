import ArgumentParser
import BrownoutScenarios
import BrownoutYAML

/// What is said of a command line that is wrong, in one form: `error: …`, the usage of the command
/// it was for, and where its help is.
enum CommandLineText {
    /// A first word that names no command, with the one that was probably meant; nil: the parser
    /// has to say what is wrong, if anything is.
    static func unknownCommand(
        _ arguments: [String], of root: any ParsableCommand.Type
    ) -> String? {
        var command = root
        for word in arguments {
            let known = command.configuration.subcommands
            let names = known.map(name)
            if known.isEmpty || word.hasPrefix("-") || word == "help" { return nil }
            guard let next = known.first(where: { name($0) == word }) else {
                let guess = NearestWord.nearest(to: word, among: names)
                    .map { "; did you mean '\($0)'?" }
                return
                    "error: there is no command '\(word)'\(guess ?? "")\n"
                    + "allowed: \(names.joined(separator: ", "))\n"
                    + help(for: usage(root, command))
            }
            command = next
        }
        return nil
    }

    /// What the parser, or a command itself, has against the command line; `command` is the one
    /// that was found, nil where none was.
    static func refusal(
        _ error: any Error, of root: any ParsableCommand.Type, for command: (any ParsableCommand)?
    ) -> String {
        guard let command, let error = error as? ValidationError else {
            let text = root.fullMessage(for: error)
            return text.hasPrefix("Error: ") ? "e" + text.dropFirst() : text
        }
        let usage = usage(root, type(of: command))
        return "error: \(error.message)\n\(usage)\n\(help(for: usage))"
    }

    private static func usage(
        _ root: any ParsableCommand.Type, _ command: any ParsableCommand.Type
    ) -> String {
        "Usage: " + (command == root ? root.usageString() : root.usageString(for: command))
    }

    /// `  See 'brownout serve --help' for more information.`, of a command's usage.
    private static func help(for usage: String) -> String {
        let path = usage.split(separator: " ").dropFirst().prefix { word in
            !word.contains { "<[-".contains($0) }
        }
        return "  See '\(path.joined(separator: " ")) --help' for more information."
    }

    private static func name(_ command: any ParsableCommand.Type) -> String {
        command._commandName
    }
}
