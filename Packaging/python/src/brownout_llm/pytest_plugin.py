"""The plug-in for pytest: the fixtures `brownout` and `brownout_server`, and two marks."""
from __future__ import annotations

import contextlib
import os
import pathlib
from collections.abc import Generator, Iterator
from typing import Any, Optional

import pytest

from ._errors import BrownoutError
from ._naming import session_name
from ._server import Server, Source, new_folder
from ._session import Brownout

_SOURCE = pytest.StashKey[Source]()
_SESSION = pytest.StashKey[Brownout]()

_MARKS = (
    "brownout(scenario=None, *, clock=None): gives the test the fixture brownout, with a scenario"
    " (a path from the test's folder, a text, or a mapping) and a clock",
    "fault(fault=None, **keys): gives the test the fixture brownout, with a rule that has this"
    " fault: fault('overloaded', attempts='1-2', provider='openai')",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("brownout", "a fake LLM provider that fails on purpose")
    group.addoption(
        "--brownout-url", metavar="URL",
        help="the data port of a server that runs already; none is started then")
    group.addoption(
        "--brownout-control-url", metavar="URL", help="the control port of that server")
    parser.addini("brownout_binary", "the binary, where it is not the one in the package")
    parser.addini(
        "brownout_options", "more options of brownout serve: --h2 --seed 7", type="args")


def pytest_configure(config: pytest.Config) -> None:
    for mark in _MARKS:
        config.addinivalue_line("markers", mark)
    url = config.getoption("brownout_url")
    control = config.getoption("brownout_control_url")
    if bool(url) != bool(control):
        raise pytest.UsageError("--brownout-url and --brownout-control-url go together")
    running = None
    if url:
        running = Server(url, control, token=os.environ.get("BROWNOUT_CONTROL_TOKEN"))
    # A worker of xdist shares the server of the process that started it.
    given = getattr(config, "workerinput", {}).get("brownout")
    binary = config.getini("brownout_binary") or None
    if binary and os.sep in binary:
        binary = str(config.rootpath / binary)
    config.stash[_SOURCE] = Source(
        folder=pathlib.Path(given["folder"]) if given else new_folder(),
        owner=given["owner"] if given else None, run=given["run"] if given else None,
        binary=binary, options=config.getini("brownout_options"), running=running)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells a worker of xdist where the server is, or will be."""
    source = node.config.stash[_SOURCE]
    node.workerinput["brownout"] = {
        "folder": str(source.folder), "owner": source.owner, "run": source.run}


def pytest_unconfigure(config: pytest.Config) -> None:
    source = config.stash.get(_SOURCE, None)
    if source is not None:
        source.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A mark brings the fixture, whether or not the test asks for it."""
    for item in items:
        names: Optional[list[str]] = getattr(item, "fixturenames", None)
        if names is None or "brownout" in names:
            continue
        if item.get_closest_marker("brownout") or item.get_closest_marker("fault"):
            names.insert(0, "brownout")


@pytest.fixture(scope="session")
def brownout_server(pytestconfig: pytest.Config) -> Server:
    """The server of the run. It is started once, by whoever asks first, shared by the workers of
    xdist, and stopped at the end of the run, however that comes."""
    with _plainly():
        return pytestconfig.stash[_SOURCE].shared()


@pytest.fixture
def brownout(request: pytest.FixtureRequest, brownout_server: Server) -> Iterator[Brownout]:
    """A session of the server for this test alone, in the environment of the official SDKs."""
    source = request.config.stash[_SOURCE]
    with pytest.MonkeyPatch.context() as patch:

        def put_in_environment(session: Brownout) -> None:
            for name, value in session.environment.items():
                patch.setenv(name, value)

        with _plainly():
            session = _session(request.node, source, put_in_environment)
            put_in_environment(session)
            request.node.stash[_SESSION] = session
            _prepare(session, request.node)
        yield session
        with _plainly():
            session.close()


@contextlib.contextmanager
def _plainly() -> Iterator[None]:
    """What Brownout has to say is the test's error, without our own code above it."""
    try:
        yield
    except BrownoutError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None


def _session(node: pytest.Item, source: Source, on_change: Any) -> Brownout:
    clock = None
    mark = node.get_closest_marker("brownout")
    if mark is not None:
        unknown = sorted(set(mark.kwargs) - {"scenario", "clock"})
        if unknown or len(mark.args) > 1:
            raise BrownoutError(
                f"the mark brownout takes a scenario and clock=…, not {unknown or mark.args}")
        clock = mark.kwargs.get("clock")
    return Brownout(
        source, session_name(node.nodeid, source.run), title=node.nodeid, clock=clock,
        folders=[node.path.parent, node.config.rootpath], on_change=on_change)


def _prepare(session: Brownout, node: pytest.Item) -> None:
    """What the marks say, those of a class or a module first."""
    mark = node.get_closest_marker("brownout")
    scenario = None
    if mark is not None:
        scenario = mark.args[0] if mark.args else mark.kwargs.get("scenario")
    faults = list(reversed(list(node.iter_markers("fault"))))
    if scenario is not None and faults:
        raise BrownoutError(
            "a test has a scenario by its mark brownout, or faults by its marks fault, not both")
    if scenario is not None:
        session.scenario(scenario)
    for fault in faults:
        if len(fault.args) > 1:
            raise BrownoutError(
                f"a mark fault takes one fault, not {len(fault.args)}; add a mark for each")
    if faults:
        session.faults([(mark.args[0] if mark.args else None, mark.kwargs) for mark in faults])


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Explains what a test that failed was answered."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    if not report.failed or report.when == "teardown":
        return
    session = item.stash.get(_SESSION, None)
    if session is None:
        # A TestCase of unittest has one of its own.
        session = getattr(getattr(item, "instance", None), "brownout", None)
    if isinstance(session, Brownout):
        try:
            told = session.explain()
        except BrownoutError as error:
            told = str(error)
        report.sections.append(("brownout", told))
