"""TLS on the data port, and connections that break before a request: each end by its exact name."""
import contextlib
import os
import pathlib
import socket
import ssl
import stat
import time

import httpx
import pytest

from kit import KEY, SCENARIOS, TWELVE, brownout, chat_body

FAULTS = SCENARIOS / "faults"
CERTIFICATES = {
    "certificate-expired": "certificate has expired",
    "certificate-not-yet-valid": "certificate is not yet valid",
    "certificate-wrong-host": "Hostname mismatch",
    "certificate-untrusted": "unable to get local issuer certificate",
}
# What a TLS library says of a broken handshake: the exception, and a word of its text.
HANDSHAKES = {
    "handshake-hang": (TimeoutError, "timed out"),
    "handshake-reset": (ConnectionResetError, ""),
    "handshake-fin": (ssl.SSLEOFError, "UNEXPECTED_EOF_WHILE_READING"),
    "handshake-alert": (ssl.SSLError, "SSLV3_ALERT_HANDSHAKE_FAILURE"),
    "handshake-plaintext": (ssl.SSLError, "WRONG_VERSION_NUMBER"),
    "old-tls-only": (ssl.SSLError, "TLSV1_ALERT_PROTOCOL_VERSION"),
}


def always(fault, more=""):
    return (f"scenario: tls\nreply: {{text: {TWELVE}}}\nrules:\n"
            f"  - {{name: broken, fault: {fault}{more}}}\n")


def trusting(server):
    return ssl.create_default_context(cafile=server.authority)


@contextlib.contextmanager
def connected(server, timeout=2):
    place = (server.address.hostname, server.address.port)
    with socket.create_connection(place, timeout=timeout) as connection:
        yield connection


@contextlib.contextmanager
def secured(server, context=None, name="localhost", timeout=2, **options):
    with connected(server, timeout) as plain:
        with (context or trusting(server)).wrap_socket(
                plain, server_hostname=name, **options) as connection:
            yield connection


class Tunnel:
    """TLS by hand over a socket, which tells TLS's goodbye from the end of the connection: of
    both, Python's own TLS sockets make one exception."""

    def __init__(self, server):
        place = (server.address.hostname, server.address.port)
        self._socket = socket.create_connection(place, timeout=5)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = trusting(server).wrap_bio(
            self._incoming, self._outgoing, server_hostname="localhost")
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._push()
                self._incoming.write(self._socket.recv(65536))
            else:
                return self._push()

    def _push(self):
        self._socket.sendall(self._outgoing.read())

    def send(self, data):
        self._tls.write(data)
        self._push()

    def read_all(self):
        """Every byte up to the end; whether close_notify came; the error of the socket, if any."""
        answer, goodbye, error = b"", False, None
        while True:
            try:
                portion = self._socket.recv(65536)
            except OSError as caught:
                portion, error = b"", type(caught)
            if portion:
                self._incoming.write(portion)
            with contextlib.suppress(ssl.SSLWantReadError):
                while data := self._tls.read(65536):
                    answer += data
                goodbye = True
            if not portion:
                self._socket.close()
                return answer, goodbye, error


def asked(server, **options):
    """All that comes of one request, and how it ends."""
    tunnel = Tunnel(server)
    tunnel.send(request(**options))
    return tunnel.read_all()


def ending(server):
    """How a connection ends on which nothing is said; a reset may come before it is made."""
    try:
        with connected(server, timeout=0.3) as connection:
            answer, error = read_all(connection)
    except ConnectionResetError as reset:
        answer, error = b"", reset
    assert answer == b""
    return error and type(error)


def request(stream=False, close=False):
    body = httpx.Request("POST", "http://x", json=chat_body("hello", stream=stream)).content
    fields = "Connection: close\r\n" if close else ""
    return (f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {KEY}\r\n"
            f"{fields}Content-Length: {len(body)}\r\n\r\n").encode() + body


def read_all(connection):
    """Every byte up to the end, and the error that was the end, if one was."""
    answer = b""
    while True:
        try:
            portion = connection.recv(65536)
        except OSError as error:
            return answer, error
        if not portion:
            return answer, None
        answer += portion


