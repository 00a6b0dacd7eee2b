import BrownoutEngine
package import BrownoutRecords
package import BrownoutRedaction
import Foundation

/// Something that looks like a secret.
package struct SecretFinding: Equatable, Sendable {
    /// The file it is in; empty where only a recording was looked at.
    package var file: String
    /// From 1; 0 where only a recording was looked at.
    package var line: Int
    /// In bytes, from 1.
    package var column: Int
    /// Where in its recording, or in what block of its file, it is: `request header cookie`,
    /// `base64`; empty for what stands in a file as it is.
    package var place: String
    /// What kind of secret it looks like.
    package var kind: SecretKind
    /// So much of it as tells it from others.
    package var shown: String

    init(
        file: String = "", line: Int = 0, column: Int = 0, place: String = "", kind: SecretKind,
        value: [UInt8]
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.place = place
        self.kind = kind
        shown = Self.masked(value)
    }

    /// The first bytes and how many there are, never most of them.
    private static func masked(_ value: [UInt8]) -> String {
        let shown = value.prefix(min(4, value.count / 4)).map { byte in
            byte > 0x20 && byte < 0x7F ? String(UnicodeScalar(byte)) : "?"
        }
        return shown.joined() + "… (\(value.count) bytes)"
    }
}

/// Looks for secrets in what was written already, by hand or by another tool.
package enum SecretCheck {
    /// Bytes of a file that are looked at together.
    static let window = 16 * 1024 * 1024

    /// What a recording holds: every part of it, bodies behind their codings.
    package static func findings(
        in recording: Recording, by redactor: Redactor = Redactor()
    ) -> [SecretFinding] {
        var redaction = RecordingRedaction(redactor, of: recording)
        _ = redaction.redacted(recording)
        return redaction.findings
    }

    /// What a file of any kind holds: its bytes as they are, and blocks of base64 behind theirs
    /// and, of gzip and zstd, behind those. A large file is looked at in windows of whole lines.
    package static func findings(
        inFile path: String, by redactor: Redactor = Redactor()
    ) throws -> [SecretFinding] {
        try findings(inFile: path, by: redactor, window: window)
    }

    static func findings(
        inFile path: String, by redactor: Redactor, window: Int
    ) throws -> [SecretFinding] {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var findings: [SecretFinding] = []
        var rest: [UInt8] = []
        var line = 1
        while true {
            let more = try file.read(upToCount: window) ?? Data()
            var bytes = rest + more
            rest = []
            if more.count == window, let end = bytes.lastIndex(of: 0x0A) {
                rest = Array(bytes[(end + 1)...])
                bytes.removeSubrange((end + 1)...)
            }
            findings += Self.findings(in: bytes, path, from: &line, by: redactor)
            if more.count < window { return findings }
        }
    }

    private static func findings(
        in bytes: [UInt8], _ path: String, from line: inout Int, by redactor: Redactor
    ) -> [SecretFinding] {
        let found = redactor.secrets(in: bytes).flatMap { edit in
            edit.found.map { (edit.range.lowerBound, edit.coding, $0) }
        }
        var lineStart = 0
        var next = 0
        let findings = found.map { offset, place, secret in
            while next < offset {
                if bytes[next] == 0x0A {
                    line += 1
                    lineStart = next + 1
                }
                next += 1
            }
            return SecretFinding(
                file: path, line: line, column: offset - lineStart + 1, place: place,
                kind: secret.kind, value: secret.value)
        }
        line += bytes[next...].count { $0 == 0x0A }
        return findings
    }
}
