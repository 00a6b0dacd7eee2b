/// What one bucket of a limit has counted.
struct LimitBucket: Sendable {
    let key: Key
    /// No other bucket, at any time, has the same.
    let serial: UInt64
    let subject: LimitSubject
    /// One for each quota of the limit.
    var meters: [Meter]
    /// Answers in progress.
    var inProgress = 0
    /// When all meters are as if nothing had been used, in nanoseconds of the engine's clock.
    var wholeAt = Int64.min
    /// The request that asked last.
    var askedBy: UInt64 = 0

    /// What a bucket is found by.
    struct Key: Hashable, Sendable {
        /// The serial of the session it belongs to, until the session is reset.
        var session: UInt64
        /// The limit's word.
        var limit: UInt64
        /// The word of the values that tell a limit's buckets apart.
        var values: UInt64
    }
}

/// A place in the table, and who was there: what leads to a bucket, unless it is forgotten.
struct BucketReference: Equatable, Sendable {
    var slot: Int
    var serial: UInt64
}

/// A fixed number of buckets. When there are more, one that is whole again is forgotten, which
/// nobody notices; where none of a few is, the one of them that will be soonest. So a client that
/// invents keys costs a fixed amount of memory.
struct BucketTable: Sendable {
    /// Buckets that are looked at when one has to go.
    private static let candidates = 8
    /// The same where all of those are in use.
    private static let longestSearch = 1_000

    let limit: Int
    private(set) var buckets: [LimitBucket] = []
    private var slots: [LimitBucket.Key: Int] = [:]
    /// Where the search for a bucket to forget begins.
    private var hand = 0
    private var serials: UInt64 = 0

    init(limit: Int) {
        self.limit = limit
    }

    func slot(of key: LimitBucket.Key) -> Int? { slots[key] }

    func slot(of reference: BucketReference) -> Int? {
        buckets.indices.contains(reference.slot)
            && buckets[reference.slot].serial == reference.serial ? reference.slot : nil
    }

    subscript(slot: Int) -> LimitBucket {
        _read { yield buckets[slot] }
        _modify { yield &buckets[slot] }
    }

    /// Makes a bucket that is not there yet. Those asked by the request `asker` stay.
    mutating func add(
        _ key: LimitBucket.Key, _ subject: LimitSubject, _ meters: [Meter], asker: UInt64,
        at now: Int64
    ) -> Int {
        serials += 1
        var bucket = LimitBucket(key: key, serial: serials, subject: subject, meters: meters)
        bucket.askedBy = asker
        let slot: Int
        if buckets.count < limit {
            slot = buckets.count
            buckets.append(bucket)
        } else {
            slot = oneToForget(asker, at: now)
            slots[buckets[slot].key] = nil
            buckets[slot] = bucket
        }
        slots[key] = slot
        return slot
    }

    private mutating func oneToForget(_ asker: UInt64, at now: Int64) -> Int {
        var best = hand
        // A scenario has fewer limits than the table has buckets, so one is none of these.
        while buckets[best].askedBy == asker { best = (best + 1) % buckets.count }
        var bestWhole: Int64?
        var looked = 0
        while looked < BucketTable.candidates
            || bestWhole == nil && looked < min(BucketTable.longestSearch, buckets.count)
        {
            let slot = hand
            hand = (hand + 1) % buckets.count
            looked += 1
            // A bucket in use is not idle, whatever its meters say.
            guard buckets[slot].askedBy != asker, buckets[slot].inProgress == 0 else { continue }
            let whole = buckets[slot].wholeAt
            if whole <= now { return slot }
            if bestWhole.map({ whole < $0 }) ?? true { (best, bestWhole) = (slot, whole) }
        }
        return best
    }
}
