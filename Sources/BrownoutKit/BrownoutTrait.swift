#if canImport(Testing)
    public import Testing

    extension Brownout {
        /// The server of the test that is running, under the trait `.brownout(…)`.
        @TaskLocal fileprivate static var ofTest: Brownout?

        /// The server of the test that is running. Throws ``BrownoutError`` outside of a test that
        /// has the trait `.brownout(…)`.
        public static var current: Brownout {
            get throws {
                if let ofTest { return ofTest }
                throw BrownoutError("no server runs here: the test needs the trait .brownout(…)")
            }
        }
    }

    /// Gives each test a server of its own, which ends with it.
    public struct BrownoutTrait: TestTrait, SuiteTrait, TestScoping {
        let scenario: Brownout.Scenario
        let seed: UInt64?
        let isJudged: Bool
        let sourceLocation: SourceLocation

        /// A suite's tests have it, too.
        public var isRecursive: Bool { true }

        public func provideScope(
            for test: Test, testCase: Test.Case?,
            performing function: @Sendable () async throws -> Void
        ) async throws {
            try await Brownout.with(scenario, seed: seed) { server in
                try await Brownout.$ofTest.withValue(server) { try await function() }
                guard isJudged else { return }
                let verdict = try await server.verdict()
                if verdict.result == .fail {
                    Issue.record("\(verdict.description)", sourceLocation: sourceLocation)
                }
            }
        }
    }

    extension Trait where Self == BrownoutTrait {
        /// Runs a test beside a server of its own: ``Brownout/current``.
        ///
        /// - Parameters:
        ///   - scenario: What the server is under; a string is the path of a file, from the working
        ///     folder or from the folder of the test.
        ///   - seed: Replaces the scenario's.
        ///   - isJudged: Whether the test fails where the verdict of what its clients did does.
        public static func brownout(
            _ scenario: Brownout.Scenario = .healthy, seed: UInt64? = nil, isJudged: Bool = false,
            file: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
        ) -> Self {
            BrownoutTrait(
                scenario: scenario.found(beside: file), seed: seed, isJudged: isJudged,
                sourceLocation: sourceLocation)
        }
    }
#endif
