// What a request costs without a socket: it is parsed, decided, answered, scripted and made a row
// of, `count` times. Run under callgrind by `Tests/Instructions/run`.
import Glibc

guard CommandLine.arguments.count == 3, let count = Int(CommandLine.arguments[2]), count > 0,
    let subject = Subject(name: CommandLine.arguments[1])
else {
    let names = Subject.names.joined(separator: "|")
    print("usage: bench-instructions \(names) COUNT")
    exit(2)
}
var bytes = 0
for number in 0..<count { bytes += subject.answer(number) }
print("\(count) requests, \(bytes / count) bytes each")
