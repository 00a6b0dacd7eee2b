import BrownoutEngine
import NIOCore
import NIOHTTP2

// How a channel comes to speak HTTP/2.
extension HTTP2Connection {
    /// Adds to the end of a channel's pipeline what HTTP/2 needs.
    ///
    /// - Parameters:
    ///   - fault: What was decided about the connection: ``HTTP2Fault/Word/oneStream``,
    ///     ``HTTP2Fault/Word/noWindow``, or nothing.
    static func install(
        in channel: any Channel, on socket: AcceptedSocket, fault: HTTP2Fault.Word? = nil
    ) throws {
        let connection = HTTP2Connection(socket: socket, fault: fault)
        let bound = NIOLoopBound(connection, eventLoop: channel.eventLoop)
        let limits = socket.loop.core.limits
        let handler = NIOHTTP2Handler(
            mode: .server, eventLoop: channel.eventLoop,
            connectionConfiguration: configuration(limits, fault),
            streamConfiguration: streamConfiguration(limits, fault)
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandler(HTTP2Stream(bound.value))
            }
        }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(connection)
        try pipeline.addHandler(handler)
    }

    private static func configuration(
        _ limits: ServerLimits, _ fault: HTTP2Fault.Word?
    ) -> NIOHTTP2Handler.ConnectionConfiguration {
        var configuration = NIOHTTP2Handler.ConnectionConfiguration()
        configuration.initialSettings = [
            // What the client is told instead, and who is refused, is the connection's affair.
            HTTP2Setting(parameter: .maxConcurrentStreams, value: Int(Int32.max)),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headBytes),
        ]
        if fault == .noWindow {
            configuration.initialSettings.append(
                HTTP2Setting(parameter: .initialWindowSize, value: 0))
            configuration.targetWindowSize = 0
        }
        // A faulty answer may be shorter than its head says.
        configuration.contentLengthValidation = .disabled
        // What a client has sent on streams that were refused is no reason to end the others.
        configuration.maximumRecentlyResetStreams = limits.resetStreams.count
        configuration.controlFrameRateLimit.maximumCount = limits.controlFrames.count
        configuration.controlFrameRateLimit.windowLength = .nanoseconds(
            limits.controlFrames.time.inNanoseconds)
        return configuration
    }

    private static func streamConfiguration(
        _ limits: ServerLimits, _ fault: HTTP2Fault.Word?
    ) -> NIOHTTP2Handler.StreamConfiguration {
        var configuration = NIOHTTP2Handler.StreamConfiguration()
        if fault == .noWindow { configuration.targetWindowSize = 0 }
        let time = TimeAmount.nanoseconds(limits.resetStreams.time.inNanoseconds)
        configuration.streamResetFrameRateLimit.maximumCount = limits.resetStreams.count
        configuration.streamResetFrameRateLimit.windowLength = time
        configuration.streamErrorRateLimit.maximumCount = limits.resetStreams.count
        configuration.streamErrorRateLimit.windowLength = time
        configuration.outboundBufferSizeHighWatermark = 64 * 1024
        configuration.outboundBufferSizeLowWatermark = 32 * 1024
        return configuration
    }
}
