// Clients for measurements, on one thread:
//
//     bench-load pace --port P --path PATH --body FILE --streams N --tokens T --skip S
//         --first-us F --between-us B
//     bench-load hold --port P --path PATH --body FILE --connections N
//
// `pace` asks for N streams, drops S events of each, and measures by how much each of the T
// events that follow is later than the plan: F after the request for the first one, B more for
// every further one. `hold` opens N connections, sends the request on each, waits for the head of
// each answer, prints a line, and leaves when standard input ends. Results are one line of JSON.

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
default:
    fail("usage: bench-load pace|hold --option value …")
}
