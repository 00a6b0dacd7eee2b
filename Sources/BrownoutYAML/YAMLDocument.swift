/// What a YAML document may cost.
package struct YAMLLimits: Sendable {
    /// Mappings and lists inside one another.
    package var depth: Int
    /// Scalars, lists and mappings, with every alias counted as what it stands for.
    package var nodes: Int
    /// Bytes of text that all aliases stand for.
    package var aliasBytes: Int
    /// Directives (`%YAML`, `%TAG`); libyaml compares every two.
    package var directives: Int
    /// What is said where a second document begins.
    package var secondDocument: String

    package init(
        depth: Int, nodes: Int, aliasBytes: Int, directives: Int, secondDocument: String
    ) {
        self.depth = depth
        self.nodes = nodes
        self.aliasBytes = aliasBytes
        self.directives = directives
        self.secondDocument = secondDocument
    }
}

/// The items of a list that somebody takes as they are read, so that a long list is never in memory
/// as a tree of nodes.
package struct YAMLItems {
    /// The keys that lead from the root to the list. A list with an anchor stays whole.
    package var path: [String]
    /// Whether an item was taken; one that was not is in the tree.
    package var take: (YAMLNode) -> Bool

    package init(at path: [String], take: @escaping (YAMLNode) -> Bool) {
        self.path = path
        self.take = take
    }
}

/// A YAML text that was read into nodes, and what is needed to say what is wrong with it.
package struct YAMLDocument: Sendable {
    /// Nil where the text has no content.
    package let root: YAMLNode?
    private let source: SourceText
    private let file: String
    private let problems: [SourceDiagnostic]

    /// Reads one document; `firstLine` is the number of its first line in the file, from 1.
    ///
    /// Throws where the reading ends early. Mistakes that do not end it are in what
    /// ``errors(_:)`` returns.
    package init(
        _ bytes: [UInt8], file: String, firstLine: Int = 1, limits: YAMLLimits,
        items: YAMLItems? = nil
    ) throws(SourceErrors) {
        let source = SourceText(bytes, firstLine: firstLine)
        if let offset = source.firstInvalidByte {
            let place = source.place(offset: offset)
            let hex = String(source.bytes[offset], radix: 16, uppercase: true)
            throw YAMLDocument.refusal(
                of: "the byte 0x\(hex) is not UTF-8", at: place, source, file,
                "save the file as UTF-8")
        }
        var composer = NodeComposer(source, limits: limits, items: items)
        do throws(NodeComposer.Problem) {
            root = try composer.compose()
        } catch {
            throw YAMLDocument.finish(
                (composer.problems + [error]).map { $0.diagnostic(in: file) }, source)
        }
        self.source = source
        self.file = file
        problems = composer.problems.map { $0.diagnostic(in: file) }
    }

    /// Whether mistakes were found that did not end the reading.
    package var hasProblems: Bool { !problems.isEmpty }

    /// These diagnostics and those of the reading, in the order of the file, each once, with the
    /// line it is about.
    package func errors(_ found: [SourceDiagnostic]) -> SourceErrors {
        YAMLDocument.finish(problems + found, source)
    }

    /// One error about the document's beginning.
    package func refusal(of message: String, note: String? = nil) -> SourceErrors {
        YAMLDocument.refusal(of: message, at: source.place(offset: 0), source, file, note)
    }

    /// One error about a byte of a text that was not read as YAML.
    package static func refusal(
        of message: String, note: String? = nil, at offset: Int, of bytes: [UInt8], file: String,
        firstLine: Int = 1
    ) -> SourceErrors {
        let source = SourceText(bytes, firstLine: firstLine)
        return refusal(of: message, at: source.place(offset: offset), source, file, note)
    }

    private static func refusal(
        of message: String, at place: SourcePlace, _ source: SourceText, _ file: String,
        _ note: String?
    ) -> SourceErrors {
        finish(
            [
                SourceDiagnostic(
                    file: file, span: SourceSpan(place, place), message: message, note: note)
            ], source)
    }

    private static func finish(
        _ found: [SourceDiagnostic], _ source: SourceText
    ) -> SourceErrors {
        let sorted = found.enumerated().sorted { left, right in
            let (a, b) = (
                left.element.span?.start.offset ?? 0, right.element.span?.start.offset ?? 0
            )
            return (a, left.offset) < (b, right.offset)
        }
        var kept: [SourceDiagnostic] = []
        var omitted = 0
        var previous: SourceDiagnostic?
        for (_, diagnostic) in sorted {
            // What stands behind an anchor is read once for every alias.
            if diagnostic == previous { continue }
            previous = diagnostic
            guard kept.count < SourceErrors.most else {
                omitted += 1
                continue
            }
            var shown = diagnostic
            shown.excerpt = diagnostic.span.flatMap { .init(of: source, at: $0) }
            kept.append(shown)
        }
        return SourceErrors(kept, omitted: omitted)
    }
}

extension NodeComposer.Problem {
    fileprivate func diagnostic(in file: String) -> SourceDiagnostic {
        SourceDiagnostic(file: file, span: span, message: message, note: note)
    }
}
