"""Writes what is in the binary as a CycloneDX document.

    python3 Packaging/sbom.py BROWNOUT > sbom.cdx.json

The Swift packages are those that the build resolved, with their edges; Swift's own libraries have
the compiler's version; Debian's libraries have those of the installed -dev packages, since their
archives are what was linked. Run it on the machine of the build.
"""
from __future__ import annotations

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import uuid
from datetime import datetime, timezone
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[1]
# The archives that Packaging/link puts in, by the packages that hold them.
DEBIAN = [
    "libsqlite3-dev", "libyaml-dev", "zlib1g-dev", "libzstd-dev", "libbrotli-dev",
    "libstdc++-12-dev"]
Record = dict[str, Any]


def run(*command: str) -> str:
    return subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.strip()


def swift_packages(tree: Record, found: dict[str, Record], edges: dict[str, set[str]]) -> str:
    """Adds a package and those that it depends on; returns its reference."""
    name, version = tree["identity"], tree["version"]
    owner = re.sub(r"^https://|\.git$", "", tree["url"]).rpartition("/")[0]
    reference = f"pkg:swift/{owner}/{name}@{version}"
    found[reference] = {
        "type": "library", "bom-ref": reference, "name": name, "version": version,
        "purl": reference,
        "externalReferences": [{"type": "vcs", "url": tree["url"]}]}
    edges.setdefault(reference, set()).update(
        swift_packages(below, found, edges) for below in tree["dependencies"])
    return reference


def debian_packages() -> list[Record]:
    found: list[Record] = []
    for name in DEBIAN:
        version, architecture = run(
            "dpkg-query", "-W", "-f", "${Version} ${Architecture}", name).split()
        reference = f"pkg:deb/debian/{name}@{version}?arch={architecture}"
        found.append({
            "type": "library", "bom-ref": reference, "name": name, "version": version,
            "purl": reference})
    return found


def main() -> None:
    binary = pathlib.Path(sys.argv[1]).resolve()
    version = run(str(binary), "--version")
    digest = hashlib.sha256(binary.read_bytes()).hexdigest()
    tree = json.loads(
        run("swift", "package", "--skip-update", "show-dependencies", "--format", "json"))
    packages: dict[str, Record] = {}
    edges: dict[str, set[str]] = {}
    direct = {swift_packages(below, packages, edges) for below in tree["dependencies"]}
    swift = re.search(r"Swift version (\S+)", run("swift", "--version"))
    if swift is None:
        sys.exit("error: `swift --version` names no version")
    runtime = {
        "type": "library", "bom-ref": f"swift@{swift[1]}", "name": "swift",
        "version": swift[1],
        "description": "Swift's runtime, standard library, Dispatch and Foundation, with ICU"}
    debian = debian_packages()
    subject = f"brownout@{version}"
    edges[subject] = direct | {runtime["bom-ref"]} | {c["bom-ref"] for c in debian}
    components = [*packages.values(), runtime, *debian]
    # The same binary and the same commit give the same document.
    seconds = int(os.environ.get("SOURCE_DATE_EPOCH") or run("git", "log", "-1", "--format=%ct"))
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, digest)}",
        "metadata": {
            "timestamp": datetime.fromtimestamp(seconds, timezone.utc).isoformat(),
            "component": {
                "type": "application", "bom-ref": subject, "name": "brownout",
                "version": version, "hashes": [{"alg": "SHA-256", "content": digest}],
                "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": sorted(components, key=lambda c: c["bom-ref"]),
        "dependencies": [
            {"ref": reference, "dependsOn": sorted(edges.get(reference, set()))}
            for reference in sorted([subject, *(c["bom-ref"] for c in components)])]}
    json.dump(document, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
