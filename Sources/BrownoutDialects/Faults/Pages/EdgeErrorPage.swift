import BrownoutWire

/// What a content network shows when the provider behind it fails (`page-502`, `page-520`,
/// `page-524`): our own words in the form such pages have, with three stations and a ray id.
struct EdgeErrorPage {
    let text: String

    /// What a page says that is not the same on all of them.
    struct Words {
        let title: String
        /// What was found.
        let found: String
        /// What the provider should look at.
        let advice: String
    }

    init(_ words: Words, code: Int, host: String, ray: String, date: String) {
        let title = words.title
        text = """
            <!DOCTYPE html>
            <html class="no-js" lang="en-US">
            <head>
            <title>\(host) | \(code): \(title)</title>
            <meta charset="UTF-8">
            <meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
            <meta name="robots" content="noindex, nofollow">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <style>\(Self.style)</style>
            </head>
            <body>
            <div id="edge-wrapper">
            <header>
            <h1><span>\(title)</span> <small>Error code \(code)</small></h1>
            <p class="when">\(date)</p>
            </header>
            <section class="stations">
            \(Self.station("you", "Client", "At your end", "All well", isWell: true))
            \(Self.station("edge", "Edge", "Frankfurt", "All well", isWell: true))
            \(Self.station("host", "Origin", host, "In trouble", isWell: false))
            </section>
            <section class="columns">
            <div class="column">
            <h2>What went wrong</h2>
            <p>\(words.found)</p>
            </div>
            <div class="column">
            <h2>What to do now</h2>
            <h3>You came to use this service:</h3>
            <p>Give it a few minutes, then ask once more.</p>
            <h3>You run this service:</h3>
            <p>\(words.advice)</p>
            </div>
            </section>
            <footer>
            <p><span>Ray: <strong>\(ray.prefix(16))</strong></span>
            <span class="dot">&bull;</span>
            <span>Served by a content delivery network, which keeps this page for no one.</span></p>
            </footer>
            </div>
            <script>\(Self.script)</script>
            </body>
            </html>

            """
    }

    /// The head's fields, as the content network has them.
    static func fields(date: String, ray: String) -> HeaderBlock {
        [
            "date": date, "content-type": "text/html; charset=UTF-8",
            "x-frame-options": "SAMEORIGIN", "referrer-policy": "same-origin",
            "cache-control":
                "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, "
                + "pre-check=0",
            "expires": "Thu, 01 Jan 1970 00:00:01 GMT", "server": "cloudflare", "cf-ray": ray,
            "alt-svc": "h3=\":443\"; ma=86400",
        ]
    }

    private static func station(
        _ id: String, _ kind: String, _ name: String, _ state: String, isWell: Bool
    ) -> String {
        """
        <div class="station \(isWell ? "well" : "ill")" id="station-\(id)">
        <svg viewBox="0 0 64 48" role="img" aria-label="\(state)">
        <rect x="4" y="6" width="56" height="30" rx="4" fill="none" stroke="currentColor"/>
        <path d="M4 14h56M20 42h24M32 36v6" fill="none" stroke="currentColor"/>
        <circle cx="52" cy="36" r="9" class="badge"/>
        </svg>
        <strong>\(kind)</strong>
        <span class="name">\(name)</span>
        <span class="state">\(state)</span>
        </div>
        """
    }

    private static let style = """

        *{box-sizing:border-box}
        html{font-size:100%;-webkit-text-size-adjust:100%}
        body{margin:0;background:#fff;color:#3b3f46;font:400 16px/1.6 -apple-system,BlinkMacSystemFont,
        "Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",sans-serif}
        #edge-wrapper{max-width:62rem;margin:0 auto;padding:2.5rem 1.5rem}
        header{padding-bottom:1.5rem}
        h1{margin:0;font-size:2.4rem;font-weight:300;line-height:1.2}
        h1 small{display:inline-block;margin-left:.6rem;padding:.2rem .6rem;border-radius:.3rem;
        background:#eceff3;font-size:.9rem;font-weight:400;vertical-align:middle}
        .when{margin:.5rem 0 0;color:#7d838c;font-size:.9rem}
        .stations{display:flex;margin:0 -1.5rem;background:linear-gradient(#f3f5f8,#fbfcfd);
        border-top:1px solid #e2e6eb;border-bottom:1px solid #e2e6eb}
        .station{flex:1;padding:2rem 1rem;text-align:center;position:relative}
        .station+.station:before{content:"";position:absolute;left:-1.1rem;top:3.4rem;width:2.2rem;
        border-top:2px dashed #b9c0c9}
        .station svg{display:block;width:5.5rem;margin:0 auto .8rem;color:#8b929c}
        .station strong,.station span{display:block}
        .station .name{color:#7d838c;font-size:.9rem;word-break:break-all}
        .well .state{color:#3f9b52}.well .badge{fill:#5fc274}
        .ill .state{color:#c2382b}.ill .badge{fill:#d9534a}
        .ill:after{content:"";position:absolute;bottom:-1px;left:50%;margin-left:-1rem;
        border:1rem solid transparent;border-bottom-color:#fff;border-top:0}
        .columns{display:flex;gap:3rem;padding:2.5rem 0}
        .column{flex:1}
        h2{margin:0 0 .8rem;font-size:1.5rem;font-weight:400}
        h3{margin:1rem 0 .2rem;font-size:1rem;font-weight:600}
        p{margin:0}
        footer{border-top:1px solid #e2e6eb;padding-top:1rem;text-align:center;color:#7d838c;
        font-size:.8rem}
        .dot{padding:0 .4rem}
        @media (max-width:42rem){.columns,.stations{display:block}.station+.station:before{display:none}
        h1{font-size:1.7rem}}

        """

    private static let script = """

        (function(){var page=document.documentElement;page.className=page.className.replace("no-js",
        "js");var ill=document.querySelector(".ill");if(ill&&"animate" in ill){ill.animate([{opacity:.4},
        {opacity:1}],{duration:600})}})();

        """
}

extension EdgeErrorPage.Words {
    /// `page-502`: the origin gave an answer that is of no use.
    static let badGateway = EdgeErrorPage.Words(
        title: "The origin cannot be reached",
        found: "A connection was asked for, and what stands before the origin gave an answer that "
            + "is of no use: the machine behind it is down, or refuses to talk.",
        advice: "See that the machines behind your load balancer are running and take connections, "
            + "and compare its log with the ray below.")

    /// `page-520`: what came back was no answer.
    static let unknownError = EdgeErrorPage.Words(
        title: "The origin made no sense",
        found: "Something came back from the origin, but it was empty, broken off or not an answer "
            + "in the sense of HTTP, so there is nothing that could be passed on.",
        advice: "Look at what crashed at the time above, at header fields that are larger than is "
            + "usual, and at firewalls that end connections in the middle of an answer.")

    /// `page-524`: no answer came in time.
    static let timeout = EdgeErrorPage.Words(
        title: "The origin took too long",
        found: "The connection to the origin stood and the request was handed over, but no answer "
            + "came before our patience ended. Most often a piece of work behind it takes "
            + "longer than anyone planned.",
        advice: "Look for requests that run for more than a hundred seconds, and have them "
            + "answered first and finished later. A machine without memory or processors "
            + "to spare looks the same from here.")
}