def wait_for(server, text, seconds=5):
    """Waits until the metrics say so."""
    deadline = time.monotonic() + seconds
    while text not in httpx.get(f"{server.control}/metrics").text:
        assert time.monotonic() < deadline, f"not in time: {text}"
        time.sleep(0.01)


def settle(server):
    """Waits until the server knows that all connections are over."""
    wait_for(server, "brownout_open_connections 0\n")


def only(server):
    """The only row of the journal. Stops the server."""
    settle(server)
    rows = server.journal()
    assert len(rows) == 1, rows
    return rows[0]


# Healthy


def test_the_ready_file_names_the_authority_and_the_shell_lines_do(serve):
    server = serve(None, "--tls")
    assert server.data.startswith("https://127.0.0.1:")
    assert server.control.startswith("http://127.0.0.1:")
    assert pathlib.Path(server.authority).name == "brownout-ca.pem"
    # The lines come behind the file.
    deadline = time.monotonic() + 10
    while "NODE_EXTRA_CA_CERTS" not in (log := server.log.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert f"export OPENAI_BASE_URL={server.data}/openai/v1\n" in log
    for variable in ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"]:
        assert f"export {variable}={server.authority}\n" in log


def test_the_authority_goes_where_it_is_told_and_no_key_is_written(serve, tmp_path):
    place = tmp_path / "elsewhere" / "authority.pem"
    place.parent.mkdir()
    server = serve(None, "--tls", "--tls-ca", str(place))
    assert server.authority == str(place)
    text = place.read_text()
    assert text.startswith("-----BEGIN CERTIFICATE-----") and text.count("BEGIN") == 1
    server.stop()
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or b"PRIVATE KEY" not in file.read_bytes()
    assert stat.S_ISREG(os.stat(place).st_mode)


def test_a_file_that_cannot_be_written_stops_the_start(tmp_path):
    refused = brownout("serve", "--tls", "--tls-ca", tmp_path / "none" / "ca.pem", "--port", "0",
                       "--no-journal")
    assert refused.returncode == 4
    assert "cannot be written" in refused.stderr


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1"])
def test_the_certificate_is_good_for_every_name_of_loopback(serve, name):
    with secured(serve(None, "--tls"), name=name) as connection:
        assert connection.version() == "TLSv1.3"
        certificate = connection.getpeercert()
        assert ("DNS", "localhost") in certificate["subjectAltName"]


def test_the_certificate_is_good_for_the_host_it_is_bound_to(serve):
    server = serve(None, "--tls", "--host", "127.0.0.2")
    assert server.address.hostname == "127.0.0.2"
    with secured(server, name="127.0.0.2") as connection:
        connection.sendall(request())
        assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")


def test_strict_clients_take_the_certificate(serve):
    server = serve(None, "--tls")
    context = trusting(server)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with secured(server, context) as connection:
        assert connection.version() == "TLSv1.3"


def test_each_server_has_an_authority_of_its_own(serve):
    one, other = serve(None, "--tls"), serve(None, "--tls")
    with pytest.raises(ssl.SSLCertVerificationError):
        with secured(one, trusting(other)):
            pass


def test_the_sdks_trust_the_authority_through_the_environment(
        serve, connect, provider, monkeypatch):
    server = serve(always("overloaded", ", attempts: 1"), "--tls")
    monkeypatch.setenv("SSL_CERT_FILE", server.authority)
    client = connect(provider, server)
    streamed = client.stream()
    assert streamed.error is None
    assert server.attempts() == [1, 2]


def test_httpx_trusts_the_authority_by_its_file(serve):
    server = serve(None, "--tls")
    with httpx.Client(verify=trusting(server)) as client:
        for _ in range(3):
            answer = client.post(
                f"{server.data}/openai/v1/chat/completions", json=chat_body("hello"),
                headers={"Authorization": f"Bearer {KEY}"})
            assert answer.status_code == 200
    assert server.attempts() == [1, 1, 1]


def test_who_does_not_trust_the_authority_is_in_the_journal(serve):
    server = serve(None, "--tls")
    with pytest.raises(ssl.SSLCertVerificationError):
        with secured(server, ssl.create_default_context()):
            pass
    row = only(server)
    assert row["ending"] == "handshake-failed" and row["fault"] is None
    assert row["note"].startswith("TLS: ")


def test_bytes_that_are_no_tls_end_the_connection(serve):
    server = serve(None, "--tls")
    with connected(server) as connection:
        connection.sendall(request())
        read_all(connection)
    assert only(server)["ending"] == "handshake-failed"


def test_an_answer_that_closes_ends_with_a_goodbye(serve):
    answer, goodbye, error = asked(serve(None, "--tls"), close=True)
    assert answer.startswith(b"HTTP/1.1 200 OK") and goodbye and error is None


@pytest.mark.serial
def test_a_server_that_stops_says_goodbye_and_does_not_wait_for_one(serve):
    server = serve(None, "--tls")
    tunnel = Tunnel(server)
    tunnel.send(request())
    # Once the answer is over the connection is idle, and its handshake long done.
    wait_for(server, "brownout_requests_total{")
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 2.5, "it waits for close_notify, or for the grace time"
    answer, goodbye, error = tunnel.read_all()
    assert answer.startswith(b"HTTP/1.1 200 OK") and goodbye and error is None


# Before any request


@pytest.mark.parametrize("fault", CERTIFICATES)
def test_a_bad_certificate_is_refused_for_its_own_reason(serve, fault):
    server = serve(FAULTS / f"{fault}.yaml", "--tls")
    with pytest.raises(ssl.SSLCertVerificationError) as caught:
        with secured(server):
            pass
    assert CERTIFICATES[fault] in str(caught.value)
    row = only(server)
    assert (row["fault"], row["injected"], row["ending"]) == (fault, True, "handshake-failed")
    assert row["category"] == "network_error"


@pytest.mark.parametrize("fault", CERTIFICATES)
def test_who_does_not_verify_notices_nothing(serve, fault):
    server = serve(FAULTS / f"{fault}.yaml", "--tls")
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with secured(server, context) as connection:
        connection.sendall(request())
        assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")
    endings = [row["ending"] for row in server.journal()]
    assert endings == ["handshake-complete", "complete"]


@pytest.mark.parametrize("fault", HANDSHAKES)
def test_a_handshake_breaks_as_its_name_says(serve, fault):
    server = serve(FAULTS / f"{fault}.yaml", "--tls")
    kind, text = HANDSHAKES[fault]
    with pytest.raises(kind) as caught:
        with secured(server, timeout=1):
            pass
    assert type(caught.value) is kind
    assert text in str(caught.value)
    row = only(server)
    assert (row["fault"], row["injected"]) == (fault, True)


@pytest.mark.parametrize("fault, answer, end", [
    ("handshake-hang", b"", TimeoutError),
    ("handshake-reset", b"", ConnectionResetError),
    ("handshake-fin", b"", None),
    ("handshake-alert", b"\x15\x03\x03\x00\x02\x02\x28", None),
    ("old-tls-only", b"\x15\x03\x01\x00\x02\x02\x46", None),
])
def test_the_bytes_that_answer_a_hello(serve, fault, answer, end):
    server = serve(FAULTS / f"{fault}.yaml", "--tls")
    with connected(server, timeout=1) as connection:
        connection.sendall(hello())
        seen, error = read_all(connection)
    assert (error and type(error)) == end
    assert len(seen) == len(answer)
    assert seen[:1] + seen[3:] == answer[:1] + answer[3:]


def test_a_plain_answer_is_one_of_http(serve):
    server = serve(FAULTS / "handshake-plaintext.yaml", "--tls")
    with connected(server) as connection:
        connection.sendall(hello())
        answer, end = read_all(connection)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert end is None
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert only(server)["status"] == 400


@pytest.mark.parametrize("fault", [f for f in HANDSHAKES if f != "old-tls-only"])
def test_a_handshake_breaks_only_once_the_hello_is_whole(serve, fault):
    server = serve(FAULTS / f"{fault}.yaml", "--tls")
    with connected(server, timeout=0.3) as connection:
        connection.sendall(hello()[:-1])
        seen, error = read_all(connection)
    assert seen == b"" and isinstance(error, TimeoutError)
    row = only(server)
    assert (row["injected"], row["ending"]) == (False, "client-left")


def test_an_old_client_connects_to_old_tls(serve):
    server = serve(FAULTS / "old-tls-only.yaml", "--tls")
    context = trusting(server)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with secured(server, context) as connection:
        assert connection.version() == "TLSv1.1"
        connection.sendall(request())
        assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")


@pytest.mark.parametrize("options", [(), ("--tls",)], ids=["plain", "tls"])
@pytest.mark.parametrize("fault, end", [
    ("accept-fin", None), ("accept-reset", ConnectionResetError)])
def test_a_connection_ends_when_it_is_accepted(serve, options, fault, end):
    server = serve(always(fault, ", calls: 2+"), *options)
    with connected(server):
        assert ending(server) == end
    rows = [row for row in server.journal() if row["fault"]]
    assert [(row["fault"], row["ordinal"], row["injected"]) for row in rows] == [(fault, 2, True)]
    assert rows[0]["ending"] == ("reset" if end else "fin")


@pytest.mark.parametrize("fault", ["accept-fin", "accept-reset"])
def test_the_sdks_try_again_after_a_connection_that_broke(serve, connect, provider, fault):
    server = serve(always(fault, ", calls: 1-2"))
    client = connect(provider, server)
    streamed = client.stream()
    assert streamed.error is None
    rows = server.journal()
    assert [row["fault"] for row in rows] == [fault, fault, None]
    # No request was read, so for the server the third try is the first attempt; the SDK knows
    # better and says so.
    assert rows[-1]["retry_count"] == 2 and rows[-1]["attempt"] == 3


@pytest.mark.parametrize("fault", [*CERTIFICATES, *HANDSHAKES])
def test_the_sdks_report_a_broken_handshake(serve, connect, provider, fault, monkeypatch):
    server = serve(FAULTS / f"{fault}.yaml", "--tls")
    monkeypatch.setenv("SSL_CERT_FILE", server.authority)
    client = connect(provider, server, max_retries=1, timeout=1)
    expected = "APITimeoutError" if fault == "handshake-hang" else "APIConnectionError"
    with pytest.raises(client.errors.APIConnectionError) as caught:
        client.result(client.ask("hello"))
    assert type(caught.value).__name__ == expected
    settle(server)
    assert [row["fault"] for row in server.journal()] == [fault, fault]


def test_what_broke_is_counted_and_heard(serve):
    server = serve(always("accept-reset", ", every: 2"))
    assert [ending(server) for _ in range(6)] == [TimeoutError, ConnectionResetError] * 3
    with httpx.Client() as client:
        page = client.get(f"{server.control}/metrics").text
    assert 'brownout_connection_faults_total{fault="accept-reset",reached="true"} 3\n' in page
    rows = [row for row in server.journal() if row["fault"]]
    assert [row["ordinal"] for row in rows] == [2, 4, 6]
    assert len({row["id"] for row in rows}) == 3
    explained = server.explain(rows[0]["id"])
    assert explained.returncode == 0 and "accept-reset" in explained.stdout


def test_the_same_connections_break_in_every_run(serve):
    def broken():
        server = serve("seed: 3\n" + always("accept-reset", ", chance: 1/3"))
        for _ in range(30):
            with contextlib.suppress(ConnectionResetError), connected(server) as connection:
                connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                read_all(connection)
        return [(row["id"], row["ordinal"]) for row in server.journal() if row["fault"]]

    first = broken()
    assert 3 < len(first) < 20
    assert broken() == first


def test_a_rule_of_connections_can_be_put_on_top_and_taken_away(serve):
    server = serve()
    status, _ = server.command(
        "POST", "/rules", {"name": "down", "fault": "accept-reset", "ttl": "60s"})
    assert status == 201
    assert ending(server) is ConnectionResetError
    assert server.command("DELETE", "/rules/down")[0] == 200
    assert server.chat()[0] == 200


# HTTP/2


def settings(connection):
    """Begins HTTP/2; the server's settings by their numbers (RFC 9113, 6.5.2)."""
    connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0]))
    frame = b""
    while len(frame) < 9 or len(frame) < 9 + int.from_bytes(frame[:3]):
        frame += connection.recv(4096)
    assert frame[3] == 4
    body = frame[9:9 + int.from_bytes(frame[:3])]
    return {int.from_bytes(body[i:i + 2]): int.from_bytes(body[i + 2:i + 6])
            for i in range(0, len(body), 6)}


