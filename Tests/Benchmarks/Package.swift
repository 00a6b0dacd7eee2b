// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "brownout-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        // What the server under test stands on; here it serves fixed bytes, for comparison.
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0")
    ],
    targets: [
        // The least a NIO server can do: fixed bytes for every request.
        .executableTarget(
            name: "bare-nio",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        // Clients that time the chunks of many streams, or hold many connections.
        .executableTarget(name: "bench-load", dependencies: ["CEpoll"]),
        // Linux's epoll, which the Glibc module leaves out.
        .systemLibrary(name: "CEpoll"),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}
