import BrownoutEngine
import Testing

/// Whether a URL leads to the data port.
@Suite struct DataAddressTests {
    @Test(arguments: [
        "http://127.0.0.1:8787/openai/v1", "https://127.0.0.1:8787", "HTTP://LocalHost:8787/v1",
        "http://localhost.:8787", "http://api.localhost:8787", "http://127.1:8787",
        "http://127.0.0.2:8787", "http://2130706433:8787", "http://0x7f000001:8787",
        "http://0177.0.0.1:8787", "http://0:8787", "http://0.0.0.0:8787", "http://[::1]:8787/x",
        "http://[0:0:0:0:0:0:0:1]:8787", "http://[::]:8787", "http://[::ffff:127.0.0.1]:8787",
        "http://[::ffff:7f00:1]:8787", "http://[::1%25lo]:8787", "http://%6cocalhost:8787",
        "http://ip6-localhost:8787",
    ])
    func loopbackIsLoopbackInAnyWriting(url: String) throws {
        for host in ["127.0.0.1", "localhost", "::1", "0.0.0.0", "::"] {
            let address = try #require(DataAddress(host: host, port: 8787))
            #expect(address.isMeant(by: url), "\(host)")
        }
        #expect(DataAddress(host: "127.0.0.1", port: 8788)?.isMeant(by: url) == false)
        #expect(DataAddress(host: "192.0.2.7", port: 8787)?.isMeant(by: url) == false)
    }

    @Test(arguments: [
        ("192.0.2.7", "http://192.0.2.7:8787/v1", true),
        ("192.0.2.7", "http://192.0.2.8:8787/v1", false),
        ("2001:db8::7", "http://[2001:DB8:0::7]:8787", true),
        ("mock.test", "http://MOCK.test:8787", true),
        ("127.0.0.1", "https://api.openai.com/v1", false),
        ("127.0.0.1", "http://localhost.example.com:8787", false),
        ("127.0.0.1", "http://127.0.0.1.example.com:8787", false),
        ("127.0.0.1", "http://[::2]:8787", false),
    ])
    func aHostIsTheServersOwnOrNot(host: String, url: String, isOwn: Bool) throws {
        let address = try #require(DataAddress(host: host, port: 8787))
        #expect(address.isMeant(by: url) == isOwn)
    }

    @Test func aURLWithoutAPortHasThatOfItsScheme() throws {
        let web = try #require(DataAddress(host: "127.0.0.1", port: 80))
        #expect(web.isMeant(by: "http://localhost/v1"))
        #expect(!web.isMeant(by: "https://localhost/v1"))
        let tls = try #require(DataAddress(host: "127.0.0.1", port: 443))
        #expect(tls.isMeant(by: "https://[::1]"))
        #expect(DataAddress(host: "127.0.0.1", port: 0) == nil)
    }
}
