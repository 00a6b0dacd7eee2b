"""What plain requests of other kinds cost, beside a bare NIO server that sends the same bytes."""
import json

from bench.measures import THROUGHPUT, race
from bench.servers import capture, stop

CONNECTIONS = 32
# Where a number stands that makes each body another one.
PLACE = "########"

LUA = """wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer sk-bench"
local before, after = [==[{before}]==], [==[{after}]==]
local number = 0
request = function()
    number = number + {step}
    return wrk.format("POST", nil, nil, before .. string.format("%08d", number) .. after)
end
"""


def chat(messages, **members):
    return json.dumps({"model": "gpt-4o-mini", "messages": messages, **members})


def prompt(size):
    words = "The quick service answers slowly when its upstream is under load.\n"
    return chat([{"role": "user", "content": f"{PLACE} " + (words * (size // len(words)))}])


def conversation(turns):
    return chat([{"role": ("user", "assistant")[turn % 2],
                  "content": f"{PLACE if turn == 0 else turn}: and what then, said the other one?"}
                 for turn in range(turns + 1)])


def structured(fields):
    schema = {"type": "object", "additionalProperties": False,
              "properties": {f"field_{number}": {"type": "string"} for number in range(fields)},
              "required": [f"field_{number}" for number in range(fields)]}
    return chat([{"role": "user", "content": f"Fill in form {PLACE}."}],
                response_format={"type": "json_schema", "json_schema": {
                    "name": "form", "strict": True, "schema": schema}})


SHORT = chat([{"role": "system", "content": "You are a terse assistant."},
              {"role": "user", "content": f"What is the capital of {PLACE}? " + "x" * 300}],
             temperature=0.2)
# The body, and whether each request has another one.
KINDS = {"identical bodies": (SHORT, False), "bodies that all differ": (SHORT, True),
         "prompts of 4 KB": (prompt(4096), True), "prompts of 64 KB": (prompt(65_536), True),
         "a conversation of 100 turns": (conversation(100), True),
         "structured answers": (structured(80), True)}
SMOKE_KINDS = ("identical bodies", "bodies that all differ")


def kinds(bench, size):
    """Plain answers a second by kind of request: without the journal, with it, bare NIO."""
    figures = {}
    brownout, unjournalled = bench.brownout(THROUGHPUT), bench.brownout(THROUGHPUT, journal=False)
    for name, (body, differs) in KINDS.items():
        if len(size.connections) == 1 and name not in SMOKE_KINDS:
            continue
        answer = capture(unjournalled, body=body.replace(PLACE, "0" * len(PLACE)).encode())
        bare = bench.bare_nio(answer, answer, "/json")
        before, _, after = body.partition(PLACE)
        lua = bench.file("kind.lua", LUA.format(before=before, after=after, step=int(differs)))
        servers = {"brownout": brownout, "brownout, no journal": unjournalled, "bare nio": bare}
        figures[name] = {"request bytes": len(body), "answer bytes": len(answer),
                         "rates": race(bench, size, servers, lua, CONNECTIONS)}
        stop(bare.process)
    for server in (brownout, unjournalled):
        stop(server.process)
    return figures


def show(figures):
    print("\nPlain requests by kind, answers/s and share of the bare NIO server")
    print(f"{'':>28}{'asked':>9}{'answered':>10}{'brownout':>18}{'no journal':>18}"
          f"{'bare nio':>12}")
    for name, row in figures.items():
        rates = row["rates"]
        base = rates["bare nio"]
        cells = "".join(f"{f'{rates[key]:,.0f} ({rates[key] / base:.2f})':>18}"
                        for key in ("brownout", "brownout, no journal"))
        print(f"{name:>28}{row['request bytes']:>7} B{row['answer bytes']:>8} B{cells}"
              f"{base:>12,.0f}")


STEPS = {"kinds": kinds}
