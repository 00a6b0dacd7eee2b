import BrownoutEngine
import Testing

/// What fields of an answer's head promise about when to ask again.
@Suite struct PromisedWaitTests {
    @Test(
        arguments: [
            ("0", .after(.zero)), ("2", .after(.seconds(2))), ("1.5", .after(.milliseconds(1500))),
            ("31536000", .after(.seconds(31_536_000))), ("12ms", .after(.milliseconds(12))),
            ("6m0s", .after(.seconds(360))), ("1h2m3.25s", .after(.milliseconds(3_723_250))),
            ("0s", .after(.zero)), ("6m", .after(.seconds(360))), ("2h", .after(.seconds(7200))),
            ("5m3ms", .after(.milliseconds(300_003))), ("59.9s", .after(.milliseconds(59_900))),
            ("999999h999999h999999h", .garbage("999999h999999h999999h")),
            ("6mm", .garbage("6mm")), ("s", .garbage("s")), ("6m0", .garbage("6m0")),
            ("1763682900", .at(1_763_682_900_000_000)),
            ("Thu, 20 Nov 2025 23:55:00 GMT", .at(1_763_682_900_000_000)),
            ("2025-11-20T23:55:00Z", .at(1_763_682_900_000_000)),
            ("2025-11-20T23:55:00.25Z", .at(1_763_682_900_250_000)),
            ("2000-02-29T00:00:00Z", .at(951_782_400_000_000)),
            ("", .garbage("")), ("soon", .garbage("soon")), ("-1", .garbage("-1")),
            ("1.", .garbage("1.")), ("1x", .garbage("1x")), ("m", .garbage("m")),
            ("99999999999999999999", .garbage("99999999999999999999")),
            ("9999999999h", .garbage("9999999999h")),
            ("2025-13-20T23:55:00Z", .garbage("2025-13-20T23:55:00Z")),
            ("2025-11-20T23:55:00+01:00", .garbage("2025-11-20T23:55:00+01:00")),
        ] as [(String, PromisedWait.Moment)])
    func aFieldIsAWaitOrADateOrNeither(text: String, moment: PromisedWait.Moment) {
        #expect(PromisedWait.Moment(text) == moment)
    }

    @Test func millisecondsAreMilliseconds() {
        let wait = PromisedWait(field: "Retry-After-Ms", value: "1500.5")
        #expect(
            wait == PromisedWait(field: "retry-after-ms", moment: .after(.microseconds(1_500_500))))
    }

    @Test(arguments: [
        ("retry-after", true), ("x-ratelimit-reset-requests", true),
        ("anthropic-ratelimit-tokens-reset", true), ("ratelimitbysize-reset", true),
        ("x-ratelimit-remaining-tokens", false), ("date", false), ("retry-after-all", false),
    ])
    func resetsAndRetryAfterArePromises(field: String, isOne: Bool) {
        #expect((PromisedWait(field: field, value: "1") != nil) == isOne)
    }

    @Test(arguments: [
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
        ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", true),
        ("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", false),
        ("00-00000000000000000000000000000000-00f067aa0ba902b7-01", false),
        ("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", false),
        ("4bf92f3577b34da6a3ce929d0e0e4736", false), ("", false),
    ])
    func aTraceIsThatOfItsParent(text: String, isOne: Bool) {
        #expect(
            TraceID(traceparent: text)?.text
                == (isOne ? "4bf92f3577b34da6a3ce929d0e0e4736" : nil))
    }
}
