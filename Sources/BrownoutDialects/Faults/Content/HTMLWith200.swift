import BrownoutEngine
import BrownoutWire

extension Answer {
    /// `html-with-200`: the page of a web server that thinks it was a browser that asked.
    init(htmlWith200 context: AnswerContext) {
        self.init(
            head: ResponseHead(
                status: 200, reason: ReasonPhrase.of(200),
                fields: [
                    "date": context.date, "content-type": "text/html; charset=UTF-8",
                    "server": "nginx", "cache-control": "no-store", "vary": "Accept-Encoding",
                ]),
            body: .whole(WholeBody(Array(maintenancePage.utf8))))
    }
}

private let maintenancePage = """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width,initial-scale=1">
    <title>Back in a moment</title>
    <style>
    body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#f6f7f9;color:#22272e}
    main{max-width:34rem;margin:18vh auto 0;padding:0 1.5rem}
    h1{font-size:1.6rem;margin:0 0 .5rem}
    p{margin:0 0 1rem}
    footer{margin-top:3rem;font-size:.85rem;color:#6b7480}
    </style>
    </head>
    <body>
    <main>
    <h1>We are changing a few things</h1>
    <p>This service is being updated and will be with you again shortly. There is nothing you have
    to do: the page loads itself again every half minute.</p>
    <p>If you are still here after a quarter of an hour, your administrator would like to know.</p>
    <footer>gateway-3 &middot; maintenance window 4711</footer>
    </main>
    <script>setTimeout(function () { location.reload() }, 30000)</script>
    </body>
    </html>

    """
