/// The pages of the proxy before a provider, when it cannot reach it.
enum GatewayPage {
    static let bad = page("502 Bad Gateway")
    static let timeout = page("504 Gateway Time-out")

    /// The plain page that Cloudflare and nginx send, under their own names.
    static func page(_ title: String, by server: String = "cloudflare") -> String {
        "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1>"
            + "</center>\r\n<hr><center>\(server)</center>\r\n</body>\r\n</html>\r\n"
    }
}
