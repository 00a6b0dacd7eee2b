import Synchronization

extension Engine {
    /// The conversation of a session that a request goes on with. Until the decision about the
    /// request is released, others who go on with it are refused.
    package func resume(
        _ id: String, of session: String
    ) -> (name: ThreadName, thread: Result<KeptThread, ThreadRefusal>) {
        let serial = world.withLock { $0.memory.serial(of: SipHash.word(session)) }
        let name = ThreadName(session: serial ?? 0, id: id)
        guard serial != nil else { return (name, .failure(.notFound)) }
        return (name, threads.withLock { $0.take(name) })
    }

    /// A successful answer is about to be delivered: what it ends can be gone on with.
    func keep(_ ticket: ThreadTicket, _ decision: Decision) {
        guard let kept = ticket.kept else { return }
        let name = ThreadName(session: decision.session, id: kept.id)
        threads.withLock { $0.keep(kept.thread, as: name, continuing: ticket.continued) }
    }

    func giveBack(_ ticket: ThreadTicket) {
        guard let continued = ticket.continued else { return }
        threads.withLock { $0.giveBack(continued) }
    }
}
