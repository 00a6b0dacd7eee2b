/// An expression as the steps of a machine that is in several of them at a time (Thompson,
/// "Regular Expression Search Algorithm", 1968).
struct PatternProgram: Sendable {
    private enum Step: Sendable {
        case byte(ByteSet)
        case jump(Int)
        /// Goes on at both.
        case split(Int, Int)
        case boundary(isNegated: Bool)
        case accept
    }

    /// Steps of a program at most: each byte of a text may be looked at in each.
    private static let mostSteps = 2_000

    private var steps: [Step] = []
    /// What a match may begin with.
    private var first = ByteSet()

    init(_ node: PatternNode) throws(RedactionPatternError) {
        try append(node)
        steps.append(.accept)
        var machine = Machine(steps.count)
        enter(0, from: 0, &machine) { _ in true }
        for thread in machine.next {
            if case .byte(let set) = steps[thread.step] { first.formUnion(set) }
        }
    }

    private mutating func append(_ node: PatternNode) throws(RedactionPatternError) {
        guard steps.count < Self.mostSteps else {
            throw RedactionPatternError(
                offset: 0,
                message: "the pattern is too large: repetitions of repetitions multiply")
        }
        switch node {
        case .one(let set): steps.append(.byte(set))
        case .boundary(let isNegated): steps.append(.boundary(isNegated: isNegated))
        case .sequence(let nodes):
            for node in nodes { try append(node) }
        case .alternatives(let nodes):
            var jumps: [Int] = []
            for node in nodes.dropLast() {
                let split = steps.count
                steps.append(.jump(0))
                try append(node)
                jumps.append(steps.count)
                steps.append(.jump(0))
                steps[split] = .split(split + 1, steps.count)
            }
            if let last = nodes.last { try append(last) }
            for jump in jumps { steps[jump] = .jump(steps.count) }
        case .repeated(let node, let least, let most):
            for _ in 0..<least { try append(node) }
            try appendOptional(node, most.map { $0 - least })
        }
    }

    /// A node once more, up to `most` times, or for ever.
    private mutating func appendOptional(
        _ node: PatternNode, _ most: Int?
    ) throws(RedactionPatternError) {
        guard let most else {
            let split = steps.count
            steps.append(.jump(0))
            try append(node)
            steps.append(.jump(split))
            steps[split] = .split(split + 1, steps.count)
            return
        }
        var splits: [Int] = []
        for _ in 0..<most {
            splits.append(steps.count)
            steps.append(.jump(0))
            try append(node)
        }
        for split in splits { steps[split] = .split(split + 1, steps.count) }
    }

    // MARK: Running

    private struct Thread {
        var step: Int
        /// Where its match began.
        var start: Int
    }

    private struct Machine {
        /// Those at a byte, the one that began first in front.
        var current: [Thread] = []
        var next: [Thread] = []
        /// The turn a step was last entered in: it is entered once in each.
        var entered: [Int]
        var turn = 1
        var stack: [Int] = []
        /// Where the first match began that ends where the machine is.
        var accepted: Int?

        init(_ steps: Int) {
            entered = [Int](repeating: 0, count: steps)
        }
    }

    /// All that matches cover, in order; those that overlap as one.
    func matches(in bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
        var machine = Machine(steps.count)
        var matches: [Range<Int>] = []
        var index = 0
        while index <= bytes.count {
            if let start = machine.accepted { Self.add(start..<index, to: &matches) }
            machine.accepted = nil
            if machine.next.isEmpty {
                // Nothing has begun, so nothing is missed up to where something may.
                while index < bytes.count, !first.contains(bytes[index]) { index += 1 }
                machine.turn += 1
            }
            enter(0, from: index, &machine) { Self.holds($0, at: index, in: bytes) }
            guard index < bytes.count else { break }
            swap(&machine.current, &machine.next)
            machine.next.removeAll(keepingCapacity: true)
            machine.turn += 1
            let byte = bytes[index]
            index += 1
            for thread in machine.current {
                guard case .byte(let set) = steps[thread.step], set.contains(byte) else { continue }
                enter(thread.step + 1, from: thread.start, &machine) {
                    Self.holds($0, at: index, in: bytes)
                }
            }
        }
        return matches
    }

    /// Adds the steps at a byte that are reached from a step without one.
    private func enter(
        _ step: Int, from start: Int, _ machine: inout Machine, _ holds: (Bool) -> Bool
    ) {
        machine.stack.append(step)
        while let step = machine.stack.popLast() {
            guard machine.entered[step] != machine.turn else { continue }
            machine.entered[step] = machine.turn
            switch steps[step] {
            case .byte: machine.next.append(Thread(step: step, start: start))
            case .jump(let target): machine.stack.append(target)
            case .split(let one, let other):
                machine.stack.append(other)
                machine.stack.append(one)
            case .boundary(let isNegated):
                if holds(isNegated) { machine.stack.append(step + 1) }
            case .accept: machine.accepted = machine.accepted ?? start
            }
        }
    }

    /// Whether there is, or is no, edge of a word at a place.
    private static func holds(
        _ isNegated: Bool, at place: Int, in bytes: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        let before = place > 0 && bytes[place - 1].isWord
        let after = place < bytes.count && bytes[place].isWord
        return (before != after) != isNegated
    }

    private static func add(_ match: Range<Int>, to matches: inout [Range<Int>]) {
        var match = match
        while let last = matches.last, last.upperBound > match.lowerBound {
            match = min(last.lowerBound, match.lowerBound)..<match.upperBound
            matches.removeLast()
        }
        matches.append(match)
    }
}
