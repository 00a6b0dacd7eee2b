// Clients for measurements, on one thread:
//
//     bench-load pace --port P --path PATH --body FILE --streams N --tokens T --skip S
//         --first-us F --between-us B
//     bench-load hold --port P --path PATH --body FILE --connections N
//     bench-load idle --port P --path PATH --body FILE --connections N
//     bench-load trickle --port P --path PATH --body FILE --connections N --us T
//
// `pace` asks for N streams, drops S events of each, and measures by how much each of the T
// events that follow is later than the plan: F after the request for the first one, B more for
// every further one. `hold` opens N connections, sends the request on each, waits for the head of
// each answer, prints a line, and leaves when standard input ends; `idle` does the same on
// connections that were answered once and stay open. `trickle` sends requests byte by byte for a
// time, and counts the answers. Results are one line of JSON.

let command = CommandLine.arguments.dropFirst().first ?? ""
let options = Options(CommandLine.arguments.dropFirst(2))

switch command {
case "pace":
    var client = PaceClient(options.target, options.plan, streams: options.number("streams"))
    client.run()
    print(client.report())
case "hold":
    var client = HoldClient(options.target, connections: options.number("connections"))
    print("{\"held\": \(client.open())}")
    client.waitForEndOfInput()
case "idle":
    var client = HoldClient(
        options.target, connections: options.number("connections"), sending: \.greeting)
    print("{\"held\": \(client.open())}")
    client.waitForEndOfInput()
case "trickle":
    var client = TrickleClient(options.target, connections: options.number("connections"))
    print("{\"answers\": \(client.run(microseconds: options.number("us")))}")
default:
    fail("usage: bench-load pace|hold|idle|trickle --option value …")
}
