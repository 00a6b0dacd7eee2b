import BrownoutEngine
import Testing

@Suite struct AccessTests {
    private func set(_ texts: [String]) throws -> AddressSet {
        AddressSet(try texts.map { try AddressPattern($0) })
    }

    private func address(_ text: String) throws -> NetworkAddress {
        try #require(NetworkAddress(text))
    }

    // MARK: Addresses

    @Test(arguments: [
        ("::1", "::1"), ("::", "::"), ("1::", "1::"), ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("0:0:1:0:0:0:1:0", "0:0:1::1:0"), ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
        ("fe80::a:b:c:d", "fe80::a:b:c:d"), ("::ffff:10.1.2.3", "10.1.2.3"),
        ("10.200.0.255", "10.200.0.255"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ])
    func anAddressIsWrittenInItsShortForm(_ text: String, _ expected: String) throws {
        #expect(try address(text).text == expected)
    }

    @Test(arguments: [
        ("10.0.0.1-10.0.0.9", "10.0.0.9", true), ("10.0.0.1-10.0.0.9", "10.0.0.10", false),
        ("10.0.0.1 - 10.0.0.1", "10.0.0.1", true), ("::1-::f", "::a", true),
        ("::ffff:10.0.0.0/104", "10.9.9.9", true), ("::ffff:0:0/96", "8.8.8.8", true),
        ("*", "255.255.255.255", true), ("10.*.*", "10.1.2.3", true), ("*", "::1", false),
        ("10.0.0.5/8", "10.200.0.1", true), ("::/0", "ffff::", true), ("0.0.0.0/0", "::", false),
        ("1.2.3.4/32", "1.2.3.5", false), ("::1/128", "::", false),
        ("255.255.255.0-255.255.255.255", "255.255.255.255", true),
    ])
    func aRangeOrBlockHoldsItsAddresses(_ pattern: String, _ text: String, _ holds: Bool) throws {
        let pattern = try AddressPattern(pattern)
        let address = try address(text)
        #expect(pattern.contains(address) == holds)
        #expect(AddressSet([pattern]).contains(address) == holds)
    }

    @Test(arguments: [
        ("10.0.0.5/8", "10.0.0.0/8"), ("::ffff:10.0.0.5/104", "10.0.0.0/8"),
        ("2001:db8::1/32", "2001:db8::/32"), ("ff::1/0", "::/0"), ("10.0.0.0/8", nil),
        ("10.0.0.5", nil), ("10.0.0.5/32", nil), ("::1/128", nil),
    ])
    func bitsBeyondThePrefixAreNoticed(_ text: String, _ intended: String?) throws {
        #expect(try AddressPattern(text).intended == intended)
    }

    /// Against looking at every pattern in turn, over ranges that overlap as they like, at the
    /// ends of the numbers too.
    @Test(arguments: [1, 2, 3, 10, 50, 400], [UInt64(1), 2, 3])
    func theFirstPatternThatHoldsAnAddressIsFound(_ count: Int, _ seed: UInt64) throws {
        var dice = Draws(seed: seed, word: UInt64(count))
        // Few different numbers, so that ranges touch, overlap and repeat.
        func number() -> UInt32 {
            let near = UInt32(dice.next() % 40)
            return dice.next() % 2 == 0 ? near : .max - near
        }
        func text(_ value: UInt32, _ isLarge: Bool) -> String {
            let address: NetworkAddress =
                isLarge
                ? .v6(UInt64(value) << 32 | 7, value % 2 == 0 ? 0 : .max) : .v4(value)
            return address.text
        }
        var patterns: [AddressPattern] = []
        for _ in 0..<count {
            let isLarge = dice.next() % 2 == 0
            let (a, b) = (number(), number())
            let range = "\(text(min(a, b), isLarge))-\(text(max(a, b), isLarge))"
            patterns.append(try AddressPattern(range))
        }
        let set = AddressSet(patterns)
        for value in (0...41).flatMap({ [UInt32($0), .max - UInt32($0)] }) {
            for probe in [
                NetworkAddress.v4(value), .v6(UInt64(value) << 32 | 7, 0),
                .v6(UInt64(value) << 32 | 7, .max), .v6(UInt64(value) << 32 | 8, 3),
            ] {
                let expected = patterns.first { $0.contains(probe) }
                #expect(set.pattern(of: probe) == expected)
            }
        }
        for place in set.hidden {
            let held = patterns[..<place]
            #expect(AddressSet(Array(held)).covers(patterns[place]))
        }
        for (place, pattern) in patterns.enumerated() where !set.hidden.contains(place) {
            #expect(!AddressSet(Array(patterns[..<place])).covers(pattern))
        }
    }

    /// A hundred thousand ranges are found among in no time: far under what a request costs.
    @Test func aLargeTableIsSearchedQuickly() throws {
        let count: UInt32 = 100_000
        // Every second block of 256 addresses.
        let table = CountryTable([
            .init(
                code: "XA",
                addresses: try (0..<count).map {
                    try AddressPattern("\(NetworkAddress.v4($0 << 9).text)/24")
                })
        ])
        var draws = Draws(seed: 1, word: 1)
        let probes = (0..<200_000).map { _ in
            UInt32(truncatingIfNeeded: draws.next()) % (count << 9)
        }
        let began = ContinuousClock.now
        var found = 0
        for probe in probes where table.country(of: .v4(probe)) != nil { found += 1 }
        let taken = ContinuousClock.now - began
        #expect(found == probes.count { $0 & 0x100 == 0 })
        // 60 to 210 ns each when optimised; unoptimised and on a busy machine, far more.
        #expect(taken / probes.count < .microseconds(50))
    }

    // MARK: Access

    private func access(
        allow: [String] = [], deny: [String] = [], allowed: [String] = [], denied: [String] = [],
        trusted: [String] = [], refusal: Fault? = nil
    ) throws -> Access {
        Access(
            allow: try set(allow), deny: try set(deny),
            countries: Countries(
                allow: allowed, deny: denied,
                table: CountryTable([
                    .init(code: "DE", addresses: [try AddressPattern("91.0.0.0/10")]),
                    .init(
                        code: "KP",
                        addresses: [
                            try AddressPattern("175.45.176.0/22"),
                            try AddressPattern("2001:db8::/32"),
                        ]),
                ])), trusted: try set(trusted), refusal: refusal)
    }

    @Test(arguments: [
        ("10.0.0.50", "client 10.0.0.50 is denied by 10.0.0.50", CauseFault.Grounds.address),
        ("175.45.176.9", "client 175.45.176.9 is in KP, which is denied", .country),
        ("2001:db8::9", "client 2001:db8::9 is in KP, which is denied", .country),
        ("8.8.8.8", "client 8.8.8.8, in no known country, is not allowed", .address),
        ("10.0.0.51", nil, nil), ("91.2.3.4", nil, nil), ("::ffff:10.0.0.51", nil, nil),
    ])
    func whatIsDeniedIsDeniedAndWhatIsNotAllowedToo(
        _ client: String, _ reason: String?, _ grounds: CauseFault.Grounds?
    ) throws {
        let access = try access(
            allow: ["10.0.0.0/8", "175.45.176.9"], deny: ["10.0.0.50"], allowed: ["DE"],
            denied: ["KP"])
        let refusal = access.refusal(of: try address(client))
        #expect(refusal?.reason == reason)
        #expect(refusal?.by == (reason == nil ? nil : "access"))
        #expect(
            refusal?.fault
                == grounds.map { .error(CauseFault(.permissionDenied, grounds: $0)) })
    }

