// swift-tools-version: 6.2
import Foundation
import PackageDescription

// The pages for users are in the binary, too: `brownout help first-steps`.
let guides = "brownout.docc/Guides/"
let pages =
    ["Control", "Drills", "Glossary", "Verdicts"].map { "brownout.docc/\($0).md" }
    + (FileManager.default.subpaths(
        atPath: Context.packageDirectory + "/Sources/brownout/" + guides) ?? [])
    .filter { $0.hasSuffix(".md") }.sorted().map { guides + $0 }

let package = Package(
    name: "brownout",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "brownout", targets: ["brownout"]),
        // A server in the process of a test, for Swift Testing and XCTest.
        .library(name: "BrownoutKit", targets: ["BrownoutKit"]),
    ],
    dependencies: [
        // The command line: options, help, nearest-word hints.
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        // The data plane: event loops, sockets, the HTTP/1 request decoder.
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        // HTTP/2 framing and flow control, for `--h2`.
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
        // TLS, for `--tls`.
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        // The certificates that are made at start, good and bad ones.
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
        // The bytes of those certificates: addresses in them, and their text form.
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.1.0"),
        // The keys of those certificates.
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.0.0"),
        // The control plane's HTTP server; its traits bring configuration files we do not use.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0",
            traits: []),
        // The client of the recorder and of live upstreams.
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        // The journal and stores of recordings: SQLite connections, migrations, queries.
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        // Hummingbird logs through it; ours goes to standard error.
        .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
    ],
    targets: [
        .target(name: "BrownoutJSON"),
        .target(name: "BrownoutEngine", dependencies: ["BrownoutJSON"]),
        .target(name: "BrownoutWire", dependencies: ["BrownoutEngine"]),
        .target(
            name: "BrownoutDialects",
            dependencies: ["BrownoutJSON", "BrownoutEngine", "BrownoutWire"]),
        .target(
            name: "BrownoutSynthesis",
            dependencies: ["BrownoutJSON", "BrownoutEngine", "BrownoutDialects"]),
        .systemLibrary(
            name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(
            name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(
            name: "CBrotli", pkgConfig: "libbrotlidec", providers: [.apt(["libbrotli-dev"])]),
        // What glibc's allocator can be told, which its module leaves out.
        .systemLibrary(name: "CMalloc"),
        .target(name: "BrownoutCompression", dependencies: ["CZlib", "CZstd", "CBrotli"]),
        .target(
            name: "BrownoutRedaction",
            dependencies: ["BrownoutJSON", "BrownoutEngine", "BrownoutCompression"]),
        // What has happened, as values: exchanges with clients and recordings of providers.
        .target(
            name: "BrownoutRecords",
            dependencies: [
                "BrownoutEngine", "BrownoutWire", "BrownoutDialects", "BrownoutCompression",
            ]),
        // From a request to the script of its answer; nothing of it touches a socket.
        .target(
            name: "BrownoutAnswers",
            dependencies: [
                "BrownoutJSON", "BrownoutEngine", "BrownoutWire", "BrownoutDialects",
                "BrownoutSynthesis", "BrownoutRecords",
            ]),
        // What a run says about the client: calls, rules, verdicts.
        .target(
            name: "BrownoutVerdicts",
            dependencies: [
                "BrownoutJSON", "BrownoutEngine", "BrownoutWire", "BrownoutDialects",
                "BrownoutRecords",
            ],
            // The prices that ship are in the binary: it is one file.
            resources: [.embedInCode("Cost/Prices.json")]),
        // What is printed and written of a run: for people, for CI systems, for chats.
        .target(
            name: "BrownoutReports",
            dependencies: [
                "BrownoutJSON", "BrownoutEngine", "BrownoutRecords", "BrownoutVerdicts",
            ]),
        .target(name: "BrownoutYAML", dependencies: ["CLibYAML", "BrownoutJSON"]),
        .target(
            name: "BrownoutScenarios",
            dependencies: [
                "BrownoutJSON", "BrownoutEngine", "BrownoutRedaction", "BrownoutYAML",
                "BrownoutDialects",
            ]),
        .target(
            name: "BrownoutRecordings",
            dependencies: [
                "BrownoutJSON", "BrownoutEngine", "BrownoutWire", "BrownoutDialects",
                "BrownoutRecords", "BrownoutYAML", "BrownoutCompression", "BrownoutRedaction",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .target(
            name: "BrownoutJournal",
            dependencies: [
                "BrownoutJSON", "BrownoutEngine", "BrownoutRecords", "BrownoutRedaction",
                .product(name: "GRDB", package: "GRDB.swift"),
                // The C functions of the SQLite that GRDB opens.
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .target(
            name: "BrownoutCertificates",
            dependencies: [
                "BrownoutEngine",
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(
            name: "BrownoutServer",
            dependencies: [
                "BrownoutCertificates",
                "BrownoutJSON", "BrownoutEngine", "BrownoutWire", "BrownoutDialects",
                "BrownoutRecords", "BrownoutAnswers", "BrownoutJournal", "BrownoutCompression",
                "BrownoutRecordings", "BrownoutRedaction",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .target(
            name: "BrownoutControl",
            dependencies: [
                "BrownoutJSON", "BrownoutEngine", "BrownoutDialects", "BrownoutScenarios",
                "BrownoutYAML", "BrownoutRecords", "BrownoutAnswers", "BrownoutJournal",
                "BrownoutRedaction", "BrownoutRecordings", "BrownoutServer", "BrownoutVerdicts",
                .product(name: "Hummingbird", package: "hummingbird"),
                // Its limit on open connections is not in the module above.
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .target(
            name: "BrownoutKit",
            dependencies: [
                "BrownoutEngine", "BrownoutDialects", "BrownoutYAML", "BrownoutScenarios",
                "BrownoutRedaction", "BrownoutRecords", "BrownoutJournal", "BrownoutServer",
                "BrownoutControl", "BrownoutVerdicts",
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        .executableTarget(
            name: "brownout",
            dependencies: [
                "BrownoutJSON", "BrownoutEngine", "BrownoutWire", "BrownoutDialects",
                "BrownoutSynthesis", "BrownoutYAML", "BrownoutScenarios", "BrownoutRecords",
                "BrownoutAnswers", "BrownoutRecordings", "BrownoutJournal", "BrownoutServer",
                "BrownoutControl", "BrownoutVerdicts", "BrownoutReports", "CMalloc",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                // Tells webhooks.
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                // The words of HTTP that the client's requests are made of.
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            resources: pages.map { .embedInCode($0) }),
        // What a request costs without a socket, counted in instructions.
        .executableTarget(
            name: "bench-instructions",
            dependencies: [
                "BrownoutJSON", "BrownoutEngine", "BrownoutWire", "BrownoutDialects",
                "BrownoutScenarios", "BrownoutRecords", "BrownoutAnswers",
            ],
            path: "Tests/Instructions/harness"),
        // The least a NIO server can do, for the benchmark: fixed bytes for every request.
        .executableTarget(
            name: "bare-nio",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/Benchmarks/bare-nio"),
        // The benchmark's clients, which time the chunks of many streams, or hold many connections.
        .executableTarget(
            name: "bench-load", dependencies: ["CEpoll"], path: "Tests/Benchmarks/bench-load"),
        // Linux's epoll, which the Glibc module leaves out.
        .systemLibrary(name: "CEpoll", path: "Tests/Benchmarks/CEpoll"),
        // Brotli's other half, for the tests: nothing that ships compresses.
        .systemLibrary(
            name: "CBrotliEncoder", path: "Tests/CBrotliEncoder", pkgConfig: "libbrotlienc",
            providers: [.apt(["libbrotli-dev"])]),
        // Raw socket clients, ending detectors and samples of every dialect that the tests use.
        .target(
            name: "BrownoutTesting",
            dependencies: [
                "BrownoutDialects", "BrownoutJSON", "BrownoutEngine", "BrownoutWire",
                "CZlib", "CZstd", "CBrotliEncoder",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            path: "Tests/BrownoutTesting"),
        .testTarget(name: "BrownoutJSONTests", dependencies: ["BrownoutJSON"]),
        .testTarget(
            name: "BrownoutEngineTests", dependencies: ["BrownoutEngine", "BrownoutJSON"],
            exclude: ["FaultConflicts.expected"]),
        .testTarget(
            name: "BrownoutWireTests",
            dependencies: [
                "BrownoutWire", "BrownoutEngine",
                // Another reader of requests, which ours is compared with.
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        .testTarget(
            name: "BrownoutDialectsTests",
            dependencies: [
                "BrownoutDialects", "BrownoutJSON", "BrownoutEngine", "BrownoutWire",
                "BrownoutTesting",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "BrownoutSynthesisTests",
            dependencies: [
                "BrownoutSynthesis", "BrownoutDialects", "BrownoutJSON", "BrownoutEngine",
            ]),
        .testTarget(
            name: "BrownoutScenariosTests",
            dependencies: [
                "BrownoutScenarios", "BrownoutDialects", "BrownoutYAML", "BrownoutEngine",
                "BrownoutJSON",
            ],
            exclude: ["Broken", "BrokenRules"]),
        .testTarget(
            name: "BrownoutCompressionTests",
            dependencies: ["BrownoutCompression", "BrownoutTesting"]),
        .testTarget(
            name: "BrownoutRedactionTests",
            dependencies: [
                "BrownoutRedaction", "BrownoutCompression", "BrownoutJSON", "BrownoutTesting",
            ]),
        .testTarget(
            name: "BrownoutRecordingsTests",
            dependencies: [
                "BrownoutRecordings", "BrownoutRecords", "BrownoutRedaction", "BrownoutYAML",
                "BrownoutDialects", "BrownoutWire", "BrownoutEngine", "BrownoutJSON",
                "BrownoutTesting",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "BrownoutJournalTests",
            dependencies: [
                "BrownoutJournal", "BrownoutRecords", "BrownoutEngine", "BrownoutJSON",
                "BrownoutTesting",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        .testTarget(
            name: "BrownoutAnswersTests",
            dependencies: [
                "BrownoutAnswers", "BrownoutRecords", "BrownoutDialects", "BrownoutEngine",
                "BrownoutJSON", "BrownoutWire", "BrownoutTesting",
            ]),
        .testTarget(
            name: "BrownoutVerdictsTests",
            dependencies: [
                "BrownoutVerdicts", "BrownoutRecords", "BrownoutDialects", "BrownoutEngine",
                "BrownoutJSON",
            ]),
        .testTarget(
            name: "BrownoutReportsTests",
            dependencies: [
                "BrownoutReports", "BrownoutVerdicts", "BrownoutRecords", "BrownoutEngine",
                "BrownoutJSON",
            ]),
        .testTarget(
            name: "BrownoutServerTests",
            dependencies: [
                "BrownoutServer", "BrownoutAnswers", "BrownoutRecords", "BrownoutControl",
                "BrownoutYAML", "BrownoutScenarios",
                "BrownoutEngine", "BrownoutWire", "BrownoutDialects", "BrownoutJournal",
                "BrownoutJSON",
                "BrownoutRecordings", "BrownoutRedaction", "BrownoutTesting",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        .testTarget(
            name: "BrownoutKitTests", dependencies: ["BrownoutKit"], exclude: ["beside.yaml"]),
        .testTarget(
            name: "TidyTests", dependencies: ["BrownoutEngine", "BrownoutJSON"]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    var settings = target.swiftSettings ?? []
    settings += [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
    // Tests run against what is optimised; they themselves need not be, which takes far longer.
    if target.type == .test { settings.append(.unsafeFlags(["-Onone"])) }
    target.swiftSettings = settings
}
