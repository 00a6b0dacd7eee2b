// Made by `python Tests/Conformance/matrix.py --update`, from what was measured.
extension ClientReaction {
    /// By the name of the fault: OpenAI's SDK, Anthropic's SDK.
    static let measured: [(fault: String, openai: String, anthropic: String)] = [
        ("cause", "RateLimitError 429 ×3", "RateLimitError 429 ×3"),
        (
            "error-event", "chat: InternalServerError 503 ×3; stream: APIError after part ×1",
            "chat: OverloadedError 529 ×3; stream: APIStatusError 200 after nothing ×1"
        ),
        (
            "cut", "chat: APIConnectionError ×3; stream: APIConnectionError after part ×1",
            "chat: APIConnectionError ×3; stream: ReadError after part ×1"
        ),
        (
            "no-answer", "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3"
        ),
        (
            "reset", "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3"
        ),
        (
            "half-open", "chat: APITimeoutError ×3; stream: APITimeoutError after part ×1",
            "chat: APITimeoutError ×3; stream: ReadTimeout after nothing ×1"
        ),
        ("stall", "ok: whole ×1", "ok: whole ×1"),
        (
            "hang", "chat: APITimeoutError ×3; stream: APITimeoutError after nothing ×1",
            "chat: APITimeoutError ×3; stream: ReadTimeout after nothing ×1"
        ),
        ("latency", "ok: whole ×1", "ok: whole ×1"),
        ("slow-headers", "ok: whole ×1", "ok: whole ×1"),
        ("dribble", "ok: whole ×1", "ok: whole ×1"),
        (
            "refuse", "chat: APIConnectionError ×1; stream: APIConnectionError after nothing ×1",
            "chat: APIConnectionError ×1; stream: APIConnectionError after nothing ×1"
        ),
        ("accept-fin", "APIConnectionError ×3", "APIConnectionError ×3"),
        ("accept-reset", "APIConnectionError ×3", "APIConnectionError ×3"),
        ("fin-after-answer", "ok: whole, then ok: whole ×2", "ok: whole, then ok: whole ×2"),
        ("fin-while-idle", "ok: whole, then ok: whole ×2", "ok: whole, then ok: whole ×2"),
        (
            "reset-next-request",
            "chat: ok: whole, then ok: whole ×3; stream: ok: whole, then ok: whole ×2",
            "ok: whole, then ok: whole ×3"
        ),
        (
            "bad-chunk-size",
            "chat: APIConnectionError ×3; stream: APIConnectionError after part ×1",
            "chat: APIConnectionError ×3; stream: RemoteProtocolError after part ×1"
        ),
        (
            "no-chunk-end", "chat: APIConnectionError ×3; stream: APIConnectionError after part ×1",
            "chat: APIConnectionError ×3; stream: RemoteProtocolError after part ×1"
        ),
        (
            "no-last-chunk", "chat: APIConnectionError ×3; stream: ok: whole ×1",
            "chat: APIConnectionError ×3; stream: RemoteProtocolError after the whole ×1"
        ),
        (
            "length-too-long", "chat: APIConnectionError ×3; stream: ok: whole ×1",
            "chat: APIConnectionError ×3; stream: RemoteProtocolError after the whole ×1"
        ),
        (
            "length-too-short", "chat: JSONDecodeError ×1; stream: ok: partial, no reason ×1",
            "chat: JSONDecodeError ×1; stream: ok: partial, no reason ×1"
        ),
        (
            "length-twice",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3"
        ),
        ("length-and-chunked", "ok: whole ×1", "ok: whole ×1"),
        (
            "truncated-body", "chat: JSONDecodeError ×1; stream: ok: partial, no reason ×1",
            "chat: JSONDecodeError ×1; stream: ok: partial, no reason ×1"
        ),
        (
            "garbage-status-line",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3"
        ),
        (
            "partial-headers",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3"
        ),
        (
            "huge-header",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3"
        ),
        (
            "header-without-colon",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3"
        ),
        (
            "nul-in-header",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3",
            "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×3"
        ),
        ("many-headers", "ok: whole ×1", "ok: whole ×1"),
        ("informational-flood", "ok: whole ×1", "ok: whole ×1"),
        (
            "gzip-lie", "chat: APIConnectionError ×3; stream: APIConnectionError after nothing ×1",
            "chat: APIConnectionError ×3; stream: DecodingError after nothing ×1"
        ),
        (
            "gzip-truncated", "chat: JSONDecodeError ×1; stream: ok: partial, no reason ×1",
            "chat: JSONDecodeError ×1; stream: ok: partial, no reason ×1"
        ),
        ("gzip-unasked", "ok: whole ×1", "ok: whole ×1"),
        ("close-delimited", "ok: whole ×1", "ok: whole ×1"),
        ("drop", "ok: other text ×1", "ok: other text ×1"),
        ("duplicate", "ok: other text ×1", "ok: other text ×1"),
        ("reorder", "ok: other text ×1", "ok: other text ×1"),
        (
            "bad-json", "chat: JSONDecodeError ×1; stream: JSONDecodeError after part ×1",
            "chat: JSONDecodeError ×1; stream: JSONDecodeError after part ×1"
        ),
        (
            "bad-utf8", "chat: UnicodeDecodeError ×1; stream: UnicodeDecodeError after part ×1",
            "chat: UnicodeDecodeError ×1; stream: UnicodeDecodeError after part ×1"
        ),
        ("huge-event", "ok: whole ×1", "ok: whole ×1"),
        ("comment-flood", "ok: whole ×1", "ok: whole ×1"),
        ("ping-flood", "ok: whole ×1", "ok: whole ×1"),
        ("comments", "ok: whole ×1", "ok: whole ×1"),
        ("event-ids", "ok: whole ×1", "ok: whole ×1"),
        ("no-space", "ok: whole ×1", "ok: whole ×1"),
        ("no-event-names", "-", "ok: nothing, no reason ×1"),
        ("empty-first-chunk", "ok: whole ×1", "ok: whole ×1"),
        ("no-delta", "ok: whole ×1", "ok: whole ×1"),
        ("extra-event", "ok: whole ×1", "ok: whole ×1"),
        ("after-terminal", "ok: whole ×1", "ok: other text ×1"),
        ("bom", "ok: whole ×1", "ok: whole ×1"),
        ("crlf", "ok: whole ×1", "ok: whole ×1"),
        ("cr", "ok: whole ×1", "ok: whole ×1"),
        ("no-final-blank-line", "ok: whole ×1", "ok: whole ×1"),
        ("one-byte-chunks", "ok: whole ×1", "ok: whole ×1"),
        ("split-events", "ok: whole ×1", "ok: whole ×1"),
        ("grouped-events", "ok: whole ×1", "ok: whole ×1"),
        ("held-back", "ok: whole ×1", "ok: whole ×1"),
        ("wrong-content-type", "ok: whole ×1", "ok: whole ×1"),
        ("no-done", "ok: whole ×1", "-"),
        ("no-message-stop", "-", "ok: whole ×1"),
        ("no-finish-reason", "ok: whole, no reason ×1", "ok: whole, no reason ×1"),
        ("no-usage", "ok: whole, no usage ×1", "ok: whole, no usage ×1"),
        (
            "empty-choices", "chat: ok: choices [] ×1; stream: ok: nothing, no reason ×1",
            "chat: ok: content [] ×1; stream: ok: nothing ×1"
        ),
        (
            "null-choices", "chat: ok: choices null ×1; stream: ok: nothing, no reason ×1",
            "chat: ok: content null ×1; stream: ok: whole ×1"
        ),
        (
            "error-with-200", "chat: ok: an error object ×1; stream: ok: nothing, no reason ×1",
            "chat: ok: an error object ×1; stream: ok: nothing, no reason ×1"
        ),
        (
            "empty-body", "chat: JSONDecodeError ×1; stream: ok: nothing, no reason ×1",
            "chat: JSONDecodeError ×1; stream: ok: nothing, no reason ×1"
        ),
        (
            "html-with-200", "chat: ok: a str ×1; stream: ok: nothing, no reason ×1",
            "chat: ok: a str ×1; stream: ok: nothing, no reason ×1"
        ),
        ("plain-json", "ok: nothing, no reason ×1", "ok: nothing, no reason ×1"),
        ("refusal", "ok: a refusal ×1", "ok: other text, refusal ×1"),
        ("content-filter", "ok: partial, content_filter ×1", "ok: partial, refusal ×1"),
        ("length", "ok: partial, length ×1", "ok: partial, max_tokens ×1"),
        (
            "arguments-not-json", "ok: get_weather, arguments no JSON ×1",
            "chat: ok: get_weather, arguments break its schema ×1; stream: ok: get_weather, arguments no JSON ×1"
        ),
        (
            "arguments-break-schema", "ok: get_weather, arguments break its schema ×1",
            "ok: get_weather, arguments break its schema ×1"
        ),
        (
            "arguments-cut", "ok: get_weather, arguments no JSON ×1",
            "chat: ok: get_weather, arguments break its schema ×1; stream: ok: get_weather, arguments no JSON ×1"
        ),
        ("unknown-tool", "ok: search_documents, unknown ×1", "ok: search_documents, unknown ×1"),
        (
            "duplicate-tool-id", "ok: get_weather and get_weather, one id for two ×1",
            "ok: get_weather and get_weather, one id for two ×1"
        ),
        ("wrong-usage", "ok: whole, usage does not add up ×1", "ok: whole ×1"),
        ("wrong-model", "ok: whole, another model ×1", "ok: whole, another model ×1"),
        ("page-502", "InternalServerError 502 ×3", "InternalServerError 502 ×3"),
        ("page-503", "InternalServerError 503 ×3", "ServiceUnavailableError 503 ×3"),
        ("page-520", "InternalServerError 520 ×3", "InternalServerError 520 ×3"),
        ("page-524", "InternalServerError 524 ×3", "InternalServerError 524 ×3"),
        ("page-challenge", "PermissionDeniedError 403 ×1", "PermissionDeniedError 403 ×1"),
        (
            "page-portal", "chat: ok: a str ×1; stream: ok: nothing, no reason ×1",
            "chat: ok: a str ×1; stream: ok: nothing, no reason ×1"
        ),
        ("raw", "APIStatusError 418 ×1", "APIStatusError 418 ×1"),
        (
            "raw-stream", "APIConnectionError after nothing ×1",
            "RemoteProtocolError after nothing ×1"
        ),
        (
            "goaway", "chat: ok: whole ×2; stream: APIConnectionError after part ×1",
            "chat: ok: whole ×2; stream: RemoteProtocolError after nothing ×1"
        ),
        (
            "reset-stream", "chat: ok: whole ×2; stream: APIConnectionError after part ×1",
            "chat: ok: whole ×2; stream: RemoteProtocolError after nothing ×1"
        ),
        (
            "early-end-stream", "chat: JSONDecodeError ×1; stream: ok: partial, no reason ×1",
            "chat: JSONDecodeError ×1; stream: ok: partial, no reason ×1"
        ),
        ("one-stream", "ok: whole ×1", "ok: whole ×1"),
        ("no-window", "APITimeoutError ×3", "APITimeoutError ×3"),
        ("certificate-expired", "APIConnectionError ×3", "APIConnectionError ×3"),
        ("certificate-not-yet-valid", "APIConnectionError ×3", "APIConnectionError ×3"),
        ("certificate-wrong-host", "APIConnectionError ×3", "APIConnectionError ×3"),
        ("certificate-untrusted", "APIConnectionError ×3", "APIConnectionError ×3"),
        ("old-tls-only", "APIConnectionError ×3", "APIConnectionError ×3"),
        ("handshake-hang", "APITimeoutError ×3", "APITimeoutError ×3"),
        ("handshake-reset", "APIConnectionError ×3", "APIConnectionError ×3"),
        ("handshake-fin", "APIConnectionError ×3", "APIConnectionError ×3"),
        ("handshake-alert", "APIConnectionError ×3", "APIConnectionError ×3"),
        ("handshake-plaintext", "APIConnectionError ×3", "APIConnectionError ×3"),
        ("no-close-notify", "ok: whole ×1", "ok: whole ×1"),
        ("corrupt-record", "APIConnectionError after part ×1", "ReadError after nothing ×1"),
    ]
}
