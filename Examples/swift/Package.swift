// swift-tools-version: 6.2
import PackageDescription

// A client's own package: its tests run beside a fake provider in their process.
let package = Package(
    name: "client",
    platforms: [.macOS(.v15)],
    // In a project of your own: .package(url: "…/brownout.git", from: "1.0.0")
    dependencies: [.package(name: "brownout", path: "../..")],
    targets: [
        .target(name: "Client", path: "Sources/Client"),
        .testTarget(
            name: "ClientTests",
            dependencies: ["Client", .product(name: "BrownoutKit", package: "brownout")],
            exclude: ["overloaded.yaml"]),
    ]
)
