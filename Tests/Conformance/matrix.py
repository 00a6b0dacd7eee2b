"""The client matrix: what seven clients make of every fault, and how often they try.

    python Tests/Conformance/matrix.py                    every cell that is not as it is written
    python Tests/Conformance/matrix.py --update [FAULT…]  writes matrix.json, matrix.md, and what
                                                          `brownout faults` says of the SDKs

A cell is one call by one client under the fault's own scenario, in a session of its own. All read
timeouts are two seconds; the rest is as each client has it.
"""
import argparse
import collections
import concurrent.futures
import contextlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

from catalogue import catalogue
from kit import Server
from matrix_clients import CLIENTS, Curl, Target, versions
from matrix_reading import TEXT, Received
from sdks import WEATHER

FOLDER = pathlib.Path(__file__).parent
FILE = FOLDER / "matrix.json"
PAGE = FOLDER / "matrix.md"
SOURCE = FOLDER.parent.parent / "Sources/BrownoutEngine/Faults/ClientReaction+Measured.swift"
TOOL = {
    "openai": {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}},
    "anthropic": {"name": "get_weather", "input_schema": WEATHER},
}
# These show on the second call of a client, a while after the first.
TWICE = {"fin-after-answer", "fin-while-idle", "reset-next-request"}
PAUSE = 0.5
AT_ACCEPT = {"accept-fin", "accept-reset", "one-stream", "no-window"}
# Whether a connection that ends at once fails to connect, to send or to read is a race; the SDKs
# have one name for all of it.
RACY = {"accept-fin", "accept-reset"}
# Whether a client meets its limit must not hang on how the network cuts what is sent.
STEADY = {
    "huge-header": {"fault: huge-header": "fault: [huge-header, {slow-headers: 512KiB/s}]"},
    "corrupt-record": {"at: event 3}": "at: event 3}\npace: {between-tokens: 200ms}"},
}
# Faults at a time: they wait more than they work.
AT_ONCE = 6
# What no cell may say.
NOT_INJECTED = "not injected"


def plans(fault):
    """The calls and the providers that a fault's scenario is about."""
    conditions = [rule.get("when", {}) for rule in yaml.safe_load(fault.scenario)["rules"]]
    streams = {condition.get("stream") for condition in conditions}
    providers = {condition.get("provider") for condition in conditions}
    kinds = [kind for kind, stream in (("chat", False), ("stream", True))
             if streams & {None, stream}]
    if at_accept(fault):
        kinds = ["chat"]
    return kinds, ["openai", "anthropic"] if None in providers else sorted(providers)


def at_accept(fault):
    """Whether a fault comes before any request is read: what is asked for does not matter then."""
    return fault.name in AT_ACCEPT or (
        fault.need == "tls" and fault.name not in {"no-close-notify", "corrupt-record"})


def scenario(fault):
    """A fault's own scenario, for every attempt, with an answer whose text is known, and a pace:
    what comes before a fault has then been read before it comes, also on a slow machine."""
    text = re.sub(r"(?m)^ +every: .*\n", "", fault.scenario) + "\n"
    for old, new in STEADY.get(fault.name, {}).items():
        assert old in text
        text = text.replace(old, new)
    if "\nreply:" not in text:
        text += f"reply: {{text: {json.dumps(TEXT)}}}\n"
    if "\npace:" not in text:
        text += "pace: {between-tokens: 20ms}\n"
    return text