@pytest.mark.parametrize("offered, chosen", [
    (["h2", "http/1.1"], "h2"), (["http/1.1"], "http/1.1"), ([], None)])
def test_alpn_chooses_the_protocol(serve, offered, chosen):
    server = serve(None, "--tls", "--h2")
    context = trusting(server)
    if offered:
        context.set_alpn_protocols(offered)
    with secured(server, context) as connection:
        assert connection.selected_alpn_protocol() == chosen
        if chosen == "h2":
            assert settings(connection)[3] == 100
        else:
            connection.sendall(request())
            assert connection.recv(100).startswith(b"HTTP/1.1 200 OK")


def test_without_h2_none_is_offered(serve):
    server = serve(None, "--tls")
    context = trusting(server)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with secured(server, context) as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"


@pytest.mark.parametrize("options", [("--h2",), ("--h2", "--tls")], ids=["plain", "tls"])
@pytest.mark.parametrize("fault, number, value", [("one-stream", 3, 1), ("no-window", 4, 0)])
def test_the_settings_of_a_connection_are_those_of_its_fault(
        serve, options, fault, number, value):
    server = serve(FAULTS / f"{fault}.yaml", *options)
    if server.authority:
        context = trusting(server)
        context.set_alpn_protocols(["h2"])
        with secured(server, context) as connection:
            assert settings(connection)[number] == value
    else:
        with connected(server) as connection:
            assert settings(connection)[number] == value
    row = only(server)
    assert (row["fault"], row["injected"], row["ending"]) == (fault, True, "http/2")


