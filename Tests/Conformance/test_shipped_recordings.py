"""Each recording that ships is given back byte for byte, and says where it comes from."""
import pytest

from kit import brownout
from recorded import RECORDINGS, read

FILES = sorted(path.stem for path in RECORDINGS.glob("*.yaml"))
TOPICS = {
    "anthropic-overloaded": [(529, "complete")],
    "anthropic-stream": [(200, "complete")],
    "openai-plain": [(200, "complete")],
    "openai-rate-limited": [(429, "complete"), (200, "complete")],
    "openai-stream-reset": [(200, "reset")],
    "openai-tools-stream": [(200, "complete")],
}


def test_every_topic_has_a_file():
    found = {name: [(one.status, one.ending) for one in read(RECORDINGS / f"{name}.yaml")]
             for name in FILES}
    assert found == TOPICS


@pytest.mark.parametrize("name", FILES)
def test_it_says_that_official_clients_and_a_second_brownout_made_it(name):
    for exchange in read(RECORDINGS / f"{name}.yaml"):
        assert exchange.provenance["upstream"].startswith("http://127.0.0.1:")
        assert exchange.provenance["client"].partition("/")[0] in ("OpenAI", "Anthropic")
        assert exchange.provenance["recorder"].startswith("brownout ")
        is_failure = exchange.status >= 400 or exchange.ending != "complete"
        assert exchange.provenance["failure"] == is_failure


@pytest.mark.parametrize("name", FILES)
def test_a_client_of_bytes_sees_what_the_file_says(serve, name):
    path = RECORDINGS / f"{name}.yaml"
    server = serve(f"scenario: {name}\nsource: {{replay: {path}}}\n")
    exchanges = read(path)
    for exchange in exchanges:
        data, ending = server.raw(exchange.path, exchange.body)
        head, _, body = data.partition(b"\r\n\r\n")
        assert head.decode().split("\r\n") == exchange.head.decode().split("\r\n")
        assert body == exchange.framed
        assert ending == exchange.ending
    assert [row["ending"] for row in server.journal()] == [one.ending for one in exchanges]


def test_all_of_them_together_are_a_folder_to_replay(serve):
    server = serve(f"scenario: all\nsource: {{replay: {RECORDINGS}, pace: none}}\n")
    for name in FILES:
        for exchange in read(RECORDINGS / f"{name}.yaml"):
            data, ending = server.raw(exchange.path, exchange.body)
            assert data.endswith(exchange.framed) and ending == exchange.ending


def test_they_hold_no_secrets():
    checked = brownout("recordings", "check", RECORDINGS)
    assert checked.returncode == 0, checked.stdout + checked.stderr
