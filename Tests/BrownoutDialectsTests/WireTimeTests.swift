import BrownoutDialects
import Testing

@Suite struct WireTimeTests {
    @Test(arguments: [
        (Int64(0), "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"),
        (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT", "2000-02-29T00:00:00Z"),
        (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 GMT", "2026-12-31T23:59:59Z"),
        (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT", "2100-02-28T23:59:59Z"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT", "2100-03-01T00:00:00Z"),
    ])
    func datesAreWrittenAsHeadersWriteThem(_ now: Int64, _ http: String, _ rfc3339: String) {
        #expect(WireTime.httpDate(now) == http)
        #expect(WireTime.rfc3339(now) == rfc3339)
    }

    @Test(arguments: [
        (Duration.zero, "0s"), (.milliseconds(12), "12ms"), (.seconds(1), "1s"),
        (.milliseconds(1500), "1.5s"), (.milliseconds(8640), "8.64s"), (.seconds(60), "1m0s"),
        (.seconds(360), "6m0s"), (.seconds(3723), "1h2m3s"), (.seconds(86_400), "24h0m0s"),
        (.milliseconds(61_001), "1m1.001s"), (.microseconds(1), "1ms"),
        (.microseconds(999_001), "1s"),
    ])
    func durationsAreWrittenAsGoDoes(_ duration: Duration, _ text: String) {
        #expect(WireTime.goDuration(duration) == text)
    }

    @Test(arguments: [
        (Duration.zero, "0"), (.seconds(2), "2"), (.milliseconds(1500), "1.5"),
        (.milliseconds(5), "0.005"), (.milliseconds(120_250), "120.25"),
    ])
    func secondsAreDecimals(_ duration: Duration, _ text: String) {
        #expect(WireTime.seconds(duration) == text)
    }
}
