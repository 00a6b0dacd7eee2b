"""What the tests of manifests and of the chart have in common: a check against Kubernetes' schemas,
and a pod that is made here, with the real binary in it."""
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from typing import Any

import kubernetes_validate

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BROWNOUT = pathlib.Path(
    os.environ.get("BROWNOUT", REPOSITORY / ".build/release/brownout")).resolve()
# The oldest that knows all that is used, and some up to the newest.
VERSIONS = ["1.27", "1.30", "1.32", "1.34", "1.37"]
USER = 65532

Resource = dict[str, Any]


def validate(resource: Resource, version: str) -> None:
    """Raises where a resource has a member that is unknown to this version, or of a wrong type."""
    used = kubernetes_validate.validate(resource, version, strict=True)
    assert used == version, f"the validator has no schemas of {version}; it took {used}"


def one(resources: Sequence[Resource], kind: str, name: str | None = None) -> Resource:
    """The only resource of a kind, or of a kind and a name."""
    found = [resource for resource in resources if resource["kind"] == kind
             and name in (None, resource["metadata"]["name"])]
    assert len(found) == 1, f"{len(found)} resources are {kind} {name or ''}"
    return found[0]


def container(deployment: Resource) -> Resource:
    """The pod's only container."""
    (only,) = deployment["spec"]["template"]["spec"]["containers"]
    return only


def option(arguments: Sequence[str], name: str) -> str | None:
    """The value of an option; None where it is not given."""
    return arguments[arguments.index(name) + 1] if name in arguments else None


# A root that can only be read, in which the folders of the volumes are file systems of their own.
# As with the kubelet, the text of a ConfigMap or a Secret lies behind a link that is replaced.
POD = r"""
set -euo pipefail
root=$1 volumes=$2 address=$3 user=$4
shift 4
ip link set lo up
ip address add "$address/32" dev lo
mount --make-rprivate /
mount -t tmpfs -o mode=755 pod "$root"
for entry in /*; do
    name=${entry#/}
    case $name in tmp|proc|data|scenarios|secrets|brownout) continue ;; esac
    if [[ -L $entry ]]; then cp -P "$entry" "$root/$name"
    elif [[ -d $entry ]]; then mkdir "$root/$name"; mount --rbind "$entry" "$root/$name"; fi
done
mkdir "$root/proc" "$root/brownout"
mount -t proc proc "$root/proc"
touch "$root/brownout/brownout"
mount --bind "$BROWNOUT" "$root/brownout/brownout"
while IFS=$'\t' read -r kind path source size; do
    mkdir -p "$root$path"
    case $kind in
    empty) mount -t tmpfs -o "mode=2770,uid=$user,gid=$user,size=$size" empty "$root$path" ;;
    files) mount --bind "$source" "$root$path"; mount -o remount,bind,ro "$root$path" ;;
    esac
done <"$volumes"
mount -o remount,ro "$root"
cd "$root"
rights=(--no-new-privs --bounding-set=-all --inh-caps=-all)
[[ $user == 0 ]] || rights+=(--reuid "$user" --regid "$user" --clear-groups)
PATH=/brownout:$PATH exec chroot . setpriv "${rights[@]}" -- "$@"
"""


