"""The Helm chart: what it renders, by Helm's own engine, and the pods that come of it.

    pip install "helm-python-sdk>=0.2.2" "kubernetes-validate>=1.37" jsonschema "pytest>=8" PyYAML
    BROWNOUT=.build/release/brownout pytest Tests/Packaging/test_chart.py

The package carries Helm as a library. It renders without a cluster, as `helm template` does.
"""
import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import helm_python
import jsonschema
import pytest
import yaml

from cluster import REPOSITORY, VERSIONS, Pod, Resource, container, one, option, validate

FOLDER = REPOSITORY / "Packaging/helm/brownout"
MANIFESTS = REPOSITORY / "Packaging/kubernetes"
CHART = helm_python.Chart.load(str(FOLDER))
SCHEMA = json.loads((FOLDER / "values.schema.json").read_text())
TOKEN = "a-token-of-the-tests"
BUSY = "scenario: busy\nrules:\n  - {name: busy, fault: overloaded}\n"
EXPOSED: dict[str, Any] = {
    "control": {"expose": True, "tokenSecret": {"name": "control", "key": "words"}}}
SECRET: Resource = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "control"},
                    "stringData": {"words": TOKEN + "\n"}}

# Each of these renders, is held against every version, and goes through the schema of values.
GOOD: dict[str, dict[str, Any]] = {
    "defaults": {},
    "a scenario": {"scenario": BUSY},
    "a ConfigMap that exists": {"existingConfigMap": "scenarios"},
    "names": {"fullnameOverride": "provider", "podLabels": {"team": "a"},
              "podAnnotations": {"a": "b"}},
    "a long name": {"fullnameOverride": "n" * 80, **EXPOSED},
    "every option": {
        "scenario": BUSY, "imagePullSecrets": [{"name": "registry"}],
        "serve": {"seed": 10000000, "clock": "x10", "threads": 1, "h2": True, "logLevel": "quiet"},
        "journal": {"bodies": 1048576}},
    "no journal": {"journal": {"enabled": False}},
    "a volume": {"persistence": {"enabled": True, "storageClass": "fast", "size": "8Gi"}},
    "a volume that exists": {"persistence": {"enabled": True, "existingClaim": "old"}},
    "control": EXPOSED,
    "a token on loopback": {"control": {"tokenSecret": {"name": "control", "key": "words"}}},
    "upstreams": {"upstream": {"allow": True, "to": [{"ipBlock": {"cidr": "192.0.2.0/24"}}]},
                  "redactionKeySecret": {"name": "redaction"}},
    "an ingress": {"ingress": {"enabled": True, "host": "llm.test", "tlsSecret": "llm",
                               "className": "nginx", "annotations": {"a": "b"}}},
    "no extras": {"networkPolicy": {"enabled": False}, "podDisruptionBudget": {"enabled": False}},
    "places": {"nodeSelector": {"a": "b"}, "tolerations": [{"operator": "Exists"}],
               "affinity": {"nodeAffinity": {}}, "resources": {}},
}
# Values that the schema refuses, and what its message names.
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown value": ({"replicas": 2}, "replicas"),
    "a misspelt value": ({"control": {"exposed": True}}, "exposed"),
    "everybody may control": ({"control": {"from": []}}, "control/from"),
    "everybody may ask": ({"networkPolicy": {"from": [{}]}}, "networkPolicy/from"),
    "a token in the values": ({"control": {"token": "secret"}}, "token"),
    "a seed below 0": ({"serve": {"seed": -1}}, "seed"),
    "a clock": ({"serve": {"clock": "fast"}}, "clock"),
    "too many threads": ({"serve": {"threads": 65}}, "threads"),
    "a port": ({"service": {"port": 0}}, "service/port"),
    "a size": ({"persistence": {"size": "big"}}, "persistence/size"),
    "text for a switch": ({"ingress": {"enabled": "no"}}, "ingress/enabled"),
    "longer bodies": ({"journal": {"bodies": 1048577}}, "journal/bodies"),
}
# Values that fit the schema and contradict each other, and the sentence that says so.
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "control without a token": ({"control": {"expose": True}}, "set control.tokenSecret.name"),
    "control without a policy": ({**EXPOSED, "networkPolicy": {"enabled": False}},
                                 "leave the policy on"),
    "two scenarios": ({"scenario": BUSY, "existingConfigMap": "a"}, "exclude each other"),
    "an ingress for all names": ({"ingress": {"enabled": True}}, "ingress.host is needed"),
}


