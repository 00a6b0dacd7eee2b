package import BrownoutDialects
import BrownoutEngine
package import BrownoutRecords
package import BrownoutWire

extension Responder {
    /// The provider's own 400 to a request whose body broke off; says who asked for what.
    ///
    /// Nothing is decided and nothing counted, as the client may have left: its next attempt meets
    /// what it would have met without this one.
    package func refuseCutShort(
        _ incoming: IncomingRequest, at moment: AnswerMoment, in record: inout ExchangeRecord
    ) -> WireScript {
        var incoming = incoming
        incoming.body = .failure(.cutShort)
        let request = describe(incoming, in: &record)
        let facts = request.facts
        let dice = Dice(seed: engine.snapshot(of: facts.session).scenario.seed)
        // Attempts that are counted begin with 1.
        let key = RollKey(
            session: SipHash.word(facts.session), call: facts.call.word, attempt: 0)
        let id = ExchangeID(word: dice.roll(.identity, rule: 0, key: key))
        record.id = id.word
        let (second, fraction) = moment.wall.quotientAndRemainder(dividingBy: 1_000_000)
        let context = AnswerContext(
            exchange: id, dice: dice, key: key, now: second, date: moment.date,
            fraction: .microseconds(fraction))
        var answer = Dialects.answer(request, reply: nil, context: context)
        answer.head.fields.append("connection", "close")
        return WireScript(answer, hasBody: moment.hasBody, version: facts.version)
    }
}
