import BrownoutEngine
import BrownoutJSON

/// A moment as Go writes it: RFC 3339 with as many digits of a second as it has, nine at most.
struct OllamaTime: Sendable {
    private var seconds: Int64
    private var nanoseconds: Int64

    private static let second: Int64 = 1_000_000_000
    /// The first of 2025, UTC.
    private static let epoch: Int64 = 1_735_689_600

    /// The moment of the answer's date, by which clients reckon its age, or a drawn one.
    init(_ context: AnswerContext) {
        var words = WordStream(context.exchange, salt: .created)
        guard !context.drawsCreated else {
            seconds = Self.epoch + Int64(words.below(10_000_000))
            nanoseconds = Int64(words.below(Int(Self.second)))
            return
        }
        seconds = context.now
        // The clock has microseconds; what is below them is drawn.
        let fraction = context.fraction.components.attoseconds / 1_000_000_000_000
        nanoseconds = fraction * 1000 + Int64(words.below(1000))
    }

    func adding(_ more: Int64) -> OllamaTime {
        var time = self
        let sum = nanoseconds + max(more, 0)
        time.seconds += sum / Self.second
        time.nanoseconds = sum % Self.second
        return time
    }

    var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    func append(to bytes: inout [UInt8]) {
        bytes.append(text: WireTime.rfc3339(seconds))
        guard nanoseconds > 0 else { return }
        bytes.removeLast()
        bytes.append(UInt8(ascii: "."))
        var place = Self.second / 10
        var rest = nanoseconds
        while rest > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / place))
            rest %= place
            place /= 10
        }
        bytes.append(UInt8(ascii: "Z"))
    }
}

/// How long an answer has taken, in nanoseconds: made up, and the same for the same exchange.
struct OllamaDurations: Sendable {
    let total: Int64
    let load: Int64
    let prompt: Int64
    let answer: Int64

    init(_ exchange: ExchangeID, promptTokens: Int, tokens: Int) {
        var words = WordStream(exchange, salt: .durations)
        func span(_ least: Int, _ more: Int) -> Int64 { Int64(least + words.below(more)) }
        load = span(12_000_000, 60_000_000)
        prompt = span(4_000_000, 9_000_000) + span(150_000, 350_000) * Int64(promptTokens)
        answer = span(7_000_000, 14_000_000) * Int64(tokens)
        total = load + prompt + answer + span(200_000, 1_500_000)
    }
}
