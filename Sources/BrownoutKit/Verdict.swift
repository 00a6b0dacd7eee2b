import BrownoutEngine
import BrownoutVerdicts

extension Brownout {
    /// What clients did, judged.
    public struct Verdict: Sendable, CustomStringConvertible {
        /// What something comes to.
        public enum Result: String, Sendable {
            /// It is as it should be.
            case pass
            /// It is not, and calls or exchanges prove it.
            case fail
            /// There is something to judge, and not what it takes to judge it.
            case unknown
            /// Nothing happened that it is about.
            case notExercised = "not-exercised"
        }

        /// What a rule comes to.
        public struct Rule: Sendable {
            /// Its name, as `retry-after-honoured`.
            public let name: String
            /// What it comes to.
            public let result: Result
            /// What it weighs where it fails: `error`, `warning` or `info`.
            public let severity: String
            /// A sentence for whoever has to act on it.
            public let says: String
            /// The calls that prove it.
            public let calls: [String]
        }

        /// What one of the scenario's wishes comes to.
        public struct Expectation: Sendable {
            /// Its keys with dots between them, as `attempts.per-call`.
            public let path: String
            /// What is wanted, as it was written.
            public let wanted: String
            /// What was found; nil: nothing that can be held against it.
            public let found: String?
            /// What it comes to.
            public let result: Result
            /// Where it stands in the scenario.
            public let line: Int
        }

        /// What all of it comes to.
        public let result: Result
        /// The rules that are known without anybody's wish.
        public let rules: [Rule]
        /// The scenario's own wishes, under `expect:`.
        public let expectations: [Expectation]
        /// The calls that were judged.
        public let calls: [Call]

        /// A rule by its name; nil: there is none, or the scenario takes it out.
        public subscript(rule: String) -> Rule? { rules.first { $0.name == rule } }

        /// The result and, of what failed, the sentences.
        public var description: String {
            let failed = rules.filter { $0.result == .fail }.map { "\($0.name): \($0.says)" }
            let unmet = expectations.filter { $0.result == .fail }.map {
                "\($0.path): wanted \($0.wanted), found \($0.found ?? "nothing")"
            }
            let proof = result == .fail ? calls.prefix(5).map(\.description) : []
            return ([result.rawValue] + failed + unmet + proof).joined(separator: "\n")
        }

        init(_ run: RunVerdict) {
            result = Result(run.verdict)
            rules = run.findings.map { finding in
                Rule(
                    name: finding.rule, result: Result(finding.verdict),
                    severity: finding.severity.rawValue, says: finding.says, calls: finding.calls)
            }
            expectations = run.expectations.map { finding in
                Expectation(
                    path: finding.path, wanted: finding.wanted, found: finding.found,
                    result: Result(finding.verdict), line: finding.line)
            }
            calls = run.calls.map(Call.init)
        }
    }
}

extension Brownout.Verdict.Result {
    fileprivate init(_ verdict: BrownoutVerdicts.Verdict) {
        self =
            switch verdict {
            case .pass: .pass
            case .fail: .fail
            case .unknown: .unknown
            case .notExercised: .notExercised
            }
    }
}