def render(values: dict[str, Any]) -> list[Resource]:
    """The resources of a release named demo."""
    files = CHART.render(values, name="demo", namespace="staging")
    return [resource for name, text in files.items() if not name.endswith("NOTES.txt")
            for resource in yaml.safe_load_all(text) if resource]


def merged(values: dict[str, Any]) -> dict[str, Any]:
    """The chart's own values under those of a user, as the schema sees them."""
    return CHART.merge_values(values)


@pytest.fixture
def pod(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> Iterator[Pod]:
    """The pod of the values that the test is parametrised with."""
    tmp_path.chmod(0o755)
    made = Pod([*render(request.param), SECRET], tmp_path)
    try:
        yield made.wait()
    finally:
        made.stop()


@pytest.mark.parametrize("name", GOOD)
def test_values_render_to_what_kubernetes_takes(name: str) -> None:
    jsonschema.validate(merged(GOOD[name]), SCHEMA)
    resources = render(GOOD[name])
    names = [(resource["kind"], resource["metadata"]["name"]) for resource in resources]
    assert len(set(names)) == len(names) and all(len(own) <= 63 for _, own in names)
    for resource in resources:
        for version in VERSIONS:
            validate(resource, version)


@pytest.mark.parametrize("name", GOOD)
def test_selectors_ports_and_volumes_fit_together(name: str) -> None:
    resources = render(GOOD[name])
    template = one(resources, "Deployment")["spec"]["template"]
    own = container(one(resources, "Deployment"))
    ports = {port["name"]: port["containerPort"] for port in own["ports"]}
    assert option(own["args"], "--port") == str(ports["data"])
    assert ports.get("control", 8788) == int(option(own["args"], "--control-port") or 0)
    assert {mount["name"] for mount in own["volumeMounts"]} == {
        volume["name"] for volume in template["spec"]["volumes"]}
    for resource in resources:
        spec = resource.get("spec", {})
        selector = spec.get("podSelector") or spec.get("selector") or {}
        wanted = selector.get("matchLabels", selector)
        assert wanted.items() <= template["metadata"]["labels"].items(), resource["kind"]
        if resource["kind"] == "Service":
            assert wanted and {port["targetPort"] for port in spec["ports"]} <= ports.keys()
        if resource["kind"] == "NetworkPolicy":
            assert all(entry["from"] for entry in spec["ingress"])
            assert {p["port"] for e in spec["ingress"] for p in e["ports"]} <= ports.keys()


@pytest.mark.parametrize("name", [name for name in GOOD if not GOOD[name].get(
    "control", {}).get("expose")])
def test_the_control_port_is_closed_unless_it_is_opened(name: str) -> None:
    resources = render(GOOD[name])
    own = container(one(resources, "Deployment"))
    assert option(own["args"], "--control-host") == "127.0.0.1"
    assert [port["name"] for port in own["ports"]] == ["data"]
    assert one(resources, "Service")["spec"]["ports"][0]["targetPort"] == "data"
    ways = [r for r in resources if r["kind"] in ("Service", "NetworkPolicy", "Ingress")]
    assert "8788" not in json.dumps(ways) and "control" not in json.dumps(ways)


def test_the_chart_says_what_the_manifests_say() -> None:
    scenario = yaml.safe_load((MANIFESTS / "configmap.yaml").read_text())["data"]["scenario.yaml"]
    chart = one(render({"scenario": scenario}), "Deployment")["spec"]["template"]["spec"]
    plain = yaml.safe_load((MANIFESTS / "deployment.yaml").read_text())["spec"]["template"]["spec"]
    (ours,), (theirs,) = chart["containers"], plain["containers"]
    for key in ("readinessProbe", "livenessProbe", "securityContext", "resources", "command"):
        assert ours[key] == theirs[key]
    assert ours["image"] == theirs["image"]
    for key in ("securityContext", "terminationGracePeriodSeconds", "automountServiceAccountToken"):
        assert chart[key] == plain[key]
    assert set(theirs["args"]) <= set(ours["args"])


@pytest.mark.parametrize("name", BAD)
def test_wrong_values_are_refused_by_name(name: str) -> None:
    values, place = BAD[name]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(merged(values), SCHEMA)
    with pytest.raises(helm_python.HelmError, match=place):
        render(values)


@pytest.mark.parametrize("name", REFUSED)
def test_contradictions_are_refused_in_a_sentence(name: str) -> None:
    values, sentence = REFUSED[name]
    with pytest.raises(helm_python.HelmError, match=sentence):
        render(values)


def test_every_value_has_a_type_in_the_schema() -> None:
    def compare(values: dict[str, Any], schema: dict[str, Any], place: str) -> None:
        assert values.keys() == schema["properties"].keys() - {"global"}, place
        for key, value in values.items():
            if "properties" in schema["properties"][key]:
                compare(value, schema["properties"][key], f"{place}.{key}")

    compare(yaml.safe_load((FOLDER / "values.yaml").read_text()), SCHEMA, "values")


def test_the_page_shows_values_that_render() -> None:
    page = (REPOSITORY / "Sources/brownout/brownout.docc/Guides/Operate/Kubernetes.md").read_text()
    text = page.split("`values.yaml`:\n\n```yaml\n")[1].split("```")[0]
    values = yaml.safe_load(text)
    made = one(render(values), "ConfigMap")["data"]["scenario.yaml"]
    assert made.strip() == values["scenario"].strip()
    defaults = CHART.values
    for row in (line for line in page.splitlines() if line.startswith("| `")):
        for path in re.findall(r"`([\w.]+)`", row.split("|")[1]):
            group = path.split(".")[0] if not path.startswith(".") else group
            place = path.strip(".").split(".")[-1]
            assert group in defaults and (path == group or place in defaults[group]), path


def test_helms_lint_finds_nothing_but_the_missing_icon() -> None:
    found = helm_python.lint(str(FOLDER))
    assert found["errors"] == []
    assert [message["error"] for message in found["messages"]] == ["icon is recommended"]


def test_the_notes_name_the_control_service_only_where_there_is_one() -> None:
    def notes(values: dict[str, Any]) -> str:
        return CHART.render(values, name="demo", namespace="staging")[
            "brownout/templates/NOTES.txt"]

    assert "http://demo-brownout.staging:8787/openai/v1" in notes({})
    assert "demo-brownout-control" not in notes({}) and "demo-brownout-control" in notes(EXPOSED)


@pytest.mark.parametrize("pod", [GOOD["every option"]], indirect=True)
def test_the_pod_of_every_option_serves(pod: Pod) -> None:
    assert pod.chat()[0] == 503
    health = json.loads(pod.ask("http://127.0.0.1:8788/health")[1])
    assert (health["scenario"], health["seed"]) == ("busy", 10000000)
    assert pod.ask(f"http://{pod.ADDRESS}:8788/health")[0] == 0


@pytest.mark.parametrize("pod", [GOOD["no journal"]], indirect=True)
def test_the_pod_without_a_journal_writes_nothing(pod: Pod) -> None:
    assert pod.chat()[0] == 200
    assert pod.run("ls", "-A", "/data").stdout == ""


@pytest.mark.parametrize("pod", [EXPOSED], indirect=True)
def test_an_exposed_control_port_takes_the_token_alone(pod: Pod) -> None:
    place = f"http://{pod.ADDRESS}:8788"
    status, health = pod.ask(f"{place}/health")
    assert status == 200 and json.loads(health).keys() == {"status", "version"}
    assert pod.ask(f"{place}/scenario")[0] == 401
    assert pod.ask(f"{place}/scenario", "-H", "Authorization: Bearer other")[0] == 401
    assert pod.ask(f"{place}/scenario", "-H", f"Authorization: Bearer {TOKEN}")[0] == 200
    assert pod.probe("livenessProbe").returncode == 0
    assert TOKEN not in pod.run("cat", "/proc/1/cmdline", "/proc/1/environ").stdout
