"""Structured output, refusals and log probabilities, as the official SDKs see them."""
import datetime
import enum
import ipaddress
import json
import math
import uuid
from typing import Annotated, Literal, Optional, Union

import anthropic
import jsonschema
import pydantic
import pytest

from kit import chat_body
from sdks import ANTHROPIC_MAJOR, MODEL

QUESTIONS = 12

REFUSES = """scenario: declined
reply: {refusal: I cannot help with that.}
"""


@pytest.fixture
def server(serve):
    return serve()


# JSON Schema

SCHEMAS = {
    "recursion by a reference": {
        "$defs": {"node": {
            "type": "object",
            "properties": {"value": {"type": "integer"},
                           "next": {"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}},
            "required": ["value", "next"], "additionalProperties": False}},
        "$ref": "#/$defs/node"},
    "recursion to the root": {
        "type": "object",
        "properties": {"name": {"type": "string"},
                       "children": {"type": "array", "items": {"$ref": "#"}}},
        "required": ["name", "children"], "additionalProperties": False},
    "two that refer to each other": {
        "$defs": {"a": {"type": "object", "properties": {"b": {"$ref": "#/$defs/b"}},
                        "required": ["b"]},
                  "b": {"type": "object",
                        "properties": {"a": {"anyOf": [{"$ref": "#/$defs/a"},
                                                       {"type": "null"}]}},
                        "required": ["a"]}},
        "$ref": "#/$defs/a"},
    "alternatives": {
        "type": "object",
        "properties": {"x": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
                       "y": {"oneOf": [{"type": "number"}, {"type": "integer"}]},
                       "z": {"oneOf": [
                           {"type": "integer", "multipleOf": 3, "minimum": 0, "maximum": 60},
                           {"type": "integer", "multipleOf": 5, "minimum": 0, "maximum": 60}]}},
        "required": ["x", "y", "z"]},
    "parts that add up": {
        "allOf": [
            {"type": "object", "properties": {"a": {"type": "integer", "minimum": 3}},
             "required": ["a"]},
            {"type": "object", "properties": {"a": {"maximum": 5}, "b": {"type": "string"}},
             "required": ["b"]}]},
    "values": {
        "type": "object",
        "properties": {"colour": {"enum": ["red", "green", None, 4]}, "kind": {"const": "x"},
                       "deep": {"const": {"a": [1, {"b": None}]}},
                       "text": {"type": "string", "enum": ["a", 1]}},
        "required": ["colour", "kind", "deep", "text"]},
    "formats": {
        "type": "object",
        "properties": {name: {"type": "string", "format": name} for name in (
            "date-time", "date", "time", "email", "uuid", "uri", "ipv4", "ipv6", "hostname",
            "regex", "json-pointer", "duration")},
        "required": ["date-time", "date", "time", "email", "uuid", "uri", "ipv4", "ipv6"]},
    "numbers": {
        "type": "object",
        "properties": {
            "a": {"type": "integer", "minimum": 10, "maximum": 12},
            "b": {"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 3},
            "c": {"type": "number", "multipleOf": 0.01, "minimum": 0, "maximum": 1},
            "d": {"type": "number", "exclusiveMinimum": 0, "maximum": 0.001},
            "e": {"type": "integer", "multipleOf": 7, "minimum": -100, "maximum": -90},
            "f": {"type": "number", "minimum": -1.5, "maximum": -1.25}},
        "required": ["a", "b", "c", "d", "e", "f"]},
    "strings": {
        "type": "object",
        "properties": {
            "short": {"type": "string", "maxLength": 2},
            "long": {"type": "string", "minLength": 100},
            "exact": {"type": "string", "minLength": 7, "maxLength": 7}},
        "required": ["short", "long", "exact"]},
    "patterns": {
        "type": "object",
        "properties": {f"p{number}": {"type": "string", "pattern": pattern}
                       for number, pattern in enumerate([
                           r"^[A-Z]{2}-\d{4}$", r"^(red|green|blue)$", r"\d+", r"^\S+@\S+\.\w+$",
                           r"^#[0-9a-fA-F]{6}$", r"^v\d+(\.\d+){2}$", r"^(?:ab?c*){2,3}$",
                           r"^[^\s]{4}$", r"^(?=.*\d)[a-z\d]{6,8}$", r"^\+?[1-9]\d{6,14}$",
                           r"^(?!x)[w-z]{3}$"])},
        "required": [f"p{number}" for number in range(11)]},
    "a pattern of a length": {
        "type": "object",
        "properties": {"code": {"type": "string", "pattern": "^[a-z_]+$", "minLength": 20,
                                "maxLength": 24}},
        "required": ["code"]},
    "lists": {
        "type": "object",
        "properties": {
            "few": {"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 4},
            "none": {"type": "array", "items": {}, "maxItems": 0},
            "distinct": {"type": "array", "items": {"enum": [1, 2, 3]}, "uniqueItems": True,
                         "minItems": 3},
            "pair": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "number"}],
                     "items": False, "minItems": 2},
            "with": {"type": "array", "contains": {"const": 7}, "items": {"type": "integer"}}},
        "required": ["few", "none", "distinct", "pair", "with"]},
    "mappings": {
        "type": "object",
        "properties": {
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
            "some": {"type": "object", "minProperties": 3,
                     "additionalProperties": {"type": "string"}},
            "headers": {"type": "object", "patternProperties": {"^x-[a-z]+$": {"type": "string"}},
                        "additionalProperties": False, "minProperties": 1},
            "codes": {"type": "object", "propertyNames": {"pattern": "^[A-Z]{3}$"},
                      "minProperties": 1}},
        "required": ["counts", "some", "headers", "codes"]},
    "conditions": {
        "type": "object",
        "properties": {"kind": {"enum": ["card", "cash"]}, "number": {"type": "string"}},
        "required": ["kind"], "additionalProperties": False,
        "if": {"properties": {"kind": {"const": "card"}}}, "then": {"required": ["number"]},
        "not": {"properties": {"kind": {"const": "cash"}, "number": {"minLength": 30}},
                "required": ["kind", "number"]}},
}


def fits(value, schema):
    jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER).validate(value)


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_is_said_fits_its_schema(server, name):
    schema = SCHEMAS[name]
    for number in range(QUESTIONS):
        _, _, body = server.chat(f"question {number}", response_format={
            "type": "json_schema", "json_schema": {"name": "answer", "schema": schema}})
        choice, = json.loads(body)["choices"]
        assert choice["finish_reason"] == "stop"
        fits(json.loads(choice["message"]["content"]), schema)


