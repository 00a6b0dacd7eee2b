"""What a drill must say of each habit of `habits/`: the table of the test."""
import dataclasses

OUTCOMES = {"pass": 0, "fail": 1, "unknown": 3}


@dataclasses.dataclass
class Case:
    habit: str
    scenario: str
    # What rules come to; those that are not named must not fail.
    rules: dict
    # Each call's outcome and its number of attempts, then `unsure` and `hedged` where it is.
    calls: list
    verdict: str = "pass"
    expect: dict = dataclasses.field(default_factory=dict)
    options: tuple = ()
    # The command's own end.
    exit: int = 0
    # Tells cases of one habit apart.
    about: str = ""
    # Whether planted.mjs has the habit too.
    node: bool = False

    def __str__(self):
        return f"{self.habit}{' ' + self.about if self.about else ''}"


def scenario(*rules, **keys):
    """A scenario of these rules and keys, in YAML's flow form."""
    lines = ["scenario: planted"] + [f"{name}: {value}" for name, value in keys.items()]
    return "\n".join(lines + (["rules:"] + [f"  - {rule}" for rule in rules] if rules else []))


def fails(fault, attempts=None, more=""):
    times = f"attempts: {attempts}, " if attempts else ""
    return f"{{name: fails, {times}{more}fault: {fault}}}"


def manual(*rules, **keys):
    return scenario(*rules, clock="manual", **keys)


PROMISE = "{cause: rate-limited, retry-after: {ms: 900ms}}"
BARE = "{cause: rate-limited, retry-after: absent}"
LIMITED = scenario(fails(PROMISE, 1))
DOWN = fails("unavailable")
ONCE = fails("unavailable", 1)
OPENAI_DOWN = "{name: fails, when: {provider: openai}, fault: unavailable}"
PATIENT = "{patience: 1s}"
HANGS = scenario("{name: hangs, fault: {hang: forever, at: headers}}", expect=PATIENT)
STALLS = scenario("{name: stalls, when: {stream: true}, fault: {stall: 30s, at: token 3}}",
                  expect=PATIENT)
CUT = scenario("{name: cuts, fault: {cut: reset, at: token 5}}")
CUT_ONCE = scenario("{name: cuts, attempts: 1, fault: {cut: reset, at: token 5}}")
SLOW = scenario("{name: slow, attempts: 1, latency: 1s}")
OUTAGE = """scenario: planted
clock: manual
phases:
  - name: outage
    for: 20s
    rules:
      - {name: fails, fault: unavailable}
"""
# What comes of asking again for what broke off, without a word.
REPEATED = {"no-retry-after-output": "fail", "duplicate-billing": "fail"}
TOOL_CUT = scenario(
    "{name: books, calls: 1, also: true, reply: {tool-calls: "
    "[{name: get_weather, arguments: {city: Paris}}]}}",
    "{name: cuts, calls: 1, attempts: 1, fault: {cut: fin, at: event 10}}")


