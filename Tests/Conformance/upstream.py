"""Providers that answer with given bytes."""
import contextlib
import http.server
import threading


@contextlib.contextmanager
def provider_of_bytes(answer):
    """A provider that answers each request as `answer(handler, body)` says; what came, in a list."""
    seen = []

    class Provider(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            seen.append((self.headers, body))
            with contextlib.suppress(OSError):
                answer(self, body)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def chunk(data):
    return b"%x\r\n%b\r\n" % (len(data), data)


def begin_stream(handler):
    handler.send_response(200)
    handler.send_header("content-type", "text/event-stream")
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