    @Test func onlyCountriesMayBeAllowed() throws {
        let access = try access(allowed: ["DE"])
        #expect(access.refusal(of: try address("91.2.3.4")) == nil)
        let refusal = try #require(access.refusal(of: try address("127.0.0.1")))
        #expect(refusal.fault == .error(CauseFault(.permissionDenied, grounds: .country)))
    }

    @Test func aClientWithoutAnAddressIsInNoList() throws {
        #expect(try access(deny: ["*"]).refusal(of: nil) == nil)
        #expect(try access(allow: ["*"]).refusal(of: nil) != nil)
        #expect(try access(allowed: ["DE"]).refusal(of: nil) != nil)
    }

    @Test func theAnswerMayBeAnother() throws {
        let other = CauseFault(.modelNotFound, override: AnswerOverride(status: 404))
        for fault in [Fault.cut(.reset, at: .start), .error(other)] {
            let refusal = try access(deny: ["*"], refusal: fault).refusal(of: .v4(1))
            #expect(refusal?.fault == fault)
        }
        let status = CauseFault(.permissionDenied, override: AnswerOverride(status: 451))
        let refusal = try access(deny: ["*"], refusal: .error(status)).refusal(of: .v4(1))
        var expected = status
        expected.grounds = .address
        #expect(refusal?.fault == .error(expected))
    }