PROMISES = [
    Case("waits-as-promised", LIMITED, {
        "retry-after-honoured": "pass", "retry-after-bounded": "pass",
        "transient-retried": "pass", "attempts-bounded": "pass", "never-fired": "pass",
        "not-injected": "pass", "permanent-not-retried": "not-exercised",
        "fallback": "not-exercised", "herd": "not-exercised"}, ["delivered 2"], node=True),
    Case("comes-too-early", LIMITED, {"retry-after-honoured": "fail"}, ["delivered 2"], "fail",
         node=True),
    Case("comes-too-early", scenario(fails(PROMISE, 1), expect="{retry-after: honoured}"),
         {"retry-after-honoured": "fail"}, ["delivered 2"], "fail",
         {"retry-after": "fail"}, about="and was expected not to"),
    Case("comes-too-early",
         scenario(fails(PROMISE, 1), expect="{scorecard: {retry-after-honoured: warning}}"),
         {"retry-after-honoured": "fail"}, ["delivered 2"], about="which is a warning only"),
    Case("waits-for-the-date",
         scenario(fails("{cause: rate-limited, retry-after: {http-date: 2s}}", 1)),
         {"retry-after-honoured": "pass", "retry-after-bounded": "pass"}, ["delivered 2"]),
    Case("makes-up-a-wait",
         scenario(fails("{cause: rate-limited, retry-after: {http-date: 4s}}", 1)),
         {"retry-after-honoured": "fail"}, ["delivered 2"], "fail", about="before the date"),
    Case("waits-as-promised", scenario(
        "{name: both, attempts: 1, fault: {raw: {status: 429, headers: "
        "{retry-after-ms: '200', retry-after: '1'}, body: slow down}}}"),
        {"retry-after-honoured": "pass", "retry-after-bounded": "pass",
         "transient-retried": "pass"}, ["delivered 2"], about="by the earlier of two forms"),
    Case("waits-by-the-seconds-field", scenario(
        "{name: both, attempts: 1, fault: {raw: {status: 429, headers: "
        "{retry-after-ms: '200', retry-after: '1'}, body: slow down}}}"),
        {"retry-after-honoured": "pass", "retry-after-bounded": "pass"}, ["delivered 2"]),
    Case("waits-five-times-as-long",
         manual(fails("{cause: rate-limited, retry-after: 10s}", 1)),
         {"retry-after-honoured": "pass", "retry-after-bounded": "fail"}, ["delivered 2"]),
    Case("waits-five-times-as-long",
         scenario(fails("{cause: rate-limited, retry-after: {ms: 100ms}}", 1)),
         {"retry-after-honoured": "pass", "retry-after-bounded": "pass"}, ["delivered 2"],
         about="of a short promise"),
    Case("waits-as-promised", manual(fails("{cause: rate-limited, retry-after: 700s}", 1)),
         {"retry-after-honoured": "unknown", "retry-after-bounded": "fail"}, ["delivered 2"],
         about="though it is absurd"),
    Case("makes-up-a-wait",
         scenario(fails("{cause: rate-limited, retry-after: absurd}", 1)),
         {"retry-after-honoured": "unknown", "retry-after-bounded": "pass"}, ["delivered 2"],
         about="where the promise is absurd"),
    Case("makes-up-a-wait",
         scenario(fails("{cause: rate-limited, retry-after: garbage}", 1)),
         {"retry-after-honoured": "unknown"}, ["delivered 2"], about="where there is garbage"),
    Case("makes-up-a-wait",
         scenario(fails("{cause: rate-limited, retry-after: garbage}", 1)),
         {"retry-after-honoured": "unknown"}, ["delivered 2"], "unknown",
         options=("--strict",), about="where there is garbage, strictly"),
    Case("another-user-asks-at-once",
         scenario(fails("rate-limited", 1, "when: {user-text: hi}, ")),
         {"retry-after-honoured": "unknown"}, ["delivered 2 unsure", "delivered 1"]),
    Case("another-user-asks-while-the-first-is-idle", scenario(fails("rate-limited", 1)),
         {"retry-after-honoured": "unknown"}, ["delivered 2 unsure"]),
    Case("comes-too-early-on-its-connection", scenario(fails("rate-limited", 1)),
         {"retry-after-honoured": "fail"}, ["delivered 2"], "fail"),
]

