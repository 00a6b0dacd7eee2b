import BrownoutEngine
import BrownoutWire

extension Answer {
    /// A page of what stands between client and provider, with that one's head. A page of the
    /// content network names the ray, so that `explain` finds its exchange.
    init(_ page: ProxyPage, _ request: ParsedRequest, _ context: AnswerContext) {
        let ray = RequestID.ray(context.exchange)
        let host = Dialects.profile(request.facts.dialect).hosts[0]
        func edge(_ words: EdgeErrorPage.Words) -> (String, HeaderBlock) {
            let page = EdgeErrorPage(
                words, code: page.status, host: host, ray: ray, date: context.date)
            return (page.text, EdgeErrorPage.fields(date: context.date, ray: ray))
        }
        let (body, fields): (String, HeaderBlock)
        switch page {
        case .badGateway: (body, fields) = edge(.badGateway)
        case .unknownError: (body, fields) = edge(.unknownError)
        case .timeout: (body, fields) = edge(.timeout)
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