@pytest.mark.parametrize("name", SCHEMAS)
def test_arguments_of_tools_fit_their_schema(server, name):
    schema = {"type": "object", "properties": {"x": SCHEMAS[name]}, "required": ["x"]}
    # References are to the root of the tool's own schema.
    schema |= {"$defs": SCHEMAS[name].get("$defs", {})}
    for number in range(QUESTIONS):
        _, _, body = server.chat(f"question {number}", tools=[
            {"type": "function", "function": {"name": "f", "parameters": schema}}])
        call, = json.loads(body)["choices"][0]["message"]["tool_calls"]
        fits(json.loads(call["function"]["arguments"]), schema)
        _, _, body = server.message(f"question {number}", tools=[
            {"name": "f", "input_schema": schema}])
        block = next(block for block in json.loads(body)["content"] if block["type"] == "tool_use")
        fits(block["input"], schema)


def test_a_schema_without_an_end_comes_to_one(server):
    endless = {"type": "object", "properties": {"n": {"$ref": "#"}}, "required": ["n"]}
    status, _, body = server.chat(response_format={
        "type": "json_schema", "json_schema": {"name": "answer", "schema": endless}})
    assert status == 200 and len(body) < 100_000


def test_a_pattern_beyond_us_gets_words(server):
    schema = {"type": "object", "required": ["x"],
              "properties": {"x": {"type": "string", "pattern": r"^(a)\1$"}}}
    _, _, body = server.chat(response_format={
        "type": "json_schema", "json_schema": {"name": "answer", "schema": schema}})
    assert json.loads(json.loads(body)["choices"][0]["message"]["content"])["x"].isalpha()