RETRIES = [
    Case("repeats-at-once", scenario(fails("bad-request")), {
        "permanent-not-retried": "fail", "transient-retried": "not-exercised"},
        ["refused 3"], "fail", node=True),
    Case("repeats-at-once",
         scenario(fails("bad-request"), expect="{not-retried: bad-request}"),
         {"permanent-not-retried": "fail"}, ["refused 3"], "fail", {"not-retried": "fail"},
         about="against an expectation"),
    Case("repeats-at-once", scenario(fails("insufficient-quota")),
         {"permanent-not-retried": "fail", "key-rotated": "unknown"}, ["refused 3"], "fail",
         about="without quota"),
    Case("repeats-at-once", scenario(fails("{cause: unavailable, should-retry: false}")),
         {"permanent-not-retried": "fail"}, ["refused 3"], "fail", about="told not to"),
    Case("obeys-should-retry", scenario(fails("{cause: bad-request, should-retry: true}", 1)),
         {"permanent-not-retried": "not-exercised", "transient-retried": "pass"},
         ["delivered 2"]),
    Case("obeys-should-retry", scenario(fails("{cause: unavailable, should-retry: false}", 1)),
         {"permanent-not-retried": "pass", "transient-retried": "not-exercised"},
         ["refused 1"], about="which forbids it"),
    Case("gives-up", scenario(fails("bad-request")),
         {"permanent-not-retried": "pass", "transient-retried": "not-exercised"},
         ["refused 1"], node=True),
    Case("mends-its-request",
         scenario(fails("context-length-exceeded", more="when: {user-text: too long}, ")),
         {"permanent-not-retried": "pass"}, ["refused 1", "delivered 1"]),
    Case("takes-another-key", scenario(keys="{revoked: sk-gone}"),
         {"permanent-not-retried": "pass", "key-rotated": "pass"}, ["delivered 2"]),
    Case("takes-another-key", scenario(keys="{out-of-quota: sk-gone}"),
         {"permanent-not-retried": "pass", "key-rotated": "pass"}, ["delivered 2"],
         about="without quota"),
    Case("gives-up", scenario(keys="{accept: sk-other}"),
         {"permanent-not-retried": "pass", "key-rotated": "unknown"}, ["refused 1"],
         about="with its only key"),
    Case("has-two-keys-and-does-not-rotate", scenario(keys="{revoked: sk-gone}"),
         {"permanent-not-retried": "pass", "key-rotated": "pass"},
         ["delivered 1", "refused 1"]),
    Case("gives-up", scenario(DOWN), {"transient-retried": "fail"}, ["exhausted 1"],
         about="at once", node=True),
    Case("gives-up", scenario(DOWN, expect="{retried: unavailable, attempts: "
                              "{per-call: '<= 3'}, calls: {succeeded: '>= 50%'}}"),
         {"transient-retried": "fail"}, ["exhausted 1"], "fail",
         {"retried": "fail", "attempts.per-call": "pass", "calls.succeeded": "fail"},
         about="at once against expectations"),
    Case("gives-up", scenario(fails("{cause: rate-limited, retry-after: absurd}")),
         {"transient-retried": "unknown"}, ["exhausted 1"], about="where it should wait a year"),
    Case("gives-up-and-says-so", scenario(DOWN), {"transient-retried": "unknown"},
         ["exhausted 1"], node=True),
    Case("tries-twelve-times", manual(fails(BARE)),
         {"attempts-bounded": "fail", "backoff-grows": "pass"}, ["exhausted 12"], "fail"),
    Case("tries-ten-times-at-each", manual(fails(BARE)), {"attempts-bounded": "pass"},
         ["exhausted 20"]),
    Case("waits-twice-as-long-each-time", manual(DOWN), {"attempts-bounded": "pass"},
         ["exhausted 4"], about="and gives up"),
    Case("goes-on-after-it-gave-up", scenario(DOWN), {"attempts-bounded": "fail"},
         ["exhausted 2"], "fail"),
    Case("waits-alike", manual(DOWN), {"backoff-grows": "fail", "jitter": "unknown"},
         ["exhausted 4"]),
    Case("waits-alike", scenario(DOWN, expect="{backoff: {grows: true}}"),
         {"backoff-grows": "fail"}, ["exhausted 4"], "fail", {"backoff.grows": "fail"},
         about="by a real clock", node=True),
    Case("waits-twice-as-long-each-time", scenario(DOWN, expect="{backoff: {grows: true}}"),
         {"backoff-grows": "pass"}, ["exhausted 4"], expect={"backoff.grows": "pass"},
         node=True),
    Case("waits-half-as-long-each-time", manual(DOWN), {"backoff-grows": "fail"},
         ["exhausted 4"]),
    Case("waits-longer-and-shorter", manual(DOWN), {"backoff-grows": "unknown"},
         ["exhausted 4"]),
    Case("makes-up-a-wait", manual(DOWN), {"backoff-grows": "unknown"}, ["exhausted 2"],
         about="once"),
    Case("waits-anew-elsewhere", manual(DOWN),
         {"backoff-grows": "pass", "fallback": "pass"}, ["exhausted 8"]),
    Case("waits-that-grow-by-and-large", manual(fails("unavailable", "1-3")),
         {"backoff-grows": "pass"}, ["delivered 4"] * 8),
    Case("one-call-waits-less-by-chance", manual(fails("unavailable", "1-3")),
         {"backoff-grows": "unknown"}, ["delivered 4"] * 2),
    Case("waits-alike-after-each-cause", manual(
        fails("overloaded", 1, "when: {header: {x-cause: overloaded}}, "),
        fails(BARE, 1).replace("name: fails", "name: limits")),
        {"jitter": "fail"}, ["delivered 2"] * 20),
    Case("eight-wait-alike", manual(ONCE), {"jitter": "fail"}, ["delivered 2"] * 10),
    Case("eight-wait-alike-together",
         scenario(ONCE, expect="{scorecard: {jitter: error}}"), {"jitter": "fail"},
         ["delivered 2"] * 12, "fail"),
    Case("eight-wait-differently", manual(ONCE, expect="{backoff: {jitter: true}}"),
         {"jitter": "pass"}, ["delivered 2"] * 10, expect={"backoff.jitter": "pass"}),
    Case("seven-wait-alike", manual(ONCE), {"jitter": "unknown"}, ["delivered 2"] * 7),
    Case("seven-wait-alike", manual(fails("{cause: rate-limited, retry-after: {ms: 300ms}}", 1)),
         {"jitter": "not-exercised", "retry-after-honoured": "pass"}, ["delivered 2"] * 7,
         about="as promised"),
]

