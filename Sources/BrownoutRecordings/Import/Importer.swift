import BrownoutCompression
import BrownoutJSON
import BrownoutYAML

/// A format of exchanges that is somebody else's.
package enum ImportFormat: String, CaseIterable, Sendable {
    /// Cassettes of vcrpy, YAML or JSON.
    case vcr
    /// HTTP Archive 1.2.
    case har
    /// Fixtures of aimock (llmock).
    case aimock
    /// Traces as JSON: id, request, response, tokens, duration.
    case trace
}

/// Reads the files of other tools.
package enum Importer {
    /// The exchanges of a file, whatever wrote it.
    ///
    /// - Parameters:
    ///   - name: The file's name, for messages.
    ///   - format: What it is; nil to find out by what is in it.
    package static func read(
        _ bytes: [UInt8], name: String, format: ImportFormat? = nil, options: ImportOptions
    ) throws(ImportError) -> ImportResult {
        let bytes = try plain(bytes, name)
        if let foreign = ForeignFormat.name(of: bytes) { throw unread(foreign, name) }
        let file: File
        if format == .vcr {
            file = try self.file(bytes, name, isYAML: !looksLikeJSON(bytes))
        } else {
            file = try self.file(bytes, name, isYAML: format == nil && !looksLikeJSON(bytes))
        }
        if let foreign = foreign(file) { throw unread(foreign, name) }
        guard let format = format ?? self.format(of: file) else {
            if case .json(_, let broken) = file, let first = broken.first { throw first }
            if case .yaml(let tree) = file, tree["brownout-recording"] != nil {
                throw ImportError(
                    name, "",
                    "is a file of recordings already; a scenario's 'replay' reads it as it is")
            }
            throw ImportError(
                name, "",
                "is none of the formats that can be imported: \(formats) (--format says which)")
        }
        var result = try result(of: file, format, name, options)
        if case .json(_, let broken) = file { result.failures += broken }
        return result
    }

    private static func result(
        of file: File, _ format: ImportFormat, _ name: String, _ options: ImportOptions
    ) throws(ImportError) -> ImportResult {
        switch (format, file) {
        case (.vcr, .yaml(let tree)):
            var importer = VCRImporter(name, options)
            return try importer.read(tree)
        case (.vcr, .json(let values, _)):
            var importer = VCRImporter(name, options)
            return try importer.read(YAMLTree(json: values.first ?? .null))
        case (.har, .json(let values, _)):
            var importer = HARImporter(name, options)
            return try importer.read(values.first ?? .null)
        case (.aimock, .json(let values, _)):
            var importer = AimockImporter(name, options)
            return try importer.read(values.first ?? .null)
        case (.trace, .json(let values, _)):
            var importer = TraceImporter(name, options)
            let only = values.first
            return try importer.read(
                values.count == 1
                    ? only?.arrayValue ?? only?["traces"]?.arrayValue ?? values : values)
        case (_, .yaml): throw ImportError(name, "", "'\(format.rawValue)' is JSON")
        }
    }

    private static var formats: String {
        ImportFormat.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    }

    private static func unread(_ foreign: String, _ name: String) -> ImportError {
        ImportError(name, "", "is \(foreign), which is not read yet; what is: \(formats)")
    }

    private static func foreign(_ file: File) -> String? {
        switch file {
        case .yaml(let tree): ForeignFormat.name(of: tree)
        case .json(let values, _): values.first.flatMap { ForeignFormat.name(of: $0) }
        }
    }

    /// What a file holds: a YAML document, or JSON values one after another, and the lines that
    /// are none.
    private enum File {
        case yaml(YAMLTree)
        case json([JSON], broken: [ImportError])
    }

    private static func format(of file: File) -> ImportFormat? {
        switch file {
        case .yaml(let tree): return VCRImporter.isCassette(tree) ? .vcr : nil
        case .json(let values, _):
            guard let first = values.first else { return nil }
            if values.count == 1 {
                if first["interactions"]?.arrayValue != nil { return .vcr }
                if HARImporter.isArchive(first) { return .har }
                if AimockImporter.isFixtures(first) { return .aimock }
            }
            let only = values.count == 1 ? first.arrayValue ?? first["traces"]?.arrayValue : nil
            return (only ?? values).contains(where: TraceImporter.isTrace) ? .trace : nil
        }
    }

    // MARK: - Bytes

    /// The file with gzip undone.
    private static func plain(_ bytes: [UInt8], _ name: String) throws(ImportError) -> [UInt8] {
        guard bytes.starts(with: [0x1F, 0x8B]) else { return bytes }
        guard let plain = ImportedAnswer.decoded(bytes, [.gzip]) else {
            throw ImportError(
                name, "",
                "is not whole gzip data, or more than \(ImportLimits.fileBytes >> 20) MiB")
        }
        return plain
    }

    private static func looksLikeJSON(_ bytes: [UInt8]) -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes.dropFirst(3) : bytes[...]
        let first = text.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    private static func file(
        _ bytes: [UInt8], _ name: String, isYAML: Bool
    ) throws(ImportError) -> File {
        if isYAML {
            let limits = YAMLTree.Limits(depth: ImportLimits.depth, nodes: ImportLimits.nodes)
            do throws(YAMLTree.Failure) {
                return .yaml(try YAMLTree.read(bytes, limits: limits))
            } catch {
                throw ImportError(name, "\(error.line):\(error.column)", error.message)
            }
        }
        return try json(bytes, name)
    }

    /// One JSON value, or one on each line.
    private static func json(_ bytes: [UInt8], _ name: String) throws(ImportError) -> File {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes
        let failure: JSONParseError
        do throws(JSONParseError) {
            return .json([try JSON.parse(bytes)], broken: [])
        } catch { failure = error }
        var values: [JSON] = []
        var broken: [ImportError] = []
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            guard line.contains(where: { $0 > 0x20 }) else { continue }
            do throws(JSONParseError) { values.append(try JSON.parse(Array(line))) } catch {
                // The first line is no value of its own, so the lines are one text.
                if values.isEmpty { break }
                broken.append(
                    ImportError(
                        name, "\(number + 1):\(error.offset + 1)",
                        "this line is not JSON: \(error.message)"))
            }
        }
        if !values.isEmpty { return .json(values, broken: broken) }
        let before = bytes.prefix(failure.offset)
        let line = before.count { $0 == 0x0A } + 1
        let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        throw ImportError(name, "\(line):\(column)", "this is not JSON: \(failure.message)")
    }
}