def test_a_client_of_http1_has_no_settings(serve):
    server = serve(always("one-stream"), "--h2")
    assert server.chat()[0] == 200
    broken, answered = server.journal()
    assert (broken["fault"], broken["injected"]) == ("one-stream", False)
    assert (answered["fault"], answered["status"]) == (None, 200)


def test_faults_of_records_reach_http2(serve):
    pytest.importorskip("h2")
    outcomes = []
    for fault in ["no-close-notify", "{tls: corrupt-record, at: event 3}"]:
        server = serve(always(fault), "--tls", "--h2")
        with httpx.Client(verify=trusting(server), http2=True) as client:
            try:
                answer = client.post(
                    f"{server.data}/openai/v1/chat/completions",
                    json=chat_body("hello", stream=True),
                    headers={"Authorization": f"Bearer {KEY}"})
                outcomes.append((answer.http_version, "[DONE]" in answer.text))
            except httpx.ReadError as error:
                outcomes.append(type(error))
        assert only(server)["injected"] is True
    assert outcomes == [("HTTP/2", True), httpx.ReadError]


# In an answer


def test_an_answer_ends_without_a_goodbye(serve):
    server = serve(FAULTS / "no-close-notify.yaml", "--tls")
    answer, goodbye, error = asked(server)
    assert answer.startswith(b"HTTP/1.1 200 OK") and not goodbye and error is None
    row = only(server)
    assert (row["injected"], row["status"]) == (True, 200)


