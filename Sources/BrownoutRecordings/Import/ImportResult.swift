package import BrownoutEngine
package import BrownoutRecords

/// What an importer made of a file of somebody else's.
package struct ImportResult: Equatable, Sendable {
    /// In the order of the file. Ids are those that the file has, else made of its name and the
    /// place in it; they are theirs alone within it.
    package var recordings: [Recording] = []
    /// What could not be carried, or had to be made up.
    package var notes: [ImportNote] = []
    /// Entries that could not be read, in the order of the file: the others were.
    package var failures: [ImportError] = []

    package init() {}
}

/// Something that did not come over as it was.
package struct ImportNote: Equatable, Sendable, CustomStringConvertible {
    /// Where in the file: `interaction 3 (line 120)`; empty for all of it.
    package var place: String
    /// A sentence without its full stop.
    package var message: String

    package init(_ place: String, _ message: String) {
        self.place = place
        self.message = message
    }

    /// The place and the message, on one line: `entry 3: 'a b' is no name of a header: left out`.
    package var description: String { place.isEmpty ? message : "\(place): \(message)" }
}

/// Why a file cannot be imported.
package struct ImportError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file that was read, as messages call it.
    package var file: String
    /// `12:5`, `entry 3`, …; empty for all of it.
    package var place: String
    /// A sentence without its full stop.
    package var message: String

    package init(_ file: String, _ place: String, _ message: String) {
        self.file = file
        self.place = place
        self.message = message
    }

    /// The whole error on one line: `cassette.yaml:12:5: error: is not UTF-8`.
    package var description: String {
        place.isEmpty ? "\(file): error: \(message)" : "\(file):\(place): error: \(message)"
    }
}

/// What an importer has to be told.
package struct ImportOptions: Sendable {
    /// A host, or a glob of hosts, whose dialect the user knows; the first that fits counts.
    package var hosts: [(host: Glob, dialect: DialectName)] = []
    /// The dialect of formats that name none.
    package var dialect = DialectName.allCases[0]
    /// What ids begin with where the file has none; nil: the file's name.
    package var stem: String?
    /// When an exchange was recorded whose file does not say, in microseconds since 1970.
    package var now: Int64

    package init(now: Int64) {
        self.now = now
    }
}

/// What importing may cost.
package enum ImportLimits {
    /// Bytes of a file, decompressed.
    package static let fileBytes = 256 << 20
    /// Exchanges of a file.
    package static let exchanges = 100_000
    /// Values of a YAML file, every alias counted as what it stands for.
    package static let nodes = 4_000_000
    /// Lists and mappings of a YAML file inside one another.
    package static let depth = 96
    /// Notes; what is beyond is counted.
    package static let notes = 200
}

/// Notes as they come, each message with its places.
struct ImportNotes {
    private var notes: [ImportNote] = []
    private var omitted = 0

    mutating func add(_ place: String = "", _ message: String) {
        let note = ImportNote(place, message)
        guard !notes.contains(note) else { return }
        if notes.count < ImportLimits.notes { notes.append(note) } else { omitted += 1 }
    }

    var all: [ImportNote] {
        omitted == 0 ? notes : notes + [ImportNote("", "and \(omitted) more notes of this kind")]
    }
}
