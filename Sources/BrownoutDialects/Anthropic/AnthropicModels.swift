import BrownoutJSON

/// Anthropic's catalogue: what `GET /v1/models` lists, the newest first.
enum AnthropicModels {
    /// Where a model is between its release and its end (the SDK's `model_info.py`). What is said
    /// of the catalogue does not depend on the day: a date that has passed ends no model.
    enum Lifecycle: Equatable {
        case active
        /// The days on which that was said and on which it is to end.
        case deprecated(String, until: String)
        case retired(String, on: String)
        /// Nothing is known but that it has ended.
        case gone

        static let words = ["active", "deprecated", "retired"]

        var word: String {
            switch self {
            case .active: "active"
            case .deprecated: "deprecated"
            case .retired, .gone: "retired"
            }
        }
    }

    private struct Model {
        var id: String
        /// The same model by the day it came out.
        var dated: String
        var name: String
        var created: String
        var lifecycle: Lifecycle

        /// A model whose name says no more than its id does, and of whose day nothing is known.
        init(_ id: String, _ lifecycle: Lifecycle = .active) {
            let family = AnthropicModelFamily(id)
            self.init(
                id, id, family?.displayName ?? id, family?.day ?? AnthropicModels.unknownDay,
                lifecycle)
        }

        init(
            _ id: String, _ dated: String, _ name: String, _ created: String,
            _ lifecycle: Lifecycle = .active
        ) {
            self.id = id
            self.dated = dated
            self.name = name
            self.created = created
            self.lifecycle = lifecycle
        }
    }

    /// What stands where a day is not known, as Anthropic says it may.
    private static let unknownDay = "1970-01-01T00:00:00Z"

    /// The names are those of the SDK (`model_param.py`), the ends of the deprecated ones, too
    /// (`deprecated_models.py`); the day on which such an end was said is inferred: sixty days
    /// before it. The other days are those of Anthropic's page of deprecations.
    private static let catalogue: [Model] =
        newest + [
            Model(
                "claude-mythos-preview",
                .deprecated("2026-05-01T00:00:00Z", until: "2026-06-30T00:00:00Z")),
            Model("claude-opus-4-6"), Model("claude-sonnet-4-6"),
            Model(
                "claude-opus-4-5", "claude-opus-4-5-20251101", "Claude Opus 4.5",
                "2025-11-24T00:00:00Z",
                .deprecated("2026-11-23T00:00:00Z", until: "2027-01-22T00:00:00Z")),
            Model(
                "claude-haiku-4-5", "claude-haiku-4-5-20251001", "Claude Haiku 4.5",
                "2025-10-15T00:00:00Z"),
            Model(
                "claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "Claude Sonnet 4.5",
                "2025-09-29T00:00:00Z",
                .deprecated("2026-10-01T00:00:00Z", until: "2026-11-30T00:00:00Z")),
            Model(
                "claude-opus-4-1", "claude-opus-4-1-20250805", "Claude Opus 4.1",
                "2025-08-05T00:00:00Z",
                .retired("2026-06-05T00:00:00Z", on: "2026-08-05T00:00:00Z")),
            Model(
                "claude-opus-4-0", "claude-opus-4-20250514", "Claude Opus 4",
                "2025-05-22T00:00:00Z",
                .retired("2026-04-14T00:00:00Z", on: "2026-06-15T00:00:00Z")),
            Model(
                "claude-sonnet-4-0", "claude-sonnet-4-20250514", "Claude Sonnet 4",
                "2025-05-22T00:00:00Z",
                .retired("2026-04-14T00:00:00Z", on: "2026-06-15T00:00:00Z")),
            Model(
                "claude-3-5-haiku-latest", "claude-3-5-haiku-20241022", "Claude Haiku 3.5",
                "2024-10-22T00:00:00Z",
                .retired("2025-12-19T00:00:00Z", on: "2026-02-19T00:00:00Z")),
        ]

    private static let newest: [Model] = [
        "claude-fable-5-2", "claude-mythos-5-2", "claude-haiku-5-5", "claude-sonnet-5-5",
        "claude-fable-5-1", "claude-opus-5-5", "claude-mythos-5-1", "claude-sonnet-5",
        "claude-fable-5", "claude-mythos-5", "claude-opus-5", "claude-opus-4-8",
        "claude-opus-4-7",
    ].map { Model($0) }

    /// The body of `GET /v1/models` (wire facts, 6.5). `beta` is `anthropic-beta`, on which the
    /// windows depend.
    static func list(_ query: ModelQuery, beta: String) -> [UInt8] {
        let words = query.lifecycles.isEmpty ? ["active", "deprecated"] : query.lifecycles
        let all = catalogue.filter { words.contains($0.lifecycle.word) }
        let (range, hasMore) = query.page(of: all.map(\.id))
        let page = all[range]
        var writer = JSONWriter(reservingCapacity: 4096)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for model in page { write(model, as: model.id, beta: beta, &writer) }
        writer.endArray()
        writer.field("has_more", hasMore)
        writer.field("first_id", page.first?.id)
        writer.field("last_id", page.last?.id)
        writer.endObject()
        return writer.bytes
    }

    /// The body of `GET /v1/models/{id}`, by either id, which it answers with; for a model
    /// outside the catalogue, what its name tells.
    static func single(_ id: String, beta: String) -> [UInt8] {
        let known = catalogue.first { $0.id == id || $0.dated == id }
        let isOld = AnthropicModelFamily(id).map { !$0.isFrom(4, 5) } ?? false
        var writer = JSONWriter()
        write(known ?? Model(id, isOld ? .gone : .active), as: id, beta: beta, &writer)
        return writer.bytes
    }

    private static func write(
        _ model: Model, as id: String, beta: String, _ writer: inout JSONWriter
    ) {
        let family = AnthropicModelFamily(id)
        let limits = family?.limits(beta: beta)
        writer.beginObject()
        writer.field("type", "model")
        writer.field("id", id)
        writer.field("display_name", model.name)
        writer.field("created_at", model.created)
        writer.field("lifecycle", model.lifecycle.word)
        switch model.lifecycle {
        case .active, .gone:
            writer.field("deprecated_at", JSON.null)
            writer.field("retires_at", JSON.null)
        case .deprecated(let day, let end), .retired(let day, let end):
            writer.field("deprecated_at", day)
            writer.field("retires_at", end)
        }
        writer.field("line", family?.lineName)
        writer.field("max_input_tokens", limits?.window)
        writer.field("max_tokens", limits?.output)
        writer.field("capabilities", JSON.null)
        writer.endObject()
    }
}
