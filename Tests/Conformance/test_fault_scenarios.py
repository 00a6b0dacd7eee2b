"""Every fault of the catalogue has a scenario of its own, named after it."""
import itertools

import pytest

from catalogue import FAULTS, catalogue, faults_of
from kit import brownout

WRITTEN = sorted(path.stem for path in FAULTS.glob("*.yaml"))


def test_every_fault_has_a_scenario_and_every_scenario_a_fault():
    assert WRITTEN == sorted(catalogue())


@pytest.mark.parametrize("name", WRITTEN)
def test_a_scenario_shows_the_fault_that_it_is_named_after(name):
    path = FAULTS / f"{name}.yaml"
    checked = brownout("check", path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert faults_of(path.read_text()) == {name}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_scenario_opens_with_its_lesson(name):
    lines = (FAULTS / f"{name}.yaml").read_text().splitlines()
    comment = list(itertools.takewhile(lambda line: line.startswith("#"), lines))
    assert 3 <= len(comment) <= 8
    assert comment[0].endswith((".", "?")) and comment[1] == "#"
    assert max(map(len, lines)) <= 100