    // MARK: Proxies

    /// The peer, the headers, and the client that is believed. Trusted are 127.0.0.1, 10.0.0.0/8
    /// and 2001:db8::/64.
    static let forwarded: [(String, [(String, String)], String)] = [
        // Nobody is believed but a trusted peer.
        ("8.8.8.8", [("x-forwarded-for", "1.2.3.4")], "8.8.8.8"),
        ("8.8.8.8", [("forwarded", "for=1.2.3.4"), ("x-real-ip", "1.2.3.4")], "8.8.8.8"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", [("x-forwarded-for", "1.2.3.4")], "1.2.3.4"),
        // The right-most hop that is no trusted proxy, over several headers too.
        ("127.0.0.1", [("X-Forwarded-For", "9.9.9.9, 1.2.3.4, 10.0.0.7")], "1.2.3.4"),
        (
            "127.0.0.1", [("x-forwarded-for", "9.9.9.9"), ("x-forwarded-for", "10.1.1.1")],
            "9.9.9.9"
        ),
        ("127.0.0.1", [("x-forwarded-for", "10.0.0.7,10.0.0.8")], "10.0.0.7"),
        ("127.0.0.1", [("x-forwarded-for", " , 1.2.3.4 ,, ")], "1.2.3.4"),
        // Ports and brackets.
        ("127.0.0.1", [("x-forwarded-for", "1.2.3.4:5678")], "1.2.3.4"),
        ("127.0.0.1", [("x-forwarded-for", "2001:db9::1")], "2001:db9::1"),
        ("127.0.0.1", [("x-forwarded-for", "[2001:db9::1]:443")], "2001:db9::1"),
        ("127.0.0.1", [("x-forwarded-for", "[2001:db9::1]")], "2001:db9::1"),
        ("2001:db8::7", [("x-forwarded-for", "::ffff:1.2.3.4")], "1.2.3.4"),
        ("127.0.0.1", [("x-forwarded-for", "9.9.9.9, ::ffff:10.0.0.7")], "9.9.9.9"),
        // What is no address ends the walk at the last that was one.
        ("127.0.0.1", [("x-forwarded-for", "unknown")], "127.0.0.1"),
        ("127.0.0.1", [("x-forwarded-for", "1.2.3.4, unknown, 10.0.0.7")], "10.0.0.7"),
        ("127.0.0.1", [("x-forwarded-for", "1.2.3.4, localhost")], "127.0.0.1"),
        ("127.0.0.1", [("x-forwarded-for", "1.2.3.4:")], "127.0.0.1"),
        ("127.0.0.1", [("x-forwarded-for", "1.2.3.4:port")], "127.0.0.1"),
        ("127.0.0.1", [("x-forwarded-for", "[1.2.3.4]")], "127.0.0.1"),
        ("127.0.0.1", [("x-forwarded-for", "[2001:db9::1")], "127.0.0.1"),
        ("127.0.0.1", [("x-forwarded-for", "fe80::1%eth0")], "127.0.0.1"),
        ("127.0.0.1", [("x-forwarded-for", "999.1.1.1, 10.0.0.7")], "10.0.0.7"),
        ("127.0.0.1", [("x-forwarded-for", "")], "127.0.0.1"),
        // A quote or a stray bracket of the client's cannot hide what the proxy adds.
        ("127.0.0.1", [("x-forwarded-for", "\", 1.2.3.4")], "1.2.3.4"),
        ("127.0.0.1", [("forwarded", "for=\"10.0.0.7, for=1.2.3.4")], "1.2.3.4"),
        ("127.0.0.1", [("forwarded", "for=\"\\, for=\"[2001:db9::1]:80\"")], "2001:db9::1"),
        // RFC 7239.
        ("127.0.0.1", [("forwarded", "for=192.0.2.60;proto=http;by=203.0.113.43")], "192.0.2.60"),
        ("127.0.0.1", [("Forwarded", "For=\"[2001:db9:cafe::17]:4711\"")], "2001:db9:cafe::17"),
        ("127.0.0.1", [("forwarded", "for=192.0.2.43, for=10.0.0.7;by=_x")], "192.0.2.43"),
        ("127.0.0.1", [("forwarded", "for=\"192.0.2.43:47011\"")], "192.0.2.43"),
        ("127.0.0.1", [("forwarded", "for=\"192.0.2.43:_away\"")], "192.0.2.43"),
        ("127.0.0.1", [("forwarded", "proto=https; for = 1.2.3.4")], "127.0.0.1"),
        ("127.0.0.1", [("forwarded", "for=1.2.3.4, for=_hidden")], "127.0.0.1"),
        ("127.0.0.1", [("forwarded", "for=unknown")], "127.0.0.1"),
        ("127.0.0.1", [("forwarded", "for=1.2.3.4;for=5.6.7.8")], "127.0.0.1"),
        ("127.0.0.1", [("forwarded", "for=1.2.3.4, proto=https")], "127.0.0.1"),
        // Which header counts.
        ("127.0.0.1", [("forwarded", "for=5.6.7.8"), ("x-forwarded-for", "1.2.3.4")], "1.2.3.4"),
        ("127.0.0.1", [("x-real-ip", "5.6.7.8"), ("x-forwarded-for", "unknown")], "127.0.0.1"),
        ("127.0.0.1", [("x-real-ip", " 5.6.7.8 ")], "5.6.7.8"),
        ("127.0.0.1", [("x-real-ip", "1.1.1.1"), ("x-real-ip", "5.6.7.8")], "5.6.7.8"),
    ]

    @Test(arguments: forwarded)
    func theClientIsTheLastHopThatNoTrustedProxyIs(
        _ peer: String, _ headers: [(String, String)], _ client: String
    ) throws {
        let access = try access(trusted: ["127.0.0.1", "10.0.0.0/8", "2001:db8::/64"])
        let found = access.client(
            of: try address(peer),
            headers: HeaderFields(headers.map { HeaderField($0.0, $0.1) }))
        #expect(found?.text == client)
    }

    @Test func withoutTrustedProxiesHeadersAreOnlyHeaders() throws {
        let headers: HeaderFields = [HeaderField("x-forwarded-for", "1.2.3.4")]
        #expect(Access().client(of: .v4(1), headers: headers) == .v4(1))
        #expect(try access(trusted: ["*"]).client(of: nil, headers: headers) == nil)
    }
}

/// Numbers of a test, the same in every run.
struct Draws {
    private let dice: Dice
    private let word: UInt64
    private var index = 0

    init(seed: UInt64, word: UInt64) {
        dice = Dice(seed: seed)
        self.word = word
    }

    mutating func next() -> UInt64 {
        index += 1
        return dice.roll(
            .which, rule: word, key: RollKey(session: 0, call: 0, attempt: 0), index: index)
    }
}