# Models of pydantic

class Colour(enum.Enum):
    RED = "red"
    GREEN = "green"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Address(pydantic.BaseModel):
    street: str
    zip: str = pydantic.Field(pattern=r"^\d{5}$")


class Node(pydantic.BaseModel):
    value: int
    children: list["Node"]
    parent: Optional["Node"]


class Cat(pydantic.BaseModel):
    kind: Literal["cat"]
    lives: int = pydantic.Field(ge=1, le=9)


class Dog(pydantic.BaseModel):
    kind: Literal["dog"]
    name: str


class Constrained(pydantic.BaseModel):
    age: int = pydantic.Field(ge=0, lt=130)
    share: float = pydantic.Field(gt=0, le=1)
    step: int = pydantic.Field(multiple_of=5)
    code: Annotated[str, pydantic.StringConstraints(
        min_length=3, max_length=5, pattern=r"^[A-Z]+$")]
    tags: list[str] = pydantic.Field(min_length=2, max_length=3)


class Everything(pydantic.BaseModel):
    text: str
    count: int
    share: float
    flag: bool
    maybe: Optional[int]
    either: Union[int, str]
    fixed: Literal["a", "b", 3]
    colour: Colour
    level: Level
    home: Address
    others: list[Address]
    pet: Union[Cat, Dog]
    limits: Constrained


class Formats(pydantic.BaseModel):
    at: datetime.datetime
    day: datetime.date
    hour: datetime.time
    took: datetime.timedelta
    identity: uuid.UUID
    address: ipaddress.IPv4Address
    other: ipaddress.IPv6Address
    page: pydantic.AnyUrl


class Tagged(pydantic.BaseModel):
    pet: Annotated[Union[Cat, Dog], pydantic.Field(discriminator="kind")]


PARSED = [Address, Node, Constrained, Everything, Formats]


def messages(number):
    return [{"role": "user", "content": f"question {number}"}]


@pytest.mark.parametrize("model", PARSED)
def test_the_parse_helper_gets_its_model(connect, server, model):
    client = connect("openai", server)
    for number in range(QUESTIONS):
        answer = client.result(client.sdk.chat.completions.parse(
            model=MODEL["openai"], messages=messages(number), response_format=model))
        assert isinstance(answer.choices[0].message.parsed, model)


@pytest.mark.parametrize("model", PARSED)
def test_the_stream_helper_gets_its_model(connect, server, model):
    client = connect("openai", server)
    manager = client.sdk.chat.completions.stream(
        model=MODEL["openai"], messages=messages(1), response_format=model)
    items, completion = client.runner.managed(manager, "get_final_completion")
    assert isinstance(completion.choices[0].message.parsed, model)
    done, = [item for item in items if item.type == "content.done"]
    assert isinstance(done.parsed, model)


@pytest.mark.parametrize("model", [*PARSED, Tagged])
def test_a_models_own_schema_is_met(server, model):
    for number in range(QUESTIONS):
        _, _, body = server.chat(f"question {number}", response_format={
            "type": "json_schema",
            "json_schema": {"name": "answer", "schema": model.model_json_schema()}})
        model.model_validate_json(json.loads(body)["choices"][0]["message"]["content"])


@pytest.mark.skipif(not hasattr(anthropic.resources.Messages, "parse"),
                    reason="this SDK has no parse helper")