def test_a_python_client_calls_that_a_violation(serve):
    server = serve(FAULTS / "no-close-notify.yaml", "--tls")
    with secured(server, suppress_ragged_eofs=False) as connection:
        connection.sendall(request())
        _, end = read_all(connection)
    assert type(end) is ssl.SSLEOFError


def test_the_sdks_take_an_answer_that_ends_without_a_goodbye(
        serve, connect, provider, monkeypatch):
    server = serve(FAULTS / "no-close-notify.yaml", "--tls")
    monkeypatch.setenv("SSL_CERT_FILE", server.authority)
    client = connect(provider, server)
    assert client.stream().error is None
    assert server.attempts() == [1]


@pytest.mark.parametrize("fault, ended", [
    ("{cut: fin, at: event 3}", (True, None)),
    ("[{cut: fin, at: event 3}, no-close-notify]", (False, None)),
    ("{cut: reset, at: event 3}", (False, ConnectionResetError)),
])
def test_a_cut_ends_as_its_name_says(serve, fault, ended):
    server = serve(always(fault), "--tls")
    answer, goodbye, error = asked(server, stream=True)
    assert answer.count(b"data: ") == 3
    assert (goodbye, error) == ended
    row = only(server)
    assert row["bytes_sent"] == row["planned_bytes"] == len(answer)
    if error:
        assert row["ending"] == "reset" and row["bytes_acknowledged"] == row["bytes_sent"]
    else:
        assert row["ending"] == "fin"


