import BrownoutDialects
import BrownoutEngine
import BrownoutJSON
import BrownoutTesting
import BrownoutWire
import Testing

@Suite struct PageTests {
    private func answer(_ page: ProxyPage, _ dialect: DialectName) throws -> Answer {
        try #require(
            Dialects.substitute(
                .page(page), for: Samples.request(dialect, [("stream", true)]),
                context: Samples.context))
    }

    @Test(arguments: ProxyPage.allCases.filter { $0 != .unreachable }, DialectName.allCases)
    func aPageIsHTMLWithItsStatus(_ page: ProxyPage, _ dialect: DialectName) throws {
        let answer = try answer(page, dialect)
        #expect(answer.head.status == page.status)
        #expect(answer.field("content-type") == "text/html; charset=UTF-8")
        let cacheControl = answer.field("cache-control") ?? ""
        #expect(cacheControl.contains("no-store"))
        // As large as such pages are, and whole.
        #expect((2_000...12_000).contains(answer.bytes.count))
        let text = String(decoding: answer.bytes, as: UTF8.self)
        #expect(text.hasPrefix("<!DOCTYPE html>"))
        #expect(text.hasSuffix("</html>\n"))
        #expect(text.contains(Dialects.profile(dialect).hosts[0]))
        #expect(!text.contains("\r"))
    }

    @Test(arguments: ProxyPage.allCases)
    func aPageOfTheContentNetworkNamesTheExchange(_ page: ProxyPage) throws {
        let answer = try answer(page, .anthropic)
        let others: [ProxyPage: String] = [.portal: "portal", .unreachable: "envoy"]
        #expect(answer.field("server") == others[page] ?? "cloudflare")
        guard others[page] == nil else {
            #expect(answer.field("cf-ray") == nil)
            return
        }
        let ray = try #require(answer.field("cf-ray"))
        #expect(Dialects.exchange(fromRequestID: ray) == Samples.context.exchange)
        #expect(String(decoding: answer.bytes, as: UTF8.self).contains(ray.prefix(16)))
        #expect((answer.field("cf-mitigated") == "challenge") == (page == .challenge))
    }

    @Test func thePagesDiffer() throws {
        let texts = try ProxyPage.allCases.map { page in
            String(decoding: try answer(page, .openai).bytes, as: UTF8.self)
        }
        #expect(Set(texts).count == ProxyPage.allCases.count)
        for (page, text) in zip(ProxyPage.allCases, texts) where text.contains("Error code") {
            #expect(text.contains("Error code \(page.status)"))
        }
        #expect(texts.filter { $0.contains("Error code") }.count == 3)
    }

    @Test func whatEnvoySaysIsALineOfText() throws {
        let answer = try answer(.unreachable, .mistral)
        #expect(answer.head.status == 503)
        #expect(answer.field("content-type") == "text/plain")
        // The size that gateways are seen to send.
        #expect(answer.bytes.count == 91 && !answer.bytes.contains(UInt8(ascii: "\n")))
    }

    @Test func aPageIsWrittenAsItAlwaysWas() throws {
        Golden.check(try answer(.unreachable, .openai).transcript, "page-503.http")
        Golden.check(try answer(.unknownError, .openai).transcript, "page-520.http")
        Golden.check(try answer(.challenge, .anthropic).transcript, "page-challenge.http")
        Golden.check(try answer(.portal, .openai).transcript, "page-portal.http")
    }
}
