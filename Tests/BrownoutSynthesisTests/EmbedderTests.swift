import BrownoutDialects
import BrownoutSynthesis
import Testing

@Suite struct EmbedderTests {
    private func vector(
        _ input: PromptInput, dimensions: Int = 1536, size: Int = 1536, model: String = "m"
    ) -> [Float] {
        Embedder.vector(
            input,
            of: EmbeddingRequest(
                model: model, inputs: [input], dimensions: dimensions, size: size, isBase64: false,
                promptTokens: 0))
    }

    private func nearness(_ first: String, _ second: String) -> Float {
        let pairs = zip(vector(.text(first)), vector(.text(second)))
        return pairs.reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test(arguments: ["", "?!", "a", "Hello, world", "\u{4E16}\u{754C}", "the of and"])
    func everyVectorHasLengthOne(_ text: String) {
        for dimensions in [1, 2, 100, 1536] {
            let vector = vector(.text(text), dimensions: dimensions)
            #expect(vector.count == dimensions)
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-4)
        }
    }

    @Test func aTextIsNearestToItselfThenToItsLike() {
        let text = "The quick brown fox jumps over the lazy dog."
        #expect(nearness(text, text) > 0.9999)
        let order = [
            "The quick brown fox jumps over the lazy dogs!", "A brown fox jumped over a dog.",
            "Foxes are brown.", "Interest rates were raised by the central bank.",
        ]
        let found = order.map { nearness(text, $0) }
        #expect(found == found.sorted(by: >))
        #expect(abs(found[3]) < 0.15)
    }

    @Test func caseAndPunctuationMatterLittle() {
        #expect(nearness("Hello world", "hello, WORLD!") > 0.9999)
        #expect(nearness("world hello", "hello world") > 0.8)
    }

    @Test func modelsHaveVectorsOfTheirOwn() {
        let first = vector(.text("hello"), model: "a")
        let second = vector(.text("hello"), model: "b")
        #expect(abs(zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }) < 0.3)
    }

    @Test func tokensAreComparedLikeWords() {
        let one = vector(.tokens([1, 2, 3, 4]))
        let two = vector(.tokens([1, 2, 3, 5]))
        let three = vector(.tokens([7, 8, 9]))
        func near(_ a: [Float], _ b: [Float]) -> Float {
            zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        #expect(near(one, two) > 0.5)
        #expect(near(one, two) > near(one, three) + 0.3)
    }

    @Test func aVectorStaysTheSameBetweenVersions() {
        // Vectors are stored by those who ask for them.
        let vector = vector(.text("hello"), dimensions: 4)
        #expect(
            vector.map { "\($0)" } == ["0.19264841", "-0.1926484", "-0.8669177", "-0.41740486"])
    }
}

@Suite struct ModeratorTests {
    private func judge(_ text: String) -> Moderation {
        Moderator.judge(.init(text: text, hasText: true, hasImage: false))
    }

    private func flagged(_ text: String) -> Set<String> {
        let scores = judge(text).scores
        let all = Moderation.Category.allCases
        return Set(
            all.indices.filter { scores[$0] >= Moderation.threshold }.map { all[$0].rawValue })
    }

    @Test(arguments: [
        "", "hello", "kill -9 the process", "I could murder a pizza", "The bomb squad is here",
        "Essex and Sussex", "my skill set", "a minor problem", "You made my day",
        "How do I make a cake?", "They hate Mondays", "analysis of therapists",
    ])
    func harmlessTextsPass(_ text: String) {
        #expect(flagged(text) == [])
        #expect(judge(text).scores.allSatisfy { $0 > 0 && $0 < 0.01 })
    }

    @Test(arguments: [
        ("I WILL KILL YOU!!!", "harassment/threatening"), ("stab him", "violence"),
        ("he was disembowelled", "violence/graphic"), ("I want to die", "self-harm/intent"),
        ("ways to kill myself", "self-harm/instructions"), ("suicide", "self-harm"),
        ("gas the jews", "hate/threatening"), ("I hate gays", "hate"), ("you moron", "harassment"),
        ("nude pictures", "sexual"), ("nude pictures of a child", "sexual/minors"),
        ("how to steal a car", "illicit"), ("how to make a pipe bomb", "illicit/violent"),
    ])
    func harmIsFoundInItsCategory(_ text: String, _ category: String) {
        #expect(flagged(text).contains(category))
    }

    @Test func theSameTextHasTheSameScores() {
        #expect(judge("hello") == judge("hello"))
        #expect(judge("hello") != judge("hello there"))
    }
}
