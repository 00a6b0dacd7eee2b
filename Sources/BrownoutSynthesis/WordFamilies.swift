/// Words that mean about the same, for embeddings: a handful for common talk, where a model would
/// know all. And words that say little about a text.
enum WordFamilies {
    private static let families: [[String]] = [
        ["cat", "kitten", "feline", "kitty"], ["dog", "puppy", "canine", "hound"],
        ["car", "automobile", "vehicle", "truck", "driving"], ["plane", "airplane", "aircraft"],
        ["king", "queen", "prince", "princess", "royal", "monarch"],
        ["man", "men", "male", "boy", "gentleman"], ["woman", "women", "female", "girl", "lady"],
        ["child", "children", "kid", "baby"], ["doctor", "physician", "medic", "nurse"],
        ["happy", "glad", "joyful", "cheerful", "delighted"], ["sad", "unhappy", "gloomy"],
        ["big", "large", "huge", "enormous"], ["small", "little", "tiny"],
        ["fast", "quick", "quickly", "rapid", "swift"], ["slow", "slowly", "sluggish"],
        ["good", "great", "excellent", "fine"], ["bad", "awful", "terrible", "poor"],
        ["love", "loves", "adore", "adores", "like", "likes", "enjoy", "enjoys"],
        ["hate", "hates", "dislike", "despise"],
        ["eat", "eats", "ate", "eating", "dine", "dining"],
        ["food", "meal", "dinner", "lunch", "breakfast", "cuisine", "dish", "pizza", "pasta"],
        ["drink", "beverage", "coffee", "tea"], ["buy", "purchase", "shop", "shopping", "order"],
        ["price", "cost", "fee", "charge"], ["money", "cash", "payment", "refund", "invoice"],
        ["house", "home", "apartment", "flat"], ["city", "town", "capital"],
        ["travel", "trip", "journey", "vacation", "holiday"],
        ["weather", "rain", "rainy", "sunny", "snow", "cloudy", "forecast", "storm"],
        ["sea", "ocean", "beach", "coast"], ["tree", "forest", "wood"],
        ["computer", "laptop", "machine", "pc"],
        ["software", "program", "programming", "code", "coding", "developer", "python", "swift"],
        ["error", "bug", "fault", "failure", "crash"], ["fix", "repair", "mend"],
        ["fast", "speed", "speedy"], ["begin", "start", "launch"], ["end", "finish", "stop"],
        ["talk", "speak", "say", "chat", "conversation"], ["see", "look", "watch", "view"],
        ["learn", "study", "learning"], ["teach", "teacher", "lesson"],
        ["school", "university", "college"], ["book", "novel", "reading"],
        ["music", "song", "melody"], ["film", "movie", "cinema"],
        ["game", "sport", "football", "soccer", "match"], ["war", "battle", "conflict"],
        ["stock", "market", "finance", "financial", "revenue", "profit", "earnings", "investor"],
        ["company", "firm", "business"], ["work", "job", "employment", "career"],
        ["illness", "disease", "sick", "ill"], ["medicine", "drug", "treatment", "therapy"],
        ["sit", "sits", "sat", "sitting"], ["run", "runs", "ran", "running", "jog", "jogging"],
        ["sleep", "sleeping", "nap", "rest", "asleep"], ["rug", "mat", "carpet"],
        ["password", "login", "account", "credentials"], ["reset", "recover", "restore"],
        ["bread", "bake", "baking", "oven", "cake"], ["star", "planet", "galaxy", "space"],
        ["physics", "quantum", "particle"], ["biology", "cell", "organism"],
        ["law", "legal", "court", "attorney", "lawyer"],
    ]

    private static let common = [
        "the", "a", "an", "of", "to", "in", "on", "at", "is", "are", "was", "were", "be", "it",
        "its", "and", "or", "for", "with", "as", "by", "this", "that", "these", "those", "i",
        "you", "he", "she", "we", "they", "my", "your", "his", "her", "our", "their", "me", "do",
        "does", "did", "have", "has", "had", "will", "would", "can", "could", "not", "no", "so",
        "very", "there", "from", "how", "what", "which", "who", "when", "where",
    ]

    /// All words by their hash, in its order; a common word has the family 0.
    private static let index: [(hash: UInt64, family: Int)] = {
        var index = common.map { (hash: hash(Array($0.utf8)), family: 0) }
        for (number, family) in families.enumerated() {
            index += family.map { (hash: hash(Array($0.utf8)), family: number + 1) }
        }
        return index.sorted { ($0.hash, $0.family) < ($1.hash, $1.family) }
    }()

    static func isCommon(_ word: [UInt8]) -> Bool { find(word) == 0 }

    /// The number of a word's family, also of its plural.
    static func family(of word: [UInt8]) -> Int? {
        if let family = find(word) { return family == 0 ? nil : family }
        guard word.count > 3, word.last == UInt8(ascii: "s"),
            let family = find(Array(word.dropLast())), family > 0
        else { return nil }
        return family
    }

    private static func find(_ word: [UInt8]) -> Int? {
        let wanted = hash(word)
        var (low, high) = (0, index.count)
        while low < high {
            let middle = (low + high) / 2
            if index[middle].hash < wanted { low = middle + 1 } else { high = middle }
        }
        return low < index.count && index[low].hash == wanted ? index[low].family : nil
    }

    private static func hash(_ bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
