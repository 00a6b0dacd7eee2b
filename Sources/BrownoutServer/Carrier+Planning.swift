import BrownoutAnswers
import BrownoutDialects
import NIOCore
import NIOPosix

// How a carrier answers a request whose body is so large that reading it would hold its loop.
extension Carrier {
    /// Reads a request and decides about it on another thread, then begins its answer. What it
    /// holds counts as held on behalf of the client until then, though the client may have left.
    func planOffLoop(
        _ unread: IncomingRequest, _ body: ByteBuffer, _ intake: ReceivedRequest,
        at moment: AnswerMoment, _ instant: ScenarioInstant
    ) {
        phase = .planning(intake)
        cancelWake()
        let responder = loop.responder
        let room = loop.room
        offLoop {
            var request = unread
            ReceivedRequest.read(body, into: &request)
            return responder.plan(request, at: moment, room: room)
        } then: { [self] planned in
            releaseBudget(intake)
            let read = planned.request
            begin(planned, intake, at: instant)
            forgetOffLoop(read)
            work()
        }
    }

    /// Gives up a request whose parts are so many that this takes long, too: by another thread,
    /// once nobody on this loop holds it any more.
    private func forgetOffLoop(_ request: ParsedRequest) {
        let readers = loop.core.readers
        loop.eventLoop.execute {
            readers.submit { _ in withExtendedLifetime(request) {} }
        }
    }
}
