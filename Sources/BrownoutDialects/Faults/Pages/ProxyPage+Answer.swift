import BrownoutEngine
import BrownoutWire

extension Answer {
    /// A page of what stands between client and provider, with that one's head. A page of the
    /// content network names the ray, so that `explain` finds its exchange.
    init(_ page: ProxyPage, _ request: ParsedRequest, _ context: AnswerContext) {
        let ray = RequestID.ray(context.exchange)
        let host = Dialects.profile(request.facts.dialect).hosts[0]
        let body: String
        var fields: HeaderBlock
        switch page {
        case .badGateway, .unknownError, .timeout:
            body = EdgeErrorPage(page, host: host, ray: ray, date: context.date).text
            fields = [
                "date": context.date, "content-type": "text/html; charset=UTF-8",
                "x-frame-options": "SAMEORIGIN", "referrer-policy": "same-origin",
                "cache-control":
                    "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, "
                    + "pre-check=0",
                "expires": "Thu, 01 Jan 1970 00:00:01 GMT", "server": "cloudflare", "cf-ray": ray,
                "alt-svc": "h3=\":443\"; ma=86400",
            ]
        case .unreachable:
            body = EnvoyText.text
            fields = EnvoyText.fields(date: context.date)
        case .challenge:
            body = ChallengePage(host: host, ray: ray).text
            fields = ChallengePage.fields(date: context.date, ray: ray)
        case .portal:
            body = PortalPage(host: host).text
            fields = PortalPage.fields(date: context.date)
        }
        self.init(
            head: ResponseHead(
                status: page.status, reason: ReasonPhrase.of(page.status), fields: fields),
            body: .whole(WholeBody(Array(body.utf8))))
    }
}
