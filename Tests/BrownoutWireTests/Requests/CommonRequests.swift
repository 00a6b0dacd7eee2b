/// Requests as clients of APIs write them. `*` stands for the length of the body.
enum CommonRequests {
    /// The body of those that have one.
    static let body = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#

    /// All of them, with their bodies.
    static let all: [[UInt8]] = texts.map { text in
        let length = String(body.utf8.count)
        let hasBody = text.contains(": *")
        let lines = text.split(separator: "\n").map { line in
            line.hasSuffix(": *") ? line.dropLast() + length : String(line)
        }
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + (hasBody ? body : "")).utf8)
    }

    private static let texts = python + node + others

    private static let python = [
        // openai-python and anthropic-python, over httpx.
        """
        POST /v1/chat/completions HTTP/1.1
        Host: 127.0.0.1:8787
        Accept-Encoding: gzip, deflate, br
        Connection: keep-alive
        Accept: application/json
        Content-Type: application/json
        User-Agent: OpenAI/Python 2.7.1
        X-Stainless-Lang: python
        X-Stainless-Runtime-Version: 3.11.7
        Authorization: Bearer sk-a
        X-Stainless-Async: false
        x-stainless-retry-count: 0
        Content-Length: *
        """,
        """
        POST /v1/messages HTTP/1.1
        Host: localhost:8787
        Connection: keep-alive
        User-Agent: Anthropic/Python 0.71.0
        X-Api-Key: sk-ant-a
        anthropic-version: 2023-06-01
        Idempotency-Key: stainless-python-retry-1b
        x-stainless-retry-count: 1
        Content-Length: *
        """,
        // requests over urllib3, and aiohttp.
        """
        POST /v1/embeddings HTTP/1.1
        Host: localhost:8787
        User-Agent: python-requests/2.32.5
        Accept-Encoding: gzip, deflate
        Accept: */*
        Connection: keep-alive
        Content-Length: *
        Content-Type: application/json
        """,
        """
        GET /v1/models?limit=20&after=a%20b HTTP/1.1
        Host: localhost:8787
        Accept: */*
        User-Agent: Python/3.11 aiohttp/3.13.1
        """,
        // botocore, whose targets hold percent signs and whose fields are signed.
        """
        POST /model/anthropic.claude-3%3A0/converse-stream HTTP/1.1
        Host: localhost:8787
        Content-Type: application/json
        User-Agent: Boto3/1.40.0 md/Botocore#1.40.0 ua/2.1 os/linux#6.1 md/arch#x86_64
        X-Amz-Date: 20260101T000000Z
        Authorization: AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/bedrock/aws4_request
        Content-Length: *
        """,
    ]

    private static let node = [
        // Node's fetch.
        """
        POST /v1/responses HTTP/1.1
        host: localhost:8787
        connection: keep-alive
        accept: application/json
        content-type: application/json
        user-agent: OpenAI/JS 6.7.0
        x-stainless-retry-count: 0
        authorization: Bearer sk-a
        accept-language: *
        sec-fetch-mode: cors
        accept-encoding: br, gzip, deflate
        content-length: *
        """,
        // axios, and the session of a test.
        """
        POST /v1/chat/completions HTTP/1.1
        Accept: application/json, text/plain, */*
        Content-Type: application/json
        x-brownout-session: s-1
        x-brownout-call: c-1
        User-Agent: axios/1.13.1
        Content-Length: *
        Accept-Encoding: gzip, compress, deflate, br
        Host: localhost:8787
        Connection: close
        """,
        // google-genai.
        """
        POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse HTTP/1.1
        host: localhost:8787
        connection: keep-alive
        x-goog-api-key: a
        x-goog-api-client: google-genai-sdk/1.28.0 gl-node/v22.1.0
        content-length: *
        """,
        """
        OPTIONS /v1/messages HTTP/1.1
        Host: localhost:8787
        Connection: keep-alive
        Access-Control-Request-Method: POST
        Origin: http://localhost:3000
        """,
    ]

    private static let others = [
        // Go, OkHttp, .NET, reqwest, Ruby and curl.
        """
        POST /openai/deployments/d/chat/completions?api-version=2024-10-21 HTTP/1.1
        Host: localhost:8787
        User-Agent: OpenAI/Go 3.7.0
        Content-Length: *
        Api-Key: a
        Traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
        Accept-Encoding: gzip
        """,
        """
        POST /v1/messages HTTP/1.1
        X-Stainless-OS: Linux
        Content-Type: application/json
        Content-Length: *
        Host: localhost:8787
        Connection: Keep-Alive
        Accept-Encoding: gzip
        """,
        """
        DELETE /v1/files/file-1 HTTP/1.1
        Host: localhost:8787
        User-Agent: OpenAI/2.6.0 (.NET 9.0.10; Ubuntu 24.04)
        """,
        """
        PATCH /v1/things/1 HTTP/1.1
        content-type: application/json
        x-empty:
        x_odd.name~1: "quoted"; a=b\\c
        content-length: *
        host: localhost:8787
        """,
        """
        PUT /v1/things/1 HTTP/1.1
        Accept: */*
        User-Agent: Ruby
        Connection: close
        Host: localhost:8787
        Content-Length: 0
        """,
        """
        POST /v1/messages HTTP/1.1
        Host: localhost:8787
        Accept: */*
        Content-Length: *
        Expect: 100-continue
        """,
        """
        HEAD / HTTP/1.1
        Host: localhost:8787
        """,
        "GET / HTTP/1.1",
    ]
}
