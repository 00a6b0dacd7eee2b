import BrownoutEngine
import BrownoutWire

/// The head of a page that comes from the proxy before a provider, not from the provider (wire
/// facts, 4: `server: cloudflare`, `cf-ray`).
enum ProxyHead {
    static func head(
        _ status: Int, _ context: AnswerContext, _ extra: HeaderBlock
    ) -> ResponseHead {
        var fields: HeaderBlock = [
            "date": context.date, "content-type": "text/html; charset=UTF-8",
            "cf-cache-status": "DYNAMIC", "server": "cloudflare",
            "cf-ray": RequestID.ray(context.exchange),
        ]
        fields.append(contentsOf: extra)
        return ResponseHead(status: status, reason: ReasonPhrase.of(status), fields: fields)
    }
}