def test_a_reset_delivers_every_byte_before_it_to_a_slow_reader(serve):
    text = " ".join(["word"] * 20_000)
    server = serve(f"scenario: tls\nreply: {{text: {text}}}\nrules:\n"
                   "  - {name: broken, fault: {cut: reset, at: terminal}}\n", "--tls")
    tunnel = Tunnel(server)
    tunnel.send(request(stream=True))
    time.sleep(0.5)
    answer, goodbye, error = tunnel.read_all()
    assert (goodbye, error) == (False, ConnectionResetError)
    row = only(server)
    assert row["bytes_sent"] == row["planned_bytes"] == len(answer) > 1_000_000
    assert row["bytes_acknowledged"] == row["bytes_sent"]


@pytest.mark.parametrize("count", [0, 3, 7])
def test_a_record_does_not_decrypt_from_its_place_on(serve, count):
    server = serve(always(f"{{tls: corrupt-record, at: event {count}}}"), "--tls")
    with secured(server) as connection:
        connection.sendall(request(stream=True))
        answer, end = read_all(connection)
    assert answer.count(b"data: ") == count
    assert isinstance(end, ssl.SSLError) and "BAD_RECORD_MAC" in str(end)
    row = only(server)
    assert (row["fault"], row["injected"]) == ("corrupt-record", True)


def test_the_sdks_notice_a_record_that_does_not_decrypt(serve, connect, provider, monkeypatch):
    server = serve(FAULTS / "corrupt-record.yaml", "--tls")
    monkeypatch.setenv("SSL_CERT_FILE", server.authority)
    client = connect(provider, server)
    streamed = client.stream()
    assert streamed.error is not None and streamed.items
    assert len(server.journal()) == 1, "a stream that has begun is not tried again"


# What cannot be


@pytest.mark.parametrize("fault", [
    *CERTIFICATES, *HANDSHAKES, "no-close-notify", "corrupt-record"])
def test_a_fault_of_tls_needs_tls(tmp_path, fault):
    file = tmp_path / "s.yaml"
    file.write_text(always(fault))
    for refused in [brownout("serve", file, "--port", "0"), brownout("check", "--h2", file)]:
        assert refused.returncode in {1, 2}
        assert f"rule 'broken': {fault} needs TLS" in refused.stderr
        assert "--tls" in refused.stderr
    assert brownout("check", "--tls", file).returncode == 0
    checked = brownout("check", file)
    assert checked.returncode == 0 and "needs: --tls" in checked.stdout


def test_a_running_server_refuses_what_its_port_cannot_do(serve):
    server = serve()
    text = always("certificate-expired")
    for method, path in [("PUT", "/scenario"), ("PUT", "/sessions/a/scenario")]:
        status, answer = server.command(method, path, text)
        assert status == 422 and "needs TLS" in str(answer)
    status, answer = server.command("POST", "/rules", {"fault": "corrupt-record"})
    assert status == 422 and "needs TLS" in str(answer)


def test_a_session_has_no_connections(serve):
    server = serve()
    status, answer = server.command("PUT", "/sessions/a/scenario", always("accept-fin"))
    assert status == 422 and "nobody knows its session yet" in str(answer)
    status, answer = server.command("POST", "/rules", {"fault": "accept-fin", "session": "a"})
    assert status == 422 and "nobody knows its session yet" in str(answer)


def hello():
    """The bytes of a client's TLS hello."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()