OUTAGES = [
    Case("five-attempts-a-call", manual(DOWN), {"amplification": "fail"}, ["exhausted 5"] * 2),
    Case("five-attempts-a-call",
         manual(DOWN, expect="{attempts: {amplification: '<= 4'}}"), {"amplification": "fail"},
         ["exhausted 5"] * 2, "fail", {"attempts.amplification": "fail"},
         about="against an expectation"),
    Case("two-attempts-a-call", manual(DOWN), {"amplification": "pass", "herd": "not-exercised"},
         ["exhausted 2"] * 4),
    Case("repeats-at-once", scenario(DOWN), {"amplification": "not-exercised"}, ["exhausted 3"],
         about="in a short outage"),
    Case("all-come-back-at-once", OUTAGE, {"herd": "fail", "amplification": "pass"},
         ["delivered 3"] * 10),
    Case("all-come-back-one-by-one", OUTAGE, {"herd": "pass"}, ["delivered 3"] * 10),
    Case("four-come-back-at-once", OUTAGE, {"herd": "unknown"}, ["delivered 3"] * 4),
    Case("opens-and-closes", OUTAGE.replace("for: 20s", "for: 30s").replace(
        "fault:", "when: {provider: openai}, fault:")
        + "expect: {breaker-window: 30s, breaker: {opens-after: '<= 3', probes: '<= 4', "
        "closes-within: 15s}}\n",
        {"circuit-breaker": "pass", "fallback": "pass"}, None,
        expect={"breaker.opens-after": "pass", "breaker.probes": "pass",
                "breaker.closes-within": "pass"}),
    Case("stays-open-for-ever", OUTAGE.replace("for: 20s", "for: 30s").replace(
        "fault:", "when: {provider: openai}, fault:") + "expect: {breaker-window: 30s}\n",
        {"circuit-breaker": "fail"}, None),
]

