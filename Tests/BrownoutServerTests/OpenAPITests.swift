import BrownoutAnswers
import BrownoutJSON
import BrownoutJournal
import BrownoutRecords
import BrownoutTesting
import Foundation
import Testing

@testable import BrownoutControl

/// The document at `/openapi.json`, held against the routes and what they answer.
@Suite struct OpenAPITests {
    private func document(token: String? = nil) async throws -> JSON {
        var document = JSON.null
        try await LiveControl.run(token: token) { live in
            document = try await live.ask(
                "GET", "/openapi.json", headers: ["Authorization": "Bearer \(token ?? "")"]
            ).json
        }
        return document
    }

    @Test func everyRouteIsInTheDocument() async throws {
        let document = try await document()
        #expect(document["security"] == [])
        for route in RouteTable().routes {
            let path = route.path.text.replacing("/", with: "~1")
            let operation = try #require(
                document.value(at: "/paths/\(path)/\(route.method.rawValue.lowercased())"))
            #expect(operation["operationId"] == .string(route.name))
            #expect(route.summary.hasSuffix("."))
        }
        let names = RouteTable().routes.map(\.name)
        #expect(Set(names).count == names.count)
    }

    @Test func everyRouteAndEveryMetricIsOnItsPage() async throws {
        let page = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Sources/brownout/brownout.docc/Control.md"), encoding: .utf8)
        for route in RouteTable().routes {
            let heading = "### \(route.method.rawValue) \(route.path.text)\n"
            #expect(page.contains(heading), "\(heading)")
        }
        try await LiveControl.run { live in
            let metrics = try await BlockingHTTP.request("GET", "/metrics", port: live.port).body
            for line in metrics.split(separator: "\n") where line.hasPrefix("# TYPE ") {
                let name = line.split(separator: " ")[2]
                #expect(page.contains("`\(name)`"), "\(name)")
            }
        }
    }

    @Test func aTokenThatIsWantedIsInTheDocument() async throws {
        let document = try await document(token: "secret")
        #expect(document.value(at: "/security/0/token") == [])
    }

    @Test func everyReferenceLeadsSomewhere() async throws {
        let document = try await document()
        func walk(_ value: JSON) {
            if let reference = value["$ref"]?.stringValue {
                #expect(document.value(at: String(reference.dropFirst())) != nil, "\(reference)")
            }
            for member in value.objectValue ?? [] { walk(member.value) }
            for item in value.arrayValue ?? [] { walk(item) }
        }
        walk(document)
    }

    @Test func theSchemaOfAnExchangeNamesWhatAnExchangeHas() throws {
        let stored = StoredExchange(
            sequence: 1, record: ExchangeRecord(id: 1, startedAt: 0)
        ).json(.metadata)
        let schema = try #require(Schemas.all.first { $0.key == "Exchange" }?.value)
        let named = schema["properties"]?.objectValue?.map(\.key) ?? []
        #expect(Set(named) == Set(stored.objectValue?.map(\.key) ?? []))
    }

    @Test func anActionIsWhatItsSchemaSays() throws {
        let stored = StoredAction(sequence: 1, record: ActionRecord(at: 0, action: "x")).json
        let schema = try #require(Schemas.all.first { $0.key == "Action" }?.value)
        let named = schema["properties"]?.objectValue?.map(\.key) ?? []
        #expect(Set(named) == Set(stored.objectValue?.map(\.key) ?? []))
    }
}