class Cell:
    """One client's part of a fault: a call, and what came of it."""

    def __init__(self, fault, kind, client, providers):
        self.fault, self.kind, self.client = fault, kind, client
        cls = CLIENTS[client]
        self.provider = cls.provider or providers[0]
        self.session = f"{kind}-{client.replace(' ', '-')}"
        can = self.provider in providers and (fault.need != "http2" or cls.http2)
        self.result = None if can else "-"

    def run(self, server):
        """Asks, and returns how it went in words."""
        target = Target(
            f"{server.data}/s/{self.session}", self.provider, self.kind == "stream",
            (TOOL[self.provider],) if self.fault.need == "tools" else (),
            authority=server.authority if self.fault.need == "tls" else None,
            http2=self.fault.need == "http2")
        calls = 2 if self.fault.name in TWICE else 1
        all_received = [Received() for _ in range(calls)]
        cls = CLIENTS[self.client]
        client = cls(target)
        with contextlib.closing(client):
            if isinstance(client, Curl) and calls > 1:
                errors = client.ask_all(all_received, PAUSE)
            else:
                errors = [self._ask(client, received, number)
                          for number, received in enumerate(all_received)]
        outcomes = [self._words(received, error)
                    for received, error in zip(all_received, errors)]
        if self.fault.name in RACY and cls.provider is None:
            outcomes = ["a connection error" if any(errors) else "ok"]
        self.result = ", then ".join(outcomes)

    @staticmethod
    def _ask(client, received, number):
        if number:
            client.pause(PAUSE)
        try:
            client.ask(received)
        except Exception as error:  # Any class may come: it is what the cell is about.
            return error

    def _words(self, received, error):
        if error is None:
            what = received.describe()
            return f"status {received.status}" if received.status >= 400 else f"ok: {what}"
        own = type(error).__name__ == "Reported"
        name = str(error) if own else type(error).__name__
        status = getattr(error, "status_code", None)
        name = f"{name} {status}" if status else name
        if self.kind == "chat" or max(received.status, status or 0) >= 400:
            return name
        some = "part" if received.text or received.calls else "nothing"
        return f"{name} after {'the whole' if received.text == TEXT else some}"


def run(fault):
    """All cells of a fault: the kind of call, the client, the result and the attempts."""
    kinds, providers = plans(fault)
    cells = [Cell(fault, kind, client, providers) for kind in kinds for client in CLIENTS]
    open_cells = [cell for cell in cells if cell.result is None]
    # What is about connections knows no session, so each cell has a server to itself.
    alone = fault.name == "refuse" or at_accept(fault)
    groups = [[cell] for cell in open_cells] if alone else [open_cells]
    found = collections.defaultdict(dict)
    with concurrent.futures.ThreadPoolExecutor(len(CLIENTS)) as pool:
        for seen in pool.map(lambda group: _run(fault, group), groups):
            for cell, attempts in seen:
                found[cell.kind][cell.client] = {"result": cell.result, "attempts": attempts}
    return {kind: {client: found[kind].get(client, "-") for client in CLIENTS} for kind in kinds}


def _run(fault, cells):
    """Runs cells against one server; each with the attempts that the journal has of it."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        path = folder / "scenario.yaml"
        path.write_text(scenario(fault))
        options = {"http2": ["--h2"], "tls": ["--tls"]}.get(fault.need, [])
        server = Server(path, folder, "--threads", "2", *options)
        try:
            with concurrent.futures.ThreadPoolExecutor(len(CLIENTS)) as pool:
                list(pool.map(lambda cell: cell.run(server), cells))
            connections = server.command("GET", "/health")[1]["counters"]["accepted_connections"]
        finally:
            server.stop()
        rows = server.journal()
    by_session = collections.defaultdict(list)
    for row in rows:
        by_session[row["session"]].append(row)
    seen = []
    for cell in cells:
        own = by_session[cell.session]
        attempts = len(own) if own or len(cells) > 1 else connections
        if fault.name in RACY and CLIENTS[cell.client].provider is None:
            # Node's fetch tries again or not, as luck has it.
            attempts = min(attempts, 1)
        # What comes before any request is in the journal by itself, in no session of a cell's.
        if not any(_injected(row) for row in (rows if at_accept(fault) else own)):
            cell.result = NOT_INJECTED
        seen.append((cell, attempts))
    return seen


def _injected(row):
    """Whether an attempt met the fault, as far as it came: a client may leave before."""
    return row["injected"] or row["fault"] and row["client_left_us"] is not None


def run_all(faults):
    """The cells of several faults, by name."""
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip([fault.name for fault in faults], pool.map(run, faults)))


def written():
    """The matrix as it is checked in, by the fault's name."""
    return json.loads(FILE.read_text())["faults"] if FILE.exists() else {}


def write(faults):
    """Writes the three files."""
    ordered = {name: faults[name] for name in catalogue() if name in faults}
    made_with = versions()
    lines = [f"    {json.dumps(name)}: " + _json(kinds) for name, kinds in ordered.items()]
    FILE.write_text('{\n  "made_with": ' + json.dumps(made_with) + ',\n  "faults": {\n'
                    + ",\n".join(lines) + "\n  }\n}\n")
    PAGE.write_text(page(ordered, made_with))
    SOURCE.write_text(source(ordered))
    subprocess.run(["swift", "format", "--in-place", SOURCE], check=True)