class Pod:
    """A Deployment's container: its command, arguments, volumes and user, in namespaces of its own.

    Root inside is nobody's root: without rights on this machine the user is not another, but all
    else holds.
    """

    ADDRESS = "10.244.0.7"

    def __init__(self, resources: Sequence[Resource], folder: pathlib.Path,
                 data_size: str = "64m") -> None:
        self.folder = folder
        deployment = one(resources, "Deployment")
        self.spec = deployment["spec"]["template"]["spec"]
        self.container = container(deployment)
        self.is_root = os.geteuid() == 0
        folder.chmod(0o755)
        root = pathlib.Path(tempfile.mkdtemp(prefix="root-", dir=folder))
        lines = []
        for mount in self.container["volumeMounts"]:
            (volume,) = [v for v in self.spec["volumes"] if v["name"] == mount["name"]]
            source = "-"
            if "configMap" in volume:
                source = str(self._files(mount["name"], self._data(
                    one(resources, "ConfigMap", volume["configMap"]["name"]))))
            elif "secret" in volume:
                data = self._data(one(resources, "Secret", volume["secret"]["secretName"]))
                paths = {item["path"]: data[item["key"]] for item in volume["secret"]["items"]}
                source = str(self._files(mount["name"], paths, volume["secret"]["defaultMode"]))
            kind = "empty" if source == "-" else "files"
            lines.append("\t".join([kind, mount["mountPath"], source, data_size]))
        volumes = folder / "volumes"
        volumes.write_text("\n".join(lines) + "\n")
        self.out, self.errors = folder / "out", folder / "errors"
        user = str(USER if self.is_root else 0)
        own = [] if self.is_root else ["--user", "--map-root-user"]
        words = self.container["command"] + self.container["args"]
        with self.out.open("w") as out, self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                ["unshare", *own, "--net", "--mount", "--pid", "--fork", "--kill-child", "bash",
                 "-c", POD, "pod", str(root), str(volumes), self.ADDRESS, user, *words],
                stdout=out, stderr=errors, stdin=subprocess.DEVNULL,
                env={"PATH": os.environ["PATH"], "BROWNOUT": str(BROWNOUT)})

    @staticmethod
    def _data(resource: Resource) -> dict[str, str]:
        return resource.get("data") or resource["stringData"]

    def _files(self, name: str, data: dict[str, str], mode: int = 0o644) -> pathlib.Path:
        place = self.folder / f"volume-{name}"
        place.mkdir()
        self.put(name, data, mode)
        return place

    def put(self, name: str, data: dict[str, str], mode: int = 0o644) -> None:
        """Writes a volume's files as the kubelet does: anew, and then one link is replaced."""
        place = self.folder / f"volume-{name}"
        inside = pathlib.Path(tempfile.mkdtemp(prefix="..at-", dir=place))
        inside.chmod(0o755)
        for key, text in data.items():
            (inside / key).write_text(text)
            (inside / key).chmod(mode)
            if self.is_root:
                os.chown(inside / key, 0, self.spec["securityContext"]["fsGroup"])
            if not (place / key).is_symlink():
                (place / key).symlink_to(f"..data/{key}")
        (place / "..new").symlink_to(inside.name)
        (place / "..new").replace(place / "..data")

    @property
    def pid(self) -> int:
        """The server's process; it is the pod's first."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return int(children.read_text().split()[0])

    def run(self, *words: str, timeout: float = 20) -> subprocess.CompletedProcess[str]:
        """Runs a command in the pod, as `kubectl exec` and probes do."""
        enter = ["nsenter", "--target", str(self.pid)]
        enter += ["--net", "--mount", "--pid", "--root", "--wd"]
        if self.is_root:
            enter += ["--setuid", str(USER), "--setgid", str(USER)]
        else:
            enter += ["--user", "--preserve-credentials"]
        return subprocess.run([*enter, *words], capture_output=True, text=True, timeout=timeout)

    def ask(self, url: str, *options: str) -> tuple[int, str]:
        """The status and the body of an answer; status 0 where there was none."""
        answer = self.run("curl", "-sS", "-m", "10", "-w", "\n%{http_code}", *options, url)
        body, _, status = answer.stdout.rpartition("\n")
        return int(status or 0), body or answer.stderr

    def chat(self, *options: str, address: str = ADDRESS) -> tuple[int, str]:
        """What a client in another pod would be answered."""
        question = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}
        return self.ask(
            f"http://{address}:8787/openai/v1/chat/completions", "-H", "Authorization: Bearer sk-a",
            "-H", "Content-Type: application/json", "-d", json.dumps(question), *options)

    def probe(self, name: str) -> subprocess.CompletedProcess[str]:
        """Runs the command of a probe."""
        return self.run(*self.container[name]["exec"]["command"])

    def wait(self) -> "Pod":
        """Returns once the readiness probe succeeds."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            assert self.process.poll() is None, self.errors.read_text()
            try:
                if self.probe("readinessProbe").returncode == 0:
                    return self
            except (IndexError, FileNotFoundError):
                pass
            time.sleep(0.05)
        raise AssertionError(f"not ready: {self.errors.read_text()}")

    def stop(self) -> tuple[int, float]:
        """Sends SIGTERM; the exit code and the seconds it took."""
        if self.process.poll() is not None:
            return self.process.returncode, 0
        begin = time.monotonic()
        os.kill(self.pid, signal.SIGTERM)
        try:
            return self.process.wait(30), time.monotonic() - begin
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