@pytest.mark.parametrize("model", [Address, Constrained, Everything])
def test_anthropics_parse_helper_gets_its_model(connect, server, model):
    if model is Everything and ANTHROPIC_MAJOR < 2:
        pytest.skip("this SDK refuses the schema before it asks")
    client = connect("anthropic", server)
    for number in range(QUESTIONS):
        answer = client.result(client.sdk.messages.parse(
            model=MODEL["anthropic"], max_tokens=4096, messages=messages(number),
            output_format=model))
        assert isinstance(answer.parsed_output, model)


def test_a_json_object_is_one(connect, server):
    client = connect("openai", server)
    answer = client.ask("Answer in JSON.", response_format={"type": "json_object"})
    assert isinstance(json.loads(client.text(answer)), dict)


# Refusals

def test_a_refusal_is_one(serve, connect):
    client = connect("openai", serve(REFUSES))
    choice, = client.ask().choices
    assert (choice.finish_reason, choice.message.content) == ("stop", None)
    assert choice.message.refusal == "I cannot help with that."
    deltas = [choice.delta for chunk in client.stream().items for choice in chunk.choices]
    assert "".join(delta.refusal or "" for delta in deltas) == choice.message.refusal
    assert not "".join(delta.content or "" for delta in deltas)


def test_the_helpers_see_a_refusal(serve, connect):
    client = connect("openai", serve(REFUSES))
    arguments = {"model": MODEL["openai"], "messages": messages(1), "response_format": Address}
    message = client.result(client.sdk.chat.completions.parse(**arguments)).choices[0].message
    assert (message.parsed, message.refusal) == (None, "I cannot help with that.")
    items, completion = client.runner.managed(
        client.sdk.chat.completions.stream(**arguments), "get_final_completion")
    assert completion.choices[0].message.refusal == "I cannot help with that."
    assert {"refusal.delta", "refusal.done"} <= {item.type for item in items}


def test_anthropic_stops_with_a_refusal(serve, connect):
    client = connect("anthropic", serve(REFUSES))
    answer = client.ask()
    assert (answer.stop_reason, client.text(answer)) == ("refusal", "I cannot help with that.")
    _, message = client.runner.managed(
        client.sdk.messages.stream(model=MODEL["anthropic"], max_tokens=64, messages=messages(1)),
        "get_final_message")
    assert message.stop_reason == "refusal"


# Log probabilities

@pytest.mark.parametrize("count", [0, 1, 5, 20])
def test_log_probabilities_are_a_distribution(connect, server, count):
    client = connect("openai", server)
    choice, = client.ask(logprobs=True, top_logprobs=count).choices
    assert "".join(token.token for token in choice.logprobs.content) == choice.message.content
    for token in choice.logprobs.content:
        odds = [other.logprob for other in token.top_logprobs]
        assert token.logprob <= 0 and bytes(token.bytes).decode() == token.token
        assert len(odds) == count and odds == sorted(odds, reverse=True)
        assert sum(map(math.exp, odds)) <= 1
        assert count == 0 or token.token in [other.token for other in token.top_logprobs]


def test_streamed_log_probabilities_are_the_plain_ones(connect, server):
    client = connect("openai", server)
    plain = client.ask("odds", logprobs=True, top_logprobs=3, n=2)
    streamed = {0: [], 1: []}
    for chunk in client.stream("odds", logprobs=True, top_logprobs=3, n=2).items:
        for choice in chunk.choices:
            if choice.logprobs:
                streamed[choice.index] += choice.logprobs.content
    assert [streamed[choice.index] for choice in plain.choices] == [
        choice.logprobs.content for choice in plain.choices]
    _, completion = client.runner.managed(
        client.sdk.chat.completions.stream(
            model=MODEL["openai"], messages=[{"role": "user", "content": "odds"}], logprobs=True,
            top_logprobs=3), "get_final_completion")
    assert completion.choices[0].logprobs.content == client.ask(
        "odds", logprobs=True, top_logprobs=3).choices[0].logprobs.content


def test_without_the_wish_there_are_none(server):
    _, _, body = server.post("/v1/chat/completions", chat_body("hello"))
    assert json.loads(body)["choices"][0]["logprobs"] is None