ELSEWHERE = [
    Case("falls-back", scenario(OPENAI_DOWN, expect="{fallback: {from: openai, to: anthropic, "
                                "within: 2s}, calls: {succeeded: '== 100%'}}"),
         {"fallback": "pass", "transient-retried": "pass", "attempts-bounded": "pass",
          "permanent-not-retried": "not-exercised"}, ["delivered 2"],
         expect={"fallback": "pass", "calls.succeeded": "pass"}, node=True),
    Case("falls-back", scenario(
        "{name: fails, when: {provider: openai}, fault: {cause: rate-limited, retry-after: 5s}}"),
        {"fallback": "pass", "retry-after-honoured": "unknown"}, ["delivered 2"],
        about="and does not wait"),
    Case("falls-back", scenario(
        "{name: fails, when: {provider: openai}, fault: bad-request}"),
        {"fallback": "pass", "permanent-not-retried": "pass"}, ["delivered 2"],
        about="from what does not pass"),
    Case("falls-back", scenario(DOWN, expect="{fallback: {from: openai, to: anthropic}}"),
         {"fallback": "pass", "transient-retried": "pass"}, ["exhausted 2"],
         expect={"fallback": "pass"}, about="where nothing is well", node=True),
    Case("asks-the-two-in-turn", scenario(
        OPENAI_DOWN, "{name: stale, when: {provider: anthropic}, fault: invalid-api-key}"),
        {"permanent-not-retried": "fail", "fallback": "pass"}, ["refused 4"], "fail"),
    Case("asks-the-two-in-turn", scenario(
        "{name: fails, when: {provider: openai}, attempts: 1, fault: "
        "{cause: rate-limited, retry-after: 5s}}",
        "{name: down, when: {provider: anthropic}, fault: unavailable}"),
        {"retry-after-honoured": "fail", "fallback": "pass"}, ["delivered 3"], "fail",
        about="and is back too early"),
    Case("gives-up-and-says-so", scenario(OPENAI_DOWN, expect="{fallback: {from: openai}}"),
         {"fallback": "not-exercised"}, ["exhausted 1"], "fail", {"fallback": "fail"},
         about="where it should fall back"),
    Case("falls-back-much-later", manual(OPENAI_DOWN), {
        "transient-retried": "fail", "fallback": "not-exercised"},
        ["exhausted 1", "delivered 1"]),
    Case("falls-back-much-later", manual(OPENAI_DOWN, expect="{fallback-window: 2m}"), {
        "transient-retried": "pass", "fallback": "pass"}, ["delivered 2"],
        about="within a longer window"),
    Case("asks-again-with-other-sampling", scenario(fails("unavailable", more="calls: 1, ")),
         {"fallback": "not-exercised"}, ["delivered 2 unsure"]),
    Case("asks-for-no-answer", scenario(fails("unavailable")),
         {"transient-retried": "not-exercised", "attempts-bounded": "not-exercised"}, []),
    Case("falls-back-to-another-model",
         scenario("{name: fails, when: {model: gpt-4o}, fault: overloaded}",
                  expect="{fallback: {from: gpt-4o, to: 'model:gpt-4o-mini'}}"),
         {"fallback": "pass", "transient-retried": "pass"}, ["delivered 2"],
         expect={"fallback": "pass"}),
    Case("falls-back-with-a-system-text", scenario(OPENAI_DOWN), {"fallback": "pass"},
         ["delivered 2"]),
    Case("falls-back-while-the-first-is-silent",
         scenario("{name: slow, when: {provider: openai}, latency: 5s}"),
         {"fallback": "not-exercised"}, ["delivered 2 hedged"], node=True),
    Case("hedges", SLOW, {"fallback": "not-exercised", "retry-after-honoured": "not-exercised"},
         ["delivered 2 hedged"], node=True),
    Case("hedges-by-name", scenario("{name: slow, latency: 300ms}"),
         {"duplicate-billing": "fail"}, ["delivered 2 hedged"]),
    Case("two-users-ask-the-same", scenario("{name: slow, latency: 400ms}"),
         {"duplicate-billing": "pass", "permanent-not-retried": "not-exercised"},
         ["delivered 1 unsure", "delivered 1 unsure"], node=True),
    Case("two-users-count-their-retries", manual(DOWN), {"attempts-bounded": "pass"}, None),
    Case("two-users-try-six-times-each", manual(DOWN), {"transient-retried": "pass"}, None),
    Case("two-sessions-ask-the-same", scenario(fails("rate-limited", 1)),
         {"retry-after-honoured": "pass"}, ["delivered 2", "delivered 2"]),
    Case("asks-the-same-later", scenario(),
         {"duplicate-billing": "pass", "transient-retried": "not-exercised"},
         ["delivered 1"] * 3, node=True),
    Case("goes-on-with-the-conversation", scenario(), {"duplicate-billing": "pass"},
         ["delivered 1"] * 2),
    Case("names-its-call-and-rephrases", scenario(fails("unavailable", 1)),
         {"transient-retried": "pass"}, ["delivered 2"]),
    Case("comes-back-after-the-window", manual(fails(BARE, 1)), {}, ["delivered 2 unsure"]),
    Case("comes-back-after-the-window",
         manual(fails(BARE, 1), expect="{retry-window: 2m}"), {"transient-retried": "pass"},
         ["delivered 2"], about="which is longer"),
    Case("comes-back-by-name-after-the-window", manual(fails(BARE, 1)),
         {"transient-retried": "pass"}, ["delivered 2"]),
    Case("counts-its-retries", scenario(ONCE), {"transient-retried": "pass"}, ["delivered 2"]),
    Case("is-one-trace-of-two-questions", scenario(ONCE), {"transient-retried": "fail"},
         ["exhausted 1", "exhausted 1"]),
    Case("comes-back-in-another-trace", scenario(ONCE), {}, ["delivered 2 unsure"]),
    Case("pays-twice", scenario(), {"duplicate-billing": "fail"}, ["delivered 2"]),
]

