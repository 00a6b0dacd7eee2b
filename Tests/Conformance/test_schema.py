"""The JSON Schema that editors get fits every scenario that is shipped, and not just anything."""
import json

import jsonschema
import pytest
import yaml

from kit import SCENARIOS, brownout

SHIPPED = sorted(SCENARIOS.glob("*.yaml"))


@pytest.fixture(scope="module")
def validator():
    printed = brownout("schema")
    assert printed.returncode == 0, printed.stderr
    schema = json.loads(printed.stdout)
    cls = jsonschema.validators.validator_for(schema)
    cls.check_schema(schema)
    return cls(schema)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scenario_is_valid(validator, path):
    validator.validate(yaml.safe_load(path.read_text()))


@pytest.mark.parametrize("wrong", [
    {}, {"scenario": "x", "rulez": []}, {"scenario": "x", "rules": [{"fault": "overloaded"}]},
    {"scenario": "x", "rules": [{"name": "a", "fault": "overloded"}]},
    {"scenario": "x", "rules": [{"name": "a", "fault": {"cut": "gently", "at": "event 1"}}]}])
def test_a_wrong_scenario_is_not(validator, wrong):
    assert not validator.is_valid(wrong)
