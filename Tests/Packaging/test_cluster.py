"""The manifests in Packaging/kubernetes: what they say, and the pod that they make.

    pip install "kubernetes-validate>=1.37" "pytest>=8" PyYAML
    BROWNOUT=.build/release/brownout pytest Tests/Packaging/test_cluster.py

The pod is made of Linux namespaces (`unshare`, `nsenter`, `setpriv`, `ip`): no cluster is needed.
"""
import pathlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

import kubernetes_validate
import pytest
import yaml

from cluster import BROWNOUT, REPOSITORY, VERSIONS, Pod, Resource, container, one, option, validate

FOLDER = REPOSITORY / "Packaging/kubernetes"
FILES = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
RESOURCES: list[Resource] = [
    resource for name in FILES for resource in yaml.safe_load_all((FOLDER / name).read_text())]
KINDS = [resource["kind"] for resource in RESOURCES]
SLOW = "scenario: slow\nrules: [{name: slow, latency: 60s}]\n"
StartPod = Callable[..., Pod]


@pytest.fixture
def start_pod(tmp_path: pathlib.Path) -> Iterator[StartPod]:
    """Starts the pod of the manifests; it is stopped at the end."""
    pods: list[Pod] = []

    def start(resources: list[Resource] = RESOURCES, **options: str) -> Pod:
        folder = tmp_path / f"pod-{len(pods)}"
        folder.mkdir()
        tmp_path.chmod(0o755)
        pods.append(Pod(resources, folder, **options))
        return pods[-1].wait()

    yield start
    for pod in pods:
        pod.stop()


