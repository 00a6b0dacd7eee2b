"""The JSON Schema that editors get: it fits every scenario that is right, and of a wrong one it
says which word is wrong, and where."""
import json
import pathlib

import jsonschema
import pytest
import yaml
from jsonschema.exceptions import best_match

from kit import ROOT, SCENARIOS, brownout
from wrong_words import WRONG, Wrong, read

SHIPPED = sorted(SCENARIOS.rglob("*.yaml"))
BROKEN = sorted((ROOT / "Tests" / "BrownoutScenariosTests" / "Broken").glob("*.yaml"))
# What a schema cannot know: sums, names, order, and what is written twice.
LEAST_REFUSED = 120


@pytest.fixture(scope="module")
def schema() -> dict:
    printed = brownout("schema")
    assert printed.returncode == 0, printed.stderr
    return json.loads(printed.stdout)


@pytest.fixture(scope="module")
def validator(schema: dict) -> jsonschema.protocols.Validator:
    cls = jsonschema.validators.validator_for(schema)
    cls.check_schema(schema)
    return cls(schema)


def test_it_has_a_name_and_a_version_of_json_schema(schema: dict) -> None:
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"].startswith("urn:") and schema["title"] and schema["description"]


@pytest.mark.parametrize(
    "path", SHIPPED, ids=lambda path: path.relative_to(SCENARIOS).as_posix())
def test_a_shipped_scenario_is_valid(
        validator: jsonschema.protocols.Validator, path: pathlib.Path) -> None:
    validator.validate(read(path.read_text()))


def test_most_of_what_check_refuses_is_not(validator: jsonschema.protocols.Validator) -> None:
    refused = 0
    for path in BROKEN:
        try:
            refused += not validator.is_valid(read(path.read_text()))
        except (yaml.YAMLError, UnicodeDecodeError, TypeError, RecursionError):
            continue  # No YAML that an editor could hold against a schema.
    assert refused >= LEAST_REFUSED


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_named(validator: jsonschema.protocols.Validator, wrong: Wrong) -> None:
    errors = list(validator.iter_errors(read(wrong.text)))
    assert errors, "it is valid"
    best = best_match(errors)
    assert best.json_path == wrong.path and wrong.names in best.message
    # No error is one of an outer alternative, whose own errors would say more.
    assert not [error.message for error in errors if error.context and error.path != best.path]


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_refused_by_check_too(wrong: Wrong, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(wrong.text)
    checked = brownout("check", path)
    assert checked.returncode == 1, checked.stdout


@pytest.mark.parametrize("wrong", [
    {}, [], {"scenario": "x", "rules": [{"fault": "overloaded"}]},
    {"scenario": "x", "rules": [{"name": "a"}]}, {"scenario": "x", "limits": [{"name": "a"}]}])
def test_what_lacks_something_is_not_valid(
        validator: jsonschema.protocols.Validator, wrong: object) -> None:
    assert not validator.is_valid(wrong)


def test_an_editor_finds_a_meaning_for_every_key_and_word(schema: dict) -> None:
    keys = words = 0
    for mapping in [schema, *schema["$defs"].values()]:
        for name, key in mapping.get("properties", {}).items():
            assert key["description"].endswith("."), name
            keys += 1
        if "enumDescriptions" in mapping:
            assert len(mapping["enumDescriptions"]) == len(mapping["enum"])
            words += len(mapping["enum"])
    assert keys > 200 and words > 200


def test_the_help_has_the_line_that_editors_look_for() -> None:
    shown = brownout("schema", "--help")
    assert "# yaml-language-server: $schema=" in shown.stdout
