import BrownoutAnswers
import BrownoutEngine
import BrownoutRecordings
import BrownoutRecords
import BrownoutWire

extension RecordedResponse {
    /// What a recorder would make of a script.
    init(_ script: WireScript) {
        self.init(head: nil)
        var time: Int64 = 0
        var isChunked = false
        for step in script.steps {
            switch step {
            case .wait(let duration): time += Int64(duration.inMicroseconds)
            case .send(let bytes) where head == nil:
                let first = RecordedHead(bytes, at: time)
                head = first
                isChunked = first.header("transfer-encoding") != nil
            case .send(let bytes):
                var payload = bytes[...]
                if isChunked {
                    let start = payload.firstIndex(of: 10).map { $0 + 1 } ?? payload.endIndex
                    payload = payload[start...].dropLast(2)
                }
                if payload.isEmpty { continue }
                body += payload
                chunks.append(RecordedChunk(end: body.count, at: time))
            case .end: ending = .complete
            case .closeWrite:
                let isWhole = !isChunked && head?.header("content-length") == nil
                ending = isWhole ? .complete : .closedEarly
            case .reset: ending = .reset
            case .hang: ending = .timedOut
            case .drain, .cue: break
            }
        }
        endedAt = time
    }
}

extension RecordedHead {
    /// A head as it is sent.
    fileprivate init(_ bytes: [UInt8], at time: Int64) {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        let status = lines[0].split(separator: " ", maxSplits: 2)
        self.init(
            status: Int(status[1]) ?? 0, reason: status.count > 2 ? String(status[2]) : "",
            headers: lines.dropFirst().map { line in
                let colon = line.firstIndex(of: ":") ?? line.endIndex
                return HeaderField(
                    String(line[..<colon]), String(line[colon...].dropFirst(2)))
            }, at: time)
    }
}

extension Responder {
    /// What a recording answers that was loaded for it.
    func replay(
        _ recording: Recording, as replay: ReplaySource, _ planned: PlannedExchange
    ) -> SuppliedAnswer {
        self.replay(LoadedRecording(recording), as: replay, planned)
    }
}
