import BrownoutWire

/// The sign-in page of a captive portal (`page-portal`), as a guest network gives it to whoever
/// asks for anything: 200, HTML, and nothing of the provider.
struct PortalPage {
    let text: String

    static func fields(date: String) -> HeaderBlock {
        [
            "date": date, "server": "portal", "content-type": "text/html; charset=UTF-8",
            "cache-control": "no-cache, no-store, must-revalidate", "pragma": "no-cache",
            "expires": "0", "x-frame-options": "DENY",
        ]
    }

    init(host: String) {
        text = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="cache-control" content="no-cache">
            <title>Guest network: sign in</title>
            <style>\(Self.style)</style>
            </head>
            <body>
            <main>
            <div class="logo" aria-hidden="true"></div>
            <h1>Welcome to the guest network</h1>
            <p>You were on your way to <b>\(host)</b>. Before you go on, tell us who you are and agree to
            the rules of the house.</p>
            <form action="http://portal.guest.example/login" method="post" autocomplete="off">
            <input type="hidden" name="from" value="https://\(host)/">
            <input type="hidden" name="network" value="guest-2">
            <label for="room">Room or visitor number</label>
            <input id="room" name="room" type="text" inputmode="numeric" required>
            <label for="name">Last name</label>
            <input id="name" name="name" type="text" required>
            <label class="agree"><input type="checkbox" name="agree" value="yes" required>
            I have read the <a href="http://portal.guest.example/rules">rules</a> and agree.</label>
            <button type="submit">Connect</button>
            </form>
            <details>
            <summary>It does not work</summary>
            <ul>
            <li>A number is good for three devices and for one day.</li>
            <li>Names are written as on the door, without a title.</li>
            <li>The reception is glad to help: dial 9.</li>
            </ul>
            </details>
            <footer>Connections are logged for seven days, as the law asks.</footer>
            </main>
            </body>
            </html>

            """
    }

    private static let style = """

        body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;
        background:#e8eef1;color:#1e2a30;font:16px/1.5 "Helvetica Neue",Helvetica,Arial,sans-serif}
        main{width:100%;max-width:26rem;margin:1rem;padding:2rem;background:#fff;border-radius:.6rem;
        box-shadow:0 .3rem 1.4rem rgba(20,40,50,.15)}
        .logo{width:3.4rem;height:3.4rem;margin:0 auto 1rem;border-radius:50%;
        background:conic-gradient(#0b6f7c,#53b3a6,#0b6f7c)}
        h1{margin:0 0 .6rem;font-size:1.35rem;text-align:center}
        label{display:block;margin:.9rem 0 .2rem;font-size:.9rem}
        input[type=text]{width:100%;box-sizing:border-box;padding:.6rem;border:1px solid #b7c4ca;
        border-radius:.3rem;font-size:1rem}
        .agree{display:flex;gap:.5rem;align-items:flex-start}
        button{width:100%;margin-top:1.2rem;padding:.7rem;border:0;border-radius:.3rem;
        background:#0b6f7c;color:#fff;font-size:1rem}
        details{margin-top:1.2rem;font-size:.9rem}
        footer{margin-top:1.5rem;font-size:.75rem;color:#6d7d84;text-align:center}

        """
}
