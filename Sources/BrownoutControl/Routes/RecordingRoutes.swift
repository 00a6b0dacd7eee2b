import BrownoutEngine
import BrownoutJSON
import BrownoutRecordings
import BrownoutRecords
import BrownoutServer

/// What requests are answered from.
enum RecordingRoutes {
    private static let offset = ControlQuery.Parameter(
        name: "offset", shape: .integer(0...Int64(RecordingLibrary.mostRecordings)),
        summary: "How many to pass over; 0 by default.")

    static let all = [
        ControlRoute(
            method: .get, path: PathTemplate("/recordings"), name: "list-recordings",
            summary: "The recordings that requests are answered from, and what became of them.",
            query: [ControlQuery.Parameter.limit, offset],
            success: .init(
                summary: "Libraries, and recordings in the order they were made.",
                schema: Schema.ref("RecordingList")),
            handle: { call in list(call) }),
        ControlRoute(
            method: .post, path: PathTemplate("/recordings/invalidate"),
            name: "invalidate-recordings",
            summary: "Lets recordings answer nothing any more; files stay as they are.",
            body: .init(
                language: .json,
                schema: Schema.some(of: [
                    "key": Schema.nullable(["type": "string", "pattern": "^[0-9a-fA-F]{1,16}$"]),
                    "pattern": Schema.nullable(Schema.string),
                    "all": Schema.nullable(["const": true]),
                ]),
                isRequired: true, example: ["pattern": "gpt-4o*"]),
            success: .init(
                summary: "How many do not answer any more by this.",
                schema: Schema.ref("Invalidated")),
            handle: { call in try invalidate(call) }),
    ]

    private static func list(_ call: ControlCall) -> ControlAnswer {
        let libraries = call.server.core.recordings.all
        let wall = WallClock.microseconds()
        var rest = Int(call.query.integer("limit") ?? 100)
        var skipped = Int(call.query.integer("offset") ?? 0)
        var recordings: [JSON] = []
        for (_, library) in libraries {
            let entries = library.entries(offset: skipped, limit: rest, wall: wall)
            recordings += entries.map(json)
            rest -= entries.count
            skipped = max(skipped - library.count, 0)
        }
        return ControlAnswer([
            "libraries": .array(
                libraries.map { source, library in
                    let counters = library.counters
                    return [
                        "path": .string(source.path), "count": .int(library.count),
                        "hits": .int(counters.hits), "misses": .int(counters.misses),
                        "expired": .int(library.expiredCount(at: wall)),
                    ]
                }),
            "recordings": .array(recordings),
        ])
    }

    private static func json(_ entry: LibraryEntry) -> JSON {
        [
            "id": .string(entry.id), "key": .string(entry.key.hex),
            "provider": .string(entry.provider), "model": .string(entry.model),
            "endpoint": .string(entry.endpoint.name), "path": .string(entry.path),
            "recorded": .string(UTCTime(microseconds: entry.recordedAt).text(digits: 6)),
            "status": entry.status.map { .int($0) } ?? .null, "stream": .bool(entry.stream),
            "expired": .bool(entry.isExpired), "invalidated": .bool(entry.isInvalidated),
            "hits": .int(entry.hits),
        ]
    }

    private static func invalidate(_ call: ControlCall) throws -> ControlAnswer {
        let command = try call.command(["key", "pattern", "all"])
        guard command.count == 1, let (name, value) = command.first else {
            throw ControlError.badBody(
                "one of 'key', 'pattern' and 'all' is needed, as {\"pattern\": \"gpt-4o*\"}")
        }
        let what = try invalidation(name, value)
        let count = call.server.core.recordings.all.reduce(0) { $0 + $1.library.invalidate(what) }
        return ControlAnswer(
            ["invalidated": .int(count)], session: nil,
            logged: [name: value, "invalidated": .int(count)])
    }

    private static func invalidation(
        _ name: String, _ value: JSON
    ) throws(ControlError) -> Invalidation {
        switch name {
        case "all":
            guard value == true else { throw .badBody("'all' can only be true") }
            return .all
        case "key":
            guard let key = value.stringValue.flatMap({ MatchKey(hex: $0) }) else {
                throw .badBody("'key' is up to sixteen hexadecimal digits, as lists show them")
            }
            return .key(key)
        default:
            guard let text = value.stringValue else { throw .badBody("'pattern' is a text") }
            do throws(Glob.Invalid) {
                return .pattern(try Glob(text))
            } catch {
                throw .badBody("'pattern': \(error.message)")
            }
        }
    }
}
