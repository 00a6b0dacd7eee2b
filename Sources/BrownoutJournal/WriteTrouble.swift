/// What becomes of a batch that the database refused, and what is said about it.
///
/// From the first refusal to the next success is one episode. Its first batch is tried again for
/// as long as the limits' patience lasts, even while the queue is full: a lock held for a second
/// loses nothing. Once rows were lost, a full queue no longer waits, so that serving goes on.
struct WriteTrouble {
    struct Verdict: Equatable {
        var tryAgain: Bool
        /// To be said now, once an episode.
        var report: String?
    }

    /// Why the database refuses; nil while all is well.
    private(set) var message: String?
    private var lost = 0
    private var episodeBegan: Duration = .zero
    private var batchFailed: Duration?
    private let patience: Duration

    init(patience: Duration) {
        self.patience = patience
    }

    /// A try failed, at a time since any fixed instant. `inHaste`: rows pile up, or the writer
    /// closes.
    mutating func failed(_ why: String, at now: Duration, inHaste: Bool) -> Verdict {
        let isNew = message == nil
        if isNew {
            episodeBegan = now
            lost = 0
        }
        message = why
        let began = batchFailed ?? now
        batchFailed = began
        let tryAgain = now - began < patience && !(inHaste && lost > 0)
        return Verdict(
            tryAgain: tryAgain,
            report: isNew ? "the journal cannot be written: \(why)" : nil)
    }

    /// The batch of the last failure was given up.
    mutating func gaveUp(rows: Int) {
        lost += rows
        batchFailed = nil
    }

    /// A batch was written; returns what to say when that ends an episode.
    mutating func succeeded(at now: Duration) -> String? {
        batchFailed = nil
        guard message != nil else { return nil }
        message = nil
        let time = (now - episodeBegan).inTenths
        let cost =
            switch lost {
            case 0: "nothing was lost"
            case 1: "1 exchange was lost"
            default: "\(lost) exchanges were lost"
            }
        return "the journal is written again after \(time) s; \(cost)"
    }
}

extension Duration {
    /// Seconds with one decimal.
    fileprivate var inTenths: String {
        let (seconds, attoseconds) = components
        return "\(seconds).\(attoseconds / 100_000_000_000_000_000)"
    }
}
