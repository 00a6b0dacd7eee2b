/// Three bytes of each credential, by which it is looked for.
enum CredentialSigns {
    /// What each of the three may be; an empty text is any byte.
    private static let signs: [(String, String, String)] = [
        // Beginnings of tokens.
        ("s", "k", "-"), ("A", "I", "z"), ("A", "KS", "I"), ("e", "y", "J"), ("g", "s", "k"),
        ("x", "o", "x"), ("x", "a", "pi"), ("g", "l", "p"), ("p", "l", "x"), ("n", "p", "m"),
        // ghp_, gho_, hf_; github_pat_; ek_; sk_live_, rk_test_.
        ("h", "", "_"), ("b", "_", "p"), ("e", "k", "_"), ("k", "_", "lt"),
        // A user of a URL, and a private key.
        (":", "/", "/"), ("-", "B", "E"),
        // Of names: key, password, secret, token, authorization; and the end of bearer.
        ("Kk", "Ee", "Yy"), ("Ss", "Ss", "Ww"), ("Ee", "Cc", "Rr"), ("Kk", "Ee", "Nn"),
        ("Zz", "Aa", "Tt"), ("Rr", "Ee", "Rr"),
    ]

    /// For each of the three places and each byte the signs that have the byte there, a bit each:
    /// three bytes are a sign where their words have a bit in common.
    static let table: [UInt32] = {
        var table = [UInt32](repeating: 0, count: 3 * 256)
        for (number, sign) in signs.enumerated() {
            for (place, allowed) in [sign.0, sign.1, sign.2].enumerated() {
                let bytes = allowed.isEmpty ? Array(UInt8.min...UInt8.max) : Array(allowed.utf8)
                for byte in bytes { table[place * 256 + Int(byte)] |= 1 << UInt32(number) }
            }
        }
        return table
    }()
}
