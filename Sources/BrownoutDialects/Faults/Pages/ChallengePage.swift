import BrownoutWire

/// A bot check (`page-challenge`): a page that wants JavaScript of whoever asks, and so stops every
/// SDK. Our own words in the form such pages have.
struct ChallengePage {
    let text: String

    /// `cf-mitigated: challenge` is how a client can tell it from the provider's own 403 (wire
    /// facts, 6.4).
    static func fields(date: String, ray: String) -> HeaderBlock {
        [
            "date": date, "content-type": "text/html; charset=UTF-8",
            "accept-ch":
                "Sec-CH-UA-Bitness, Sec-CH-UA-Arch, Sec-CH-UA-Full-Version, Sec-CH-UA-Mobile, "
                + "Sec-CH-UA-Model, Sec-CH-UA-Platform-Version, Sec-CH-UA-Platform, Sec-CH-UA, "
                + "UA-Bitness, UA-Arch, UA-Full-Version, UA-Mobile, UA-Model, UA-Platform",
            "cf-mitigated": "challenge",
            "critical-ch":
                "Sec-CH-UA-Bitness, Sec-CH-UA-Arch, Sec-CH-UA-Full-Version, Sec-CH-UA-Mobile",
            "cross-origin-embedder-policy": "require-corp",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "origin-agent-cluster": "?1",
            "permissions-policy": "camera=(),geolocation=(),microphone=(),payment=(),usb=()",
            "referrer-policy": "same-origin",
            "x-content-options": "nosniff", "x-frame-options": "SAMEORIGIN",
            "cache-control":
                "private, max-age=0, no-store, no-cache, must-revalidate, post-check=0, "
                + "pre-check=0",
            "expires": "Thu, 01 Jan 1970 00:00:01 GMT", "server": "cloudflare", "cf-ray": ray,
        ]
    }

    init(host: String, ray: String) {
        text = """
            <!DOCTYPE html><html lang="en-US" dir="ltr"><head><title>One moment&hellip;</title>
            <meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
            <meta name="robots" content="noindex,nofollow">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="refresh" content="360">
            <style>\(Self.style)</style></head>
            <body>
            <div class="wrap" role="main"><div class="inner">
            <h1>\(host)</h1>
            <h2 id="question">Are you a person? This takes a few seconds.</h2>
            <div id="widget" class="widget"><span class="spinner" aria-hidden="true"></span>
            <span>Looking at your browser</span></div>
            <noscript><div class="warning" id="needs-script">
            <p>To go on, switch on JavaScript and cookies, and load the page again.</p>
            </div></noscript>
            <p class="why">\(host) has visitors checked before they are let through.</p>
            </div></div>
            <form id="challenge" action="/challenge/v1?ray=\(ray.prefix(16))" method="POST"
            enctype="application/x-www-form-urlencoded" hidden>
            <input type="hidden" name="ray" value="\(ray.prefix(16))">
            <input type="hidden" name="answer" value="">
            </form>
            <script>\(Self.script(ray))</script>
            <div class="footer" role="contentinfo"><div class="footer-inner">
            <div class="ray">Ray: <code>\(ray.prefix(16))</code></div>
            <div class="by">Speed and protection by a content delivery network</div>
            </div></div>
            </body></html>

            """
    }

    private static let style = """

        *{box-sizing:border-box;margin:0;padding:0}
        html{line-height:1.15;color:#313131;font-family:system-ui,-apple-system,"Segoe UI",Roboto,
        "Helvetica Neue","Noto Sans",Arial,sans-serif}
        body{display:flex;flex-direction:column;height:100vh;min-height:100vh;background:#fff}
        .wrap{margin:8rem auto 0;max-width:60rem;padding:0 1.5rem;width:100%}
        h1{font-size:2.5rem;font-weight:500;line-height:3.75rem}
        h2{font-size:1.5rem;font-weight:500;line-height:2.25rem;margin-bottom:2rem}
        .widget{display:inline-flex;align-items:center;gap:.8rem;min-width:18.75rem;height:4.1rem;
        padding:0 1rem;border:1px solid #d6d6d6;background:#fafafa;font-size:.9rem}
        .spinner{width:1.7rem;height:1.7rem;border:.25rem dotted #2f7d4f;border-radius:50%;
        animation:turn 4s linear infinite}
        @keyframes turn{to{transform:rotate(360deg)}}
        .warning{margin-top:1rem;padding:.6rem 1rem;border-left:.25rem solid #b8451e;background:#fdf3ef}
        .why{margin-top:2rem;line-height:1.5rem}
        .footer{margin:auto auto 0;max-width:60rem;width:100%;padding:0 1.5rem;font-size:.75rem}
        .footer-inner{border-top:1px solid #d9d9d9;padding:1rem 0;text-align:center;line-height:1.2rem}
        .ray code{font-family:monaco,courier,monospace}
        @media (prefers-color-scheme:dark){body{background:#222;color:#d9d9d9}
        .widget{background:#2b2b2b;border-color:#4a4a4a}}
        @media (max-width:720px){h1{font-size:1.5rem;line-height:1.75rem}
        h2{font-size:1.25rem;line-height:1.5rem}.wrap{margin-top:4rem}}

        """

    private static func script(_ ray: String) -> String {
        """

        (function(w,d){var task={ray:"\(ray.prefix(16))",zone:"api",rounds:24,started:Date.now()};
        function mix(n){for(var i=0;i<task.rounds;i++){n=(n^(n<<13))>>>0;n=(n^(n>>>17))>>>0;
        n=(n^(n<<5))>>>0}return n>>>0}
        function seed(s){var n=2166136261;for(var i=0;i<s.length;i++){n=Math.imul(n^s.charCodeAt(i),
        16777619)>>>0}return n||1}
        function finish(){var form=d.getElementById("challenge");form.elements.answer.value=
        [mix(seed(task.ray)),w.innerWidth,navigator.hardwareConcurrency||0,Date.now()-task.started]
        .join(".");form.submit()}
        d.getElementById("question").setAttribute("aria-live","polite");
        if(navigator.cookieEnabled){w.setTimeout(finish,3500)}})(window,document);

        """
    }
}