ANSWERS = [
    Case("leaves-soon", HANGS, {"hang-abandoned": "pass"}, ["abandoned 1"], node=True),
    Case("holds-on", HANGS, {"hang-abandoned": "fail"}, ["abandoned 1"]),
    Case("leaves-a-silent-stream-soon", STALLS, {"hang-abandoned": "pass"}, ["abandoned 1"]),
    Case("leaves-a-silent-stream-late", STALLS, {"hang-abandoned": "fail"}, ["abandoned 1"]),
    Case("reports-what-broke-off", CUT,
         {"truncated-not-accepted": "pass", "categories": "pass"}, ["broken 1"], node=True),
    Case("takes-what-broke-off", CUT, {"truncated-not-accepted": "fail"}, ["broken 1"], "fail",
         node=True),
    Case("says-nothing-of-what-broke-off", CUT, {"truncated-not-accepted": "unknown"},
         ["broken 1"], node=True),
    Case("says-nothing-of-what-broke-off", CUT, {"truncated-not-accepted": "unknown"},
         ["broken 1"], "unknown", options=("--strict",), about="strictly"),
    Case("takes-an-empty-answer", scenario("{name: empty, fault: {content: error-with-200}}"),
         {"truncated-not-accepted": "fail"}, ["exhausted 1"], "fail"),
    Case("takes-an-empty-answer", scenario("{name: portal, fault: {page: page-portal}}"),
         {"truncated-not-accepted": "fail"}, ["exhausted 1"], "fail", about="that is a page"),
    Case("takes-a-stream", scenario("{name: undone, fault: {missing: no-done}}"),
         {"truncated-not-accepted": "not-exercised"}, ["delivered 1"],
         about="without its end marker"),
    Case("takes-a-stream", scenario("{name: cuts, fault: {cut: clean, at: token 5}}"),
         {"truncated-not-accepted": "pass"}, ["broken 1"], about="that ends as if it were whole"),
    Case("repeats-what-broke-off", CUT_ONCE,
         {"truncated-not-accepted": "not-exercised", **REPEATED}, ["delivered 2"]),
    Case("repeats-what-broke-off-and-says-so", CUT_ONCE,
         {"no-retry-after-output": "pass", "truncated-not-accepted": "not-exercised",
          "duplicate-billing": "fail"}, ["delivered 2"]),
    Case("repeats-what-broke-off-and-is-content", CUT_ONCE,
         {"truncated-not-accepted": "not-exercised", "duplicate-billing": "fail"},
         ["delivered 2"]),
    Case("runs-a-tool-once", scenario(), {"tool-executed-once": "pass"}, ["delivered 1"] * 2),
    Case("sends-a-result-again",
         scenario("{name: fails, calls: 2, attempts: 1, fault: unavailable}"),
         {"tool-executed-once": "pass"}, ["delivered 1", "delivered 2"]),
    Case("runs-a-tool-twice", scenario(), {"tool-executed-once": "fail"},
         ["delivered 1"] * 3, "fail"),
    Case("runs-a-tool-of-what-broke-off", TOOL_CUT,
         {"tool-executed-once": "fail", **REPEATED}, None, "fail"),
    Case("runs-a-tool-of-the-whole-answer", TOOL_CUT,
         {"tool-executed-once": "pass", **REPEATED}, ["delivered 2", "delivered 1"]),
]

