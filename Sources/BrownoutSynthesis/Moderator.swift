package import BrownoutDialects
import BrownoutEngine

/// Judges texts for `POST /v1/moderations`: by words, where a model would understand. Scores
/// depend on the text alone, so the same text has the same in every run.
package enum Moderator {
    /// What makes a text count: one of each list is in it, as whole words. A word that ends with
    /// `*` may go on.
    private struct Sign {
        var categories: [Moderation.Category]
        var lists: [[String]]

        init(_ categories: [Moderation.Category], _ lists: [String]...) {
            self.categories = categories
            self.lists = lists
        }
    }

    private static let people = [
        "you", "him", "her", "them", "people", "everyone", "everybody", "someone", "somebody",
        "my neighbo*", "my boss", "my wife", "my husband", "my ex", "my brother", "my sister",
        "my teacher", "my classmates", "my coworker*", "children", "a man", "a woman", "a person",
        "all of you", "his family", "your family", "the president",
    ]
    private static let groups = [
        "jew*", "muslim*", "christian*", "black people", "white people", "asian*", "immigrant*",
        "gay*", "lesbian*", "trans people", "refugee*", "women", "disabled people", "gyps*",
        "mexican*", "african*", "arab*",
    ]
    private static let killing = [
        "kill", "murder", "stab", "shoot", "strangle", "slaughter", "behead", "beat up", "hurt",
        "attack", "torture", "poison", "assault", "bomb",
    ]
    private static let weapons = [
        "bomb", "bombs", "pipe bomb", "explosive*", "grenade*", "molotov", "nerve gas", "firearm*",
        "ghost gun", "silencer", "weapon*", "gun", "sarin", "dynamite",
    ]
    private static let making = [
        "how to make", "how to build", "how do i make", "how do i build", "how can i make",
        "how can i build", "instructions for", "build a", "make a", "construct", "assemble",
    ]

    private static let signs: [Sign] = [
        Sign([.violence], killing, people),
        Sign(
            [.harassment, .harassmentThreatening, .violence],
            [
                "i will", "i'll", "i am going to", "i'm going to", "gonna", "i want to",
            ], killing, ["you", "him", "her", "them", "your family", "all of you"]),
        Sign(
            [.violence, .violenceGraphic],
            [
                "gore", "gory", "dismember*", "decapitat*", "beheaded", "disembowel*", "mutilat*",
                "entrails", "blood everywhere", "severed head", "guts spilled",
            ]),
        Sign(
            [.violence], ["massacre", "mass shooting", "bloodbath", "murdered", "stabbed to death"]),
        Sign(
            [.harassment], ["you are", "you're", "you", "she is", "he is"],
            [
                "idiot*", "moron*", "stupid", "worthless", "pathetic", "loser", "disgusting",
                "ugly",
                "piece of shit", "scum", "trash",
            ]),
        Sign(
            [.hate],
            ["hate", "despise", "inferior", "vermin", "subhuman", "disgusting", "get rid of"],
            groups),
        Sign(
            [.hate, .hateThreatening, .violence], killing + ["exterminate", "gas", "burn", "hang"],
            groups),
        Sign(
            [.selfHarm, .selfHarmIntent],
            [
                "kill myself", "end my life", "hurt myself", "harm myself", "cut myself",
                "cutting myself", "want to die", "commit suicide", "take my own life",
                "hang myself", "starve myself",
            ]),
        Sign([.selfHarm], ["suicide", "suicidal", "self-harm", "self harm", "anorexia tips"]),
        Sign(
            [.selfHarm, .selfHarmInstructions],
            [
                "how to", "how do i", "how can i", "ways to", "best way to", "instructions",
            ],
            [
                "kill myself", "commit suicide", "kill yourself", "self-harm", "self harm",
                "hurt myself", "cut myself", "end my life", "hang myself", "starve myself",
            ]),
        Sign([.harassment, .selfHarm], ["kill yourself", "kys", "go die"]),
        Sign(
            [.sexual],
            [
                "porn*", "nude*", "naked", "explicit sex*", "sex scene", "erotic*", "blowjob",
                "orgasm*", "masturbat*", "have sex", "having sex", "hentai",
            ]),
        Sign(
            [.sexual, .sexualMinors],
            [
                "sex*", "porn*", "nude*", "naked", "erotic*",
            ],
            [
                "minor", "minors", "child", "children", "underage", "schoolgirl*", "schoolboy*",
                "teen", "kid", "kids", "year old girl", "year old boy",
            ]),
        Sign(
            [.illicit],
            [
                "how to", "how do i", "how can i", "instructions for", "guide to", "help me",
                "steps to",
            ],
            [
                "shoplift*", "steal", "launder money", "cook meth", "make meth", "make cocaine",
                "buy drugs", "hack into", "pick a lock", "counterfeit*", "forge", "phishing",
                "ransomware", "credit card fraud", "evade taxes", "burgle", "hotwire",
            ]),
        Sign([.illicit, .illicitViolent], making, weapons),
        Sign(
            [.illicit, .illicitViolent, .violence], ["plan"],
            [
                "terror attack", "terrorist attack", "mass shooting", "school shooting",
                "assassination",
            ]),
    ]

    /// The judgement of an input: low scores, and high ones for what its words speak of.
    package static func judge(_ input: ModerationRequest.Input) -> Moderation {
        let text = normal(input.text)
        var words = WordStream(state: SipHash.word(input.text))
        func fraction() -> Double { Double(words.next() >> 11) / 9_007_199_254_740_992 }
        // Between 1e-7 and 1e-3, most of them small.
        var scores = Moderation.Category.allCases.map { _ -> Double in
            let share = fraction()
            return 1e-7 + 1e-3 * share * share * share
        }
        for sign in signs
        where sign.lists.allSatisfy({ list in
            list.contains { isIn(text, $0) }
        }) {
            for category in sign.categories {
                let index = Moderation.Category.allCases.firstIndex(of: category) ?? 0
                scores[index] = max(scores[index], 0.72 + 0.26 * fraction())
            }
        }
        return Moderation(scores: scores)
    }

    /// The words in lower case, each with one space before it and one behind.
    private static func normal(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = [0x20]
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A: bytes.append(byte | 0x20)
            case 0x61...0x7A, 0x30...0x39, 0x80...0xFF, UInt8(ascii: "'"), UInt8(ascii: "-"):
                bytes.append(byte)
            default: if bytes.last != 0x20 { bytes.append(0x20) }
            }
        }
        if bytes.last != 0x20 { bytes.append(0x20) }
        return bytes
    }

    private static func isIn(_ text: [UInt8], _ sign: String) -> Bool {
        var needle: [UInt8] = [0x20] + Array(sign.utf8)
        if needle.last == UInt8(ascii: "*") { needle.removeLast() } else { needle.append(0x20) }
        guard text.count >= needle.count else { return false }
        return (0...(text.count - needle.count)).contains { start in
            // Nearly every place is told by its second byte.
            text[start + 1] == needle[1] && text[start] == needle[0]
                && needle.indices.allSatisfy { text[start + $0] == needle[$0] }
        }
    }
}
