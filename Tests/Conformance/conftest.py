"""Fixtures: servers under a scenario, and SDK clients of both kinds; all are stopped again."""
import os
import pathlib

import pytest

from kit import Server
from sdks import CLIENTS


# A mixed pairing has the SDKs' versions of the first two, with the same versions of all they need.
# So it shows only whether they get along: each SDK's own tests, and those that drive both at once.
MIXED = {"newest-openai", "newest-anthropic"}
TOGETHER = {"test_openai.py", "test_anthropic.py", "test_identity.py", "test_scenarios.py"}


# SDKs that the newest pairing alone has.
if os.environ.get("PAIRING", "newest") != "newest":
    collect_ignore = ["test_mistral.py", "test_ollama.py"]


def pytest_configure(config):
    config.addinivalue_line("markers", "serial: measures time, memory or the machine; runs alone")
    # Anthropic's SDK knows the last day of each model; here they live on.
    config.addinivalue_line("filterwarnings", "ignore:The model .* is deprecated")


def pytest_collection_modifyitems(config, items):
    """What no SDK has a part in is tested once, with the first pairing."""
    pairing = os.environ.get("PAIRING", "newest")
    if pairing == "newest":
        return
    kept = [item for item in items if "connect" in item.fixturenames
            and (pairing not in MIXED or item.path.name in TOGETHER)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


@pytest.fixture
def serve(tmp_path):
    """Starts servers; each must stop with exit code 0."""
    servers = []

    def start(scenario=None, *options):
        folder = tmp_path / f"server-{len(servers)}"
        folder.mkdir()
        if isinstance(scenario, str):
            path = folder / "scenario.yaml"
            path.write_text(scenario)
            scenario = path
        assert scenario is None or isinstance(scenario, pathlib.Path)
        servers.append(Server(scenario, folder, *options))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def record(tmp_path):
    """Starts recorders in front of a server; each must stop with exit code 0."""
    recorders = []

    def start(upstream, *options, to=None):
        folder = tmp_path / f"recorder-{len(recorders)}"
        folder.mkdir()
        target = to or folder / "recorded.yaml"
        recorders.append(Server(
            None, folder, "--to", str(target), "--upstream", f"openai={upstream.data}/openai/v1",
            "--upstream", f"anthropic={upstream.data}/anthropic", *options, command="record"))
        recorders[-1].file = target
        return recorders[-1]

    yield start
    for recorder in recorders:
        recorder.stop()


@pytest.fixture
def recording(tmp_path):
    """Starts recorders of one upstream for both providers; they must end with their exit code."""
    servers = []

    def start(upstream, *options, exit_code=0):
        folder = tmp_path / f"recorder-{len(servers)}"
        folder.mkdir()
        file = folder / "out.yaml"
        server = Server(None, folder, "--to", str(file), "--upstream", f"openai={upstream}/v1",
                        "--upstream", f"anthropic={upstream}", *options, command="record")
        server.file, server.exit_code = file, exit_code
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.fixture(params=["sync", "async"])
def mode(request):
    return request.param


@pytest.fixture
def connect(mode):
    """Makes SDK clients of one mode and closes them."""
    clients = []

    def make(provider, server, **options):
        clients.append(CLIENTS[provider](server, mode, **options))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture(params=["openai", "anthropic"])
def provider(request):
    return request.param