CATEGORIES = [
    Case("calls-it-a-rate-limit", scenario(fails("rate-limited")), {"categories": "pass"},
         ["exhausted 1"]),
    Case("calls-it-auth", scenario(fails("rate-limited")), {"categories": "fail"},
         ["exhausted 1"], "fail"),
    Case("calls-it-auth",
         scenario(fails("rate-limited"), expect="{categories: {accuracy: '>= 95%'}}"),
         {"categories": "fail"}, ["exhausted 1"], "fail", {"categories.accuracy": "fail"},
         about="against an expectation"),
    Case("calls-it-auth", scenario(fails("invalid-api-key")), {"categories": "pass"},
         ["refused 1"], about="and so it is"),
    Case("calls-the-last-one-by-its-name", scenario(
        f"{{name: both, sequence: [{BARE}, server-error]}}"), {"categories": "pass"},
        ["exhausted 2"]),
    Case("calls-the-first-one-by-its-name", scenario(
        f"{{name: both, sequence: [{BARE}, server-error]}}"), {"categories": "pass"},
        ["exhausted 2"]),
    Case("calls-it-unknown", scenario(fails("rate-limited")), {"categories": "unknown"},
         ["exhausted 1"]),
    Case("calls-it-final", scenario(fails("rate-limited")), {"categories": "fail"},
         ["exhausted 1"], "fail"),
    Case("calls-what-it-named-a-network-error", scenario(fails("reset")),
         {"categories": "pass"}, ["exhausted 1"], about="after a reset"),
    Case("calls-what-it-named-a-network-error", scenario(fails("no-answer")),
         {"categories": "pass"}, ["exhausted 1"], about="without an answer"),
    Case("calls-what-it-named-a-network-error", scenario(fails("server-error")),
         {"categories": "fail"}, ["exhausted 1"], "fail", about="which it was not"),
    Case("calls-what-it-named-a-timeout",
         scenario("{name: hangs, fault: {hang: forever, at: headers}}"),
         {"categories": "pass"}, ["abandoned 1"]),
    Case("says-it-with-the-next-request",
         scenario(fails("rate-limited", more="when: {user-text: first}, ")),
         {"categories": "pass"}, ["exhausted 1", "delivered 1"]),
    Case("says-it-with-the-next-request-without-an-id",
         scenario(fails("rate-limited", more="when: {user-text: first}, ")),
         {"categories": "fail"}, ["exhausted 1", "delivered 1"], "fail"),
    Case("gives-up", scenario(fails("bad-request")), {"categories": "unknown"}, ["refused 1"],
         about="and says nothing"),
]

