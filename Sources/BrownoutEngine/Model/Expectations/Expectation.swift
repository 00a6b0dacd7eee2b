/// One thing that a scenario expects of the client.
package struct Expectation: Equatable, Sendable {
    /// What it is called in output: its keys with dots between them, `attempts.per-call`.
    package var path: String
    /// What is wanted, as it was written: `<= 3`. Of a list, its items; of a mapping, its keys and
    /// values.
    package var wanted: String
    /// The line of the file that its key stands on, from 1.
    package var line: Int
    /// The same for whoever judges it.
    package var want: Want

    /// What is called this way, stands there, and is wanted.
    package init(path: String, wanted: String, line: Int, want: Want) {
        self.path = path
        self.wanted = wanted
        self.line = line
        self.want = want
    }

    /// What is wanted of what.
    package enum Want: Equatable, Sendable {
        /// How many calls, as a number or a share of all calls (of the total, a number).
        case calls(CallCount, Comparison)
        /// How many attempts; a number.
        case attempts(AttemptCount, Comparison)
        /// Every promise of Retry-After is kept.
        case retryAfterHonoured
        /// How waits between attempts are, or, with false, are not.
        case backoff(BackoffTrait, Bool)
        /// After these causes nothing is tried again; never empty.
        case notRetried([Cause])
        /// After these causes it is tried again; never empty.
        case retried([Cause])
        /// Calls go on elsewhere.
        case fallback(Fallback)
        /// What a circuit breaker does.
        case breaker(BreakerTrait, Comparison)
        /// The time from a request's begin to the end of its answer; a duration.
        case latency(Quantile, Comparison)
        /// The time from a request's begin to the first token of its answer; a duration.
        case firstToken(Quantile, Comparison)
        /// How first attempts are shared out. The rest is one more cell; never empty.
        case split([SplitCell])
        /// The calls of one user, whom this header names, go to one model. In lower case.
        case sticky(header: String)
        /// The share of declared categories that are true.
        case accuracy(Comparison)
        /// The money for answers that were paid for in vain, in dollars.
        case wasted(Comparison)
    }

    /// The calls that are counted; the raw value is the key.
    package enum CallCount: String, CaseIterable, Sendable {
        /// Declared succeeded or fell back; delivered where nothing was declared.
        case succeeded
        case failed
        case total
    }

    /// The attempts that are counted; the raw value is the key.
    package enum AttemptCount: String, CaseIterable, Sendable {
        /// Of each call.
        case perCall = "per-call"
        /// Of all calls.
        case total
        /// Per call, while there is an outage.
        case amplification
    }

    /// A trait of the waits between attempts; the raw value is the key.
    package enum BackoffTrait: String, CaseIterable, Sendable {
        case grows
        case jitter
    }

    /// What is measured of a circuit breaker; the raw value is the key.
    package enum BreakerTrait: String, CaseIterable, Sendable {
        /// Failures until the provider is left alone; a number.
        case opensAfter = "opens-after"
        /// Attempts while it is open; a number.
        case probes
        /// The time from the provider's recovery until it is asked as before; a duration.
        case closesWithin = "closes-within"
    }

    /// A quantile of times; the raw value is the key.
    package enum Quantile: String, CaseIterable, Sendable {
        case p50
        case p95
        case p99

        /// How many of a hundred times are not longer.
        package var percent: Int {
            switch self {
            case .p50: 50
            case .p95: 95
            case .p99: 99
            }
        }
    }

    /// Where a request goes.
    package enum Target: Equatable, Sendable {
        /// A provider by its name; one of those there are.
        case provider(String)
        /// Models by name or pattern.
        case model(Glob)

        /// Whether a request goes there that names these.
        package func contains(provider: String, model: String?) -> Bool {
            switch self {
            case .provider(let name): name == provider
            case .model(let glob): model.map(glob.matches) ?? false
            }
        }
    }

    /// How calls go on elsewhere. One at least is not nil.
    package struct Fallback: Equatable, Sendable {
        /// Where the attempt failed; nil: anywhere.
        package var from: Target?
        /// Where the call goes on; nil: anywhere else.
        package var to: Target?
        /// The time from the failed attempt's end to the begin of the next; a duration.
        package var within: Comparison?

        package init(from: Target? = nil, to: Target? = nil, within: Comparison? = nil) {
            self.from = from
            self.to = to
            self.within = within
        }
    }

    /// A part of the calls that goes to one place. An attempt counts for the first cell it fits.
    package struct SplitCell: Equatable, Sendable {
        /// As it was written.
        package var name: String
        /// What goes there.
        package var target: Target
        /// The part of all calls, more than 0. All cells together have at most 1.
        package var share: Chance

        package init(name: String, target: Target, share: Chance) {
            self.name = name
            self.target = target
            self.share = share
        }
    }
}
