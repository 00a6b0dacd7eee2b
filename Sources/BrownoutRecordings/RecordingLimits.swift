package import BrownoutYAML

/// What reading and writing recordings may cost. Every limit of the format is stated here.
package enum RecordingLimits {
    /// Bytes of one document.
    package static let documentBytes = 256 << 20
    /// Bytes of comments and directives before a file's first document.
    package static let prologueBytes = 1 << 20
    /// Lists and mappings inside one another in a document.
    package static let depth = 96
    /// Scalars, lists and mappings of a document.
    package static let nodes = 4_000_000
    /// Pieces of a body.
    package static let chunks = 500_000
    /// Header fields of a message.
    package static let headers = 10_000
    /// Values of a body that is written as a tree; one of more is written as text.
    package static let treeNodes = 200_000
    /// Lists and objects inside one another in a body that is written as a tree.
    package static let treeDepth = 64
    /// Bytes of a member's name in such a tree, and of a field's name before a colon: YAML wants
    /// the colon within 1,024 characters, and one byte takes up to four.
    package static let keyBytes = 200
    /// Bytes of a coded body that are shown decoded.
    package static let decodedBytes = 4 << 20
    /// Files and folders in a folder, whatever they are.
    package static let files = 1_000_000

    /// The same for the reader of YAML.
    package static let yaml = YAMLLimits(
        depth: depth, nodes: nodes, aliasBytes: 1 << 20, directives: 8,
        secondDocument: "each recording begins with a line '---'")
}