LOAD = [
    Case("keeps-its-connection", scenario(), {"connection-reuse": "pass"}, ["delivered 1"] * 4,
         node=True),
    Case("opens-a-connection-each-time", scenario(), {"connection-reuse": "pass"},
         ["delivered 1"] * 4),
    Case("shares-evenly", scenario(expect="{split: {openai: 50%, anthropic: 50%}}"),
         {"load-split": "pass"}, ["delivered 1"] * 20, expect={"split": "pass"}),
    Case("shares-not-at-all", scenario(expect="{split: {openai: 50%, anthropic: 50%}}"),
         {"load-split": "fail"}, ["delivered 1"] * 20, "fail", {"split": "fail"}),
    Case("shares-little", scenario(expect="{split: {openai: 50%, anthropic: 50%}}"),
         {"load-split": "unknown"}, ["delivered 1"] * 6, "unknown", {"split": "unknown"}),
    Case("sticks-to-a-model", scenario(expect="{sticky: {header: x-user}}"),
         {"sticky": "pass"}, ["delivered 1"] * 8, expect={"sticky": "pass"}),
    Case("changes-models", scenario(expect="{sticky: {header: x-user}}"), {"sticky": "fail"},
         ["delivered 1"] * 8, "fail", {"sticky": "fail"}),
    Case("each-user-asks-once", scenario(expect="{sticky: {header: x-user}}"),
         {"sticky": "unknown"}, ["delivered 1"] * 4, "unknown", {"sticky": "unknown"}),
    Case("leaves-when-it-is-done",
         scenario(pace="{between-tokens: 100ms}", reply="{tokens: 60}"),
         {"cancel-prompt": "pass"}, ["abandoned 1"]),
    Case("reads-on", scenario(pace="{between-tokens: 100ms}", reply="{tokens: 60}"),
         {"cancel-prompt": "fail"}, ["abandoned 1"]),
    Case("asks-the-same-later", scenario(expect="{cost: {wasted: '<= 0 USD'}}"), {},
         ["delivered 1"] * 3, expect={"cost.wasted": "pass"}, about="and pays for each"),
    Case("pays-twice", scenario(expect="{cost: {wasted: '<= 0 USD'}}"),
         {"duplicate-billing": "fail"}, ["delivered 2"], "fail", {"cost.wasted": "fail"},
         about="against an expectation"),
]

ENDS = [
    Case("does-nothing", scenario(DOWN), {"never-fired": "fail"}, [], "fail"),
    Case("does-nothing", scenario(fails("unavailable", more="optional: true, ")), {}, [],
         about="where nothing had to happen"),
    Case("gives-up", scenario("{name: rare, chance: 1%, fault: unavailable}"),
         {"never-fired": "unknown"}, ["delivered 1"], about="where little was to go wrong"),
    Case("gives-up", scenario("{name: cuts, fault: {cut: reset, at: event 900}}"),
         {"not-injected": "fail"}, ["delivered 1"], "fail", about="where a fault finds no place"),
    Case("leaves-soon", scenario("{name: late, latency: 3s, fault: {cut: reset, at: 50%}}"),
         {"not-injected": "unknown"}, ["abandoned 1"], about="before the fault"),
    Case("fails", scenario(), {}, ["delivered 1"], "fail", exit=3),
    Case("is-killed", scenario(DOWN), {"transient-retried": "unknown"}, ["exhausted 1"], "fail",
         exit=137),
]

CASES = PROMISES + RETRIES + OUTAGES + ELSEWHERE + ANSWERS + CATEGORIES + LOAD + ENDS
