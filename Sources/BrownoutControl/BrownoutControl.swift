package import BrownoutJSON
package final class ControlServer: Sendable {
    package init(host: String, port: Int, status: @escaping @Sendable () -> JSON, journal: String?) {}
    package func start() async throws -> Int { 1 }
    package func stop() async {}
}
