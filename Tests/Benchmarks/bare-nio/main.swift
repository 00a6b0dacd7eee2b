// Serves bytes that were captured from another server:
//
//     bare-nio PLAIN STREAM FIRST-µs BETWEEN-µs
//
// `/json` answers with the file PLAIN at once, `/stream` with STREAM at once, one write per
// chunk, and `/paced` with STREAM one chunk at a time. The port is printed on standard output.

import NIOCore
import NIOHTTP1
import NIOPosix

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 4, let first = Int64(arguments[3]), let between = Int64(arguments[4])
else { fatalError("usage: bare-nio PLAIN STREAM FIRST-µs BETWEEN-µs") }

let answers = Answers(
    plain: try ByteBuffer(contentsOf: arguments[1]),
    stream: try ByteBuffer(contentsOf: arguments[2]).chunks())
let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
let pace = Pace(first: .microseconds(first), between: .microseconds(between))
let pacer = NIOLoopBoundBox.makeBoxSendingValue(Pacer(loop, pace), eventLoop: loop)
let server = try ServerBootstrap(group: loop)
    .serverChannelOption(.backlog, value: 4096)
    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
    .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
    .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
            let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes)
            try channel.pipeline.syncOperations.addHandlers([
                ByteToMessageHandler(decoder), FixedAnswer(answers, pacer.value),
            ])
        }
    }
    .bind(host: "127.0.0.1", port: 0).wait()

print(server.localAddress?.port ?? 0)
fflush(nil)
try server.closeFuture.wait()
