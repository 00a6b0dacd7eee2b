import BrownoutJSON

/// Anthropic's catalogue: what `GET /v1/models` lists, the newest first.
enum AnthropicModels {
    private struct Model {
        var id: String
        /// The same model by the day it came out.
        var dated: String
        var name: String
        var created: String

        init(_ id: String, _ dated: String, _ name: String, _ created: String) {
            self.id = id
            self.dated = dated
            self.name = name
            self.created = created
        }
    }

    /// What stands where a day is not known, as Anthropic says it may.
    private static let unknownDay = "1970-01-01T00:00:00Z"

    private static let catalogue: [Model] = [
        Model(
            "claude-opus-4-5", "claude-opus-4-5-20251101", "Claude Opus 4.5",
            "2025-11-24T00:00:00Z"),
        Model(
            "claude-haiku-4-5", "claude-haiku-4-5-20251001", "Claude Haiku 4.5",
            "2025-10-15T00:00:00Z"),
        Model(
            "claude-sonnet-4-5", "claude-sonnet-4-5-20250929", "Claude Sonnet 4.5",
            "2025-09-29T00:00:00Z"),
        Model(
            "claude-opus-4-1", "claude-opus-4-1-20250805", "Claude Opus 4.1",
            "2025-08-05T00:00:00Z"),
        Model(
            "claude-sonnet-4-0", "claude-sonnet-4-20250514", "Claude Sonnet 4",
            "2025-05-22T00:00:00Z"),
        Model(
            "claude-3-5-haiku-latest", "claude-3-5-haiku-20241022", "Claude Haiku 3.5",
            "2024-10-22T00:00:00Z"),
    ]

    /// The body of `GET /v1/models` (wire facts, 6.5).
    static func list() -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 1024)
        writer.beginObject()
        writer.key("data")
        writer.beginArray()
        for model in catalogue { write(model, as: model.id, &writer) }
        writer.endArray()
        writer.field("has_more", false)
        writer.field("first_id", catalogue.first?.id)
        writer.field("last_id", catalogue.last?.id)
        writer.endObject()
        return writer.bytes
    }

    /// The body of `GET /v1/models/{id}`, by either id, which it answers with; for a model
    /// outside the catalogue, what its name tells.
    static func single(_ id: String) -> [UInt8] {
        let known = catalogue.first { $0.id == id || $0.dated == id }
        let model =
            known
            ?? Model(
                id, id, AnthropicModelFamily(id)?.displayName ?? id,
                AnthropicModelFamily(id)?.day ?? unknownDay)
        var writer = JSONWriter()
        write(model, as: id, &writer)
        return writer.bytes
    }

    private static func write(_ model: Model, as id: String, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("type", "model")
        writer.field("id", id)
        writer.field("display_name", model.name)
        writer.field("created_at", model.created)
        writer.endObject()
    }
}
