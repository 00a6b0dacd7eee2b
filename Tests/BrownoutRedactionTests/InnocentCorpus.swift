import BrownoutJSON
import BrownoutTesting
import Foundation

/// Bodies without a secret: what models say about programs, ids, blobs, and what documentation
/// has where a secret would stand.
enum InnocentBody: CaseIterable {
    case python, typeScript, java, kotlin, swift, ruby, shell, ids, wideIDs, blob, blobForURLs
    case reasoning, image, placeholders, refusal, traces, hashes, usage, slugs, prose

    /// As an answer has it: the text in a JSON string, of tool arguments in one in another.
    func body(_ draws: inout Draws) -> [UInt8] {
        let text = text(&draws)
        let content =
            draws.below(3) == 0 ? JSON.object([JSONMember("code", .string(text))]).text : text
        let message = JSON.object([
            JSONMember("role", .string("assistant")), JSONMember("content", .string(content)),
        ])
        let id = "chatcmpl-" + draws.text(29)
        return Array(
            JSON.object([
                JSONMember("id", .string(id)), JSONMember("object", .string("chat.completion")),
                JSONMember("choices", .array([.object([JSONMember("message", message)])])),
            ]).text.utf8)
    }

    private func text(_ draws: inout Draws) -> String {
        let name = draws.text(5, of: Draws.small)
        switch self {
        case .python:
            return """
                import os\n@app.route("/items")\n@\(name).get("/\(name)/{id}")\ndef items(self):
                \t@cache.memo\n\tdef f(api_key: Optional[str] = None, token: str = ""):
                \t\tclient = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
                \t\tself.api_key = api_key; login(password=getpass(), api_key=settings.api_key)
                \t\treturn x@self.weight + a @ b.T\n@pytest.mark.parametrize("n", [1, 2])
                """
        case .typeScript:
            return """
                import { A } from "@nestjs/common"; import x from '@\(name)/core';
                \r\n@Controller.of("\(name)")\r\n\t@Input.required() key!: string;
                const c = new OpenAI({ apiKey: process.env.OPENAI_API_KEY, baseURL });
                fetch(url, { headers: { Authorization: `Bearer ${token}` } }); // npm i react@18.2.0
                """
        case .java:
            return "\n@org.junit.Test\npublic void \(name)() {}\n\t@javax.inject.Inject\n"
                + "\t@Value(\"${api.key}\") private String apiKey;\n\u{3C}@lombok.Data\u{3E}\n"
        case .kotlin:
            return
                "list.forEach { if (it == 0) return@forEach.run() }\nthis@MainActivity.finish()\n"
                + "\n@get:Rule\n@\(name).Module class A\n"
        case .swift:
            return
                "\n@Test.tag(.a)\n@MainActor func \(name)() async\n\t@State.x var token: String?\n"
        case .ruby:
            return "\n@user.name = params[:name]\n\t@\(name).save!\nputs @config.api_key\n"
        case .shell:
            return "git clone git@github.com:acme/\(name).git && docker run x@sha256:"
                + draws.text(64, of: "0123456789abcdef")
                + "\ncurl -H \"Authorization: Bearer $OPENAI_API_KEY\" https://api.openai.com/v1\n"
                + "export OPENAI_API_KEY=$KEY; export API_KEY=\"<your key>\"\n"
        default: return other(&draws, name)
        }
    }

    /// What is no program.
    private func other(_ draws: inout Draws, _ name: String) -> String {
        switch self {
        case .ids:
            return (0..<12).map { _ in "\"id\": \(draws.number(17 + draws.below(4)))" }
                .joined(separator: ", ")
        case .wideIDs:
            return (0..<4).map { _ in "{\"message_id\":\(draws.number(15 + draws.below(2)))}" }
                .joined(separator: ",")
        case .blob: return Data(draws.bytes(60 + draws.below(2_000))).base64EncodedString()
        case .blobForURLs: return Self.forURLs(draws.bytes(60 + draws.below(2_000)))
        case .reasoning: return "gAAAAAB" + Self.forURLs(draws.bytes(1_500))
        case .image:
            return "data:image/png;base64,iVBORw0KGgo"
                + Data(draws.bytes(900)).base64EncodedString()
        case .placeholders:
            return "Set api_key=YOUR_API_KEY or OPENAI_API_KEY=sk-... in .env, then send "
                + "'Authorization: Bearer YOUR_KEY' or 'x-api-key: <token>'. "
                + #"{"api_key": "your-api-key-here", "password": "***", "token": "{{TOKEN}}"}"#
                + " ?key=YOUR_API_KEY&alt=sse, Bearer $TOKEN, sk-xxxxxxxxxxxxxxxx, ghp_"
                + String(repeating: "x", count: 36) + ", a Bearer token. Bearer Authentication."
        case .refusal:
            return "Incorrect API key provided: sk-\(name)****yz. You provided sk-proj-"
                + String(repeating: "*", count: 40) + draws.text(4) + "; "
                + "Bearer realm=\"Own API\", error=\"invalid_token\""
        case .traces:
            return "x-trace-id: \(draws.number(19))\ntraceparent: 00-"
                + draws.text(32, of: "0123456789abcdef") + "-"
                + draws.text(16, of: "0123456789abcdef")
                + "-01\nx-datadog-trace-id: \(draws.number(20))\nx-request-id: req_"
                + draws.text(32, of: "0123456789abcdef")
        case .hashes:
            return (0..<8).map { _ in
                draws.text(draws.one(of: [32, 40, 64]), of: "0123456789abcdef")
            }
            .joined(separator: " ") + " 550e8400-e29b-41d4-a716-446655440000"
        case .usage:
            return #"{"prompt_tokens": \#(draws.number(4)), "created": \#(draws.number(10)), "#
                + #""logprob": -0.\#(draws.number(15)), "token": " Hello"}"#
        case .slugs:
            return "https://blog.example/what-is-sk-learn-\(name) and /week_\(draws.text(20)) or "
                + "/docs/task_sk-\(draws.text(20)) and https://medium.example/@\(name).of/post"
        case .prose:
            return "The bearer of bad news keeps secrets; ask the secretary: the token is a word, "
                + "the password a phrase. \(name) costs 50% of 100%, at 12:30, on 2024-05-13."
        default: return ""
        }
    }

    private static func forURLs(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }
}
