import BrownoutJSON

/// OpenAI's catalogue: what `GET /v1/models` lists, and the dated snapshots that answers name
/// where a request names an alias. Creation times and snapshots are those OpenAI publishes.
enum OpenAIModels {
    private struct Model {
        var id: String
        var created: Int
        /// What an answer calls it; nil: as the request does.
        var snapshot: String?

        init(_ id: String, _ created: Int, _ snapshot: String? = nil) {
            self.id = id
            self.created = created
            self.snapshot = snapshot
        }
    }

    /// When a model outside the catalogue is said to have been made: the day of the first chats.
    private static let usualCreation = 1_677_610_602

    private static let catalogue: [Model] = [
        Model("gpt-4o-mini", 1_721_172_741, "gpt-4o-mini-2024-07-18"),
        Model("gpt-4o", 1_715_367_049, "gpt-4o-2024-08-06"),
        Model("gpt-4.1", 1_744_316_542, "gpt-4.1-2025-04-14"),
        Model("gpt-4.1-mini", 1_744_318_173, "gpt-4.1-mini-2025-04-14"),
        Model("gpt-4.1-nano", 1_744_321_707, "gpt-4.1-nano-2025-04-14"),
        Model("gpt-5", 1_754_425_777, "gpt-5-2025-08-07"),
        Model("gpt-5-mini", 1_754_425_928, "gpt-5-mini-2025-08-07"),
        Model("gpt-5-nano", 1_754_426_384, "gpt-5-nano-2025-08-07"),
        Model("o1", 1_734_375_816, "o1-2024-12-17"),
        Model("o3", 1_744_225_308, "o3-2025-04-16"),
        Model("o3-mini", 1_737_146_383, "o3-mini-2025-01-31"),
        Model("o4-mini", 1_744_225_351, "o4-mini-2025-04-16"),
        Model("gpt-4-turbo", 1_712_361_441, "gpt-4-turbo-2024-04-09"),
        Model("gpt-4", 1_687_882_411, "gpt-4-0613"),
        Model("gpt-3.5-turbo", 1_677_610_602, "gpt-3.5-turbo-0125"),
        Model("gpt-4o-mini-2024-07-18", 1_721_172_717),
        Model("gpt-4o-2024-08-06", 1_722_814_719),
        Model("text-embedding-3-small", 1_705_948_997),
        Model("text-embedding-3-large", 1_705_953_180),
    ]

    /// What an answer calls the model of a request.
    static func snapshot(_ model: String) -> String {
        find(model)?.snapshot ?? model
    }

    /// Models that think before they answer take `max_completion_tokens` only.
    static func reasons(_ model: String) -> Bool {
        guard let first = model.utf8.first, first == UInt8(ascii: "o") || first == UInt8(ascii: "g")
        else { return false }
        if model.hasPrefix("gpt-5") { return !model.hasPrefix("gpt-5-chat") }
        return model.hasPrefix("o1") || model.hasPrefix("o3") || model.hasPrefix("o4")
    }

    /// The body of `GET /v1/models` (wire facts, 3).
    static func list() -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 2048)
        writer.beginObject()
        writer.field("object", "list")
        writer.key("data")
        writer.beginArray()
        for model in catalogue { write(model, &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// The body of `GET /v1/models/{id}`, for a model outside the catalogue too.
    static func single(_ id: String) -> [UInt8] {
        var writer = JSONWriter()
        write(find(id) ?? Model(id, usualCreation), &writer)
        return writer.bytes
    }

    private static func find(_ id: String) -> Model? {
        catalogue.first { $0.id == id }
    }

    private static func write(_ model: Model, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("id", model.id)
        writer.field("object", "model")
        writer.field("created", model.created)
        writer.field("owned_by", "system")
        writer.endObject()
    }
}