def until(what: Callable[[], bool], seconds: float = 10) -> None:
    """Waits for something to be so."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)


# What they say.


def test_the_folder_is_what_kustomize_applies() -> None:
    files = {path.name for path in FOLDER.iterdir()} - {"kustomization.yaml"}
    assert files == set(FILES)
    assert sorted(KINDS) == [
        "ConfigMap", "Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("resource", RESOURCES, ids=KINDS)
def test_kubernetes_takes_it(resource: Resource, version: str) -> None:
    validate(resource, version)


def test_the_validator_knows_a_misspelt_member() -> None:
    broken = yaml.safe_load((FOLDER / "deployment.yaml").read_text())
    container(broken)["readinesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError, match="readinesProbe"):
        validate(broken, VERSIONS[0])


def test_the_scenario_is_without_mistakes() -> None:
    text = one(RESOURCES, "ConfigMap")["data"]["scenario.yaml"]
    checked = subprocess.run([BROWNOUT, "check", "-"], input=text, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_every_selector_is_about_the_pod() -> None:
    labels = one(RESOURCES, "Deployment")["spec"]["template"]["metadata"]["labels"]
    selectors = [
        one(RESOURCES, "Deployment")["spec"]["selector"]["matchLabels"],
        one(RESOURCES, "Service")["spec"]["selector"],
        one(RESOURCES, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
        one(RESOURCES, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"]]
    for selector in selectors:
        assert selector and selector.items() <= labels.items()


def test_the_data_port_alone_is_named_and_let_in() -> None:
    own = container(one(RESOURCES, "Deployment"))
    (port,) = own["ports"]
    assert port == {"name": "data", "containerPort": int(option(own["args"], "--port") or 0)}
    assert option(own["args"], "--control-host") == "127.0.0.1"
    for service in (resource for resource in RESOURCES if resource["kind"] == "Service"):
        assert [port["targetPort"] for port in service["spec"]["ports"]] == ["data"]
    policy = one(RESOURCES, "NetworkPolicy")["spec"]
    assert set(policy["policyTypes"]) == {"Ingress", "Egress"}
    for entry in policy["ingress"]:
        assert entry["from"], "an entry without peers lets everybody in"
        assert [port["port"] for port in entry["ports"]] == ["data"]
    assert {port["port"] for entry in policy["egress"] for port in entry["ports"]} == {53}


def test_the_container_has_no_right_that_it_does_not_need() -> None:
    pod = one(RESOURCES, "Deployment")["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == 65532
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container(one(RESOURCES, "Deployment"))["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]}}


# The pod that they make.


def test_data_answers_at_the_pods_address_and_control_does_not(start_pod: StartPod) -> None:
    pod = start_pod()
    status, body = pod.chat()
    assert status in (200, 429, 503) and body.startswith("{")
    status, trouble = pod.ask(f"http://{pod.ADDRESS}:8788/health")
    assert status == 0 and "Failed to connect" in trouble
    assert pod.ask("http://127.0.0.1:8788/health")[0] == 200
    assert pod.stop()[0] == 0


def test_the_root_cannot_be_written_and_the_journal_is_kept(start_pod: StartPod) -> None:
    pod = start_pod()
    assert pod.run("touch", "/file").returncode != 0
    assert pod.run("touch", "/scenarios/file").returncode != 0
    pod.chat()
    read = "/brownout/brownout", "journal", "list", "--journal", "/data/brownout.sqlite", "--json"
    until(lambda: '"provider":"openai"' in pod.run(*read).stdout)


def test_probes_succeed_whatever_the_scenario_does_and_count_nothing(start_pod: StartPod) -> None:
    pod = start_pod()
    pod.put("scenarios", {"scenario.yaml": (
        "scenario: gone\nrules: [{name: gone, fault: {refuse: 60s}}]\n")})
    until(lambda: "serving 'gone'" in pod.errors.read_text())
    assert pod.chat()[0] == 0
    status, trouble = pod.chat()
    assert status == 0 and "Failed to connect" in trouble, "the port is open"
    before = pod.ask("http://127.0.0.1:8788/health")[1].split('"counters":')[1]
    for probe in ("readinessProbe", "livenessProbe"):
        for _ in range(3):
            assert pod.probe(probe).returncode == 0
    assert pod.ask("http://127.0.0.1:8788/health")[1].split('"counters":')[1] == before


def test_probes_fail_once_the_server_does_not_answer(start_pod: StartPod) -> None:
    pod = start_pod()
    for probe in ("readinessProbe", "livenessProbe"):
        command = pod.container[probe]["exec"]["command"]
        elsewhere = [word.replace("8788", "8799") for word in command]
        assert elsewhere != command and pod.run(*elsewhere).returncode != 0
        missing = [word.replace("/health", "/nothing") for word in command]
        assert missing != command and pod.run(*missing).returncode != 0


def test_an_edited_scenario_is_in_force_without_a_restart(start_pod: StartPod) -> None:
    pod = start_pod()
    busy = "scenario: busy\nrules: [{name: busy, fault: overloaded}]\n"
    pod.put("scenarios", {"scenario.yaml": busy})
    until(lambda: pod.chat()[0] == 503)
    pod.put("scenarios", {"scenario.yaml": "scenario: broken\nrulse: []\n"})
    until(lambda: "unknown key 'rulse'" in pod.errors.read_text())
    assert pod.chat()[0] == 503


def test_a_full_volume_stops_the_journal_and_not_the_server(start_pod: StartPod) -> None:
    pod = start_pod(data_size="1m")
    pod.run("bash", "-c", "cat /dev/zero >/data/filler")

    def health() -> str:
        return pod.ask("http://127.0.0.1:8788/health")[1]

    until(lambda: pod.chat()[0] != 0 and '"degraded"' in health(), 30)
    assert pod.chat()[0] in (200, 429, 503)
    for probe in ("readinessProbe", "livenessProbe"):
        assert pod.probe(probe).returncode == 0
    assert "the journal cannot be written" in pod.errors.read_text()
    assert pod.run("rm", "/data/filler").returncode == 0
    until(lambda: pod.chat()[0] != 0 and '"trouble":null' in health())
    assert '"degraded"' in health() and "written again" in pod.errors.read_text()
    assert pod.stop()[0] == 1


def test_it_stops_well_before_it_would_be_killed(start_pod: StartPod) -> None:
    pod = start_pod()
    pod.put("scenarios", {"scenario.yaml": SLOW})
    until(lambda: "serving 'slow'" in pod.errors.read_text())
    answers: list[tuple[int, str]] = []
    client = threading.Thread(target=lambda: answers.append(pod.chat("-m", "20")))
    client.start()
    until(lambda: '"open_connections":1' in pod.ask("http://127.0.0.1:8788/health")[1])
    code, took = pod.stop()
    client.join(20)
    assert code == 0 and answers[0][0] == 0
    assert 2.5 < took < pod.spec["terminationGracePeriodSeconds"] / 2
