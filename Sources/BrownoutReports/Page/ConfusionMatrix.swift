import BrownoutJSON

/// What errors were, and what the client called them: from the figures of the rule `categories`, an
/// object of objects: `{truth: {declared: count}}`.
struct ConfusionMatrix {
    private let truths: [JSONMember]
    private let declared: [String]

    /// Nil where the figures hold none.
    init?(_ measured: [JSONMember]) {
        let found = measured.first { member in
            let rows = member.value.objectValue ?? []
            return !rows.isEmpty
                && rows.allSatisfy { row in
                    row.value.objectValue.map { $0.allSatisfy { $0.value.intValue != nil } }
                        ?? false
                }
        }
        guard let truths = found?.value.objectValue else { return nil }
        self.truths = truths
        var names: [String] = []
        for name in truths.flatMap({ $0.value.objectValue ?? [] }).map(\.key)
        where !names.contains(name) {
            names.append(name)
        }
        declared = names.sorted()
    }

    /// Rows are what it was, columns what the client called it.
    var html: String {
        let rows = truths.map { truth in
            ["<b>\(HTMLText.escaped(truth.key))</b>"]
                + declared.map { name in
                    guard let count = truth.value[name]?.intValue, count > 0 else { return "" }
                    let verdict = name == truth.key ? "well" : "wrong"
                    return #"<span class="\#(verdict)">\#(count)</span>"#
                }
        }
        return HTMLText.table(
            "What errors were (rows), and what the client called them (columns)",
            ["truth"] + declared.map(HTMLText.escaped), rows)
    }
}