def _json(kinds):
    """A fault's cells, one to a line."""
    blocks = []
    for kind, row in kinds.items():
        cells = ",\n".join(f"        {json.dumps(client)}: {json.dumps(cell)}"
                           for client, cell in row.items())
        blocks.append(f'      "{kind}": {{\n{cells}\n      }}')
    return "{\n" + ",\n".join(blocks) + "\n    }"


def page(faults, made_with):
    """The matrix to read: a table for each family."""
    lines = [
        "# What clients make of each fault", "",
        "Made by `python Tests/Conformance/matrix.py --update`; `test_matrix.py` holds it.", "",
        "A cell is one call under `Scenarios/faults/NAME.yaml`: the exception, or `ok` and what",
        "was received, and the number of attempts that the server saw. Read timeouts are two",
        "seconds, everything else is each client's default. Clients without an SDK parse lines",
        "and JSON as their library hands them out. `no reason` is an answer without its finish",
        "reason: often the only trace of a cut. `-` is what a client cannot be asked.", "",
        ", ".join(f"{client} {version}" for client, version in made_with.items()) + ".", "",
    ]
    families = collections.defaultdict(list)
    for name in faults:
        families[catalogue()[name].family].append(name)
    for family, names in families.items():
        lines += [f"## {family}", "", f"| fault | call | {' | '.join(CLIENTS)} |",
                  "|---" * (len(CLIENTS) + 2) + "|"]
        for name in names:
            for kind, row in faults[name].items():
                cells = " | ".join(_cell(row[client]) for client in CLIENTS)
                lines.append(f"| `{name}` | {kind} | {cells} |")
        lines.append("")
    return "\n".join(lines)


def _cell(cell):
    if cell == "-":
        return "-"
    return f"{cell['result'].replace('|', '/')} ×{cell['attempts']}"


def reaction(kinds, client):
    """What a client makes of a fault in one line, for the product's own catalogue."""
    cells = {kind: _cell(row[client]) for kind, row in kinds.items() if row[client] != "-"}
    if len(set(cells.values())) == 1:
        return next(iter(cells.values()))
    return "; ".join(f"{kind}: {cell}" for kind, cell in cells.items()) or "-"


def source(faults):
    """The reactions of the official SDKs as Swift, for `brownout faults`."""
    lines = [
        "// Made by `python Tests/Conformance/matrix.py --update`, from what was measured.",
        "extension ClientReaction {",
        "    /// By the name of the fault: OpenAI's SDK, Anthropic's SDK.",
        "    static let measured: [(fault: String, openai: String, anthropic: String)] = [",
    ]
    for name, kinds in faults.items():
        texts = [reaction(kinds, client) for client in ("openai-python", "anthropic-python")]
        row = ", ".join(json.dumps(text, ensure_ascii=False) for text in [name, *texts])
        lines.append(f"        ({row}),")
    return "\n".join(lines) + "\n    ]\n}\n"


def differences(name, found, expected):
    """The cells that are not as they are written, in words."""
    lines = []
    for kind in found.keys() | expected.keys():
        for client in CLIENTS:
            now = found.get(kind, {}).get(client)
            before = expected.get(kind, {}).get(client)
            if now != before:
                lines.append(f"{name}, {kind}, {client}: {_shown(before)} -> {_shown(now)}")
    return sorted(lines)


def _shown(cell):
    return "nothing" if cell is None else _cell(cell)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--update", action="store_true", help="write matrix.json and matrix.md")
    parser.add_argument("fault", nargs="*", help="only these; all by default")
    arguments = parser.parse_args()
    if unknown := set(arguments.fault) - set(catalogue()):
        parser.error(f"no fault is called {', '.join(sorted(unknown))}")
    chosen = [fault for name, fault in catalogue().items()
              if fault.path.exists() and (not arguments.fault or name in arguments.fault)]
    found = run_all(chosen)
    before = written()
    changed = [line for name, cells in found.items()
               for line in differences(name, cells, before.get(name, {}))]
    print("\n".join(changed))
    if arguments.update:
        write({**before, **found})
    return 1 if changed and not arguments.update else 0


if __name__ == "__main__":
    sys.exit(main())
