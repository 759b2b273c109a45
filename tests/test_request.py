"""What may be asked: every field's limits, and the words a fault is told in."""

from __future__ import annotations

import math
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sparkloom.errors import InvalidRequestError
from sparkloom.request import (
    EDITORS,
    MAX_PROMPT_CHARACTERS,
    MAX_SEED,
    MODES,
    Mode,
    PromptRequest,
    request_schema,
)

# A GIF of one pixel.
PIXEL = (
    "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
)  # fmt: skip

WIRE_NAMES = {
    "mode",
    "prompt",
    "modelId",
    "assetIds",
    "images",
    "image",
    "numResults",
    "ensureIPCleared",
    "seed",
    "temperature",
    "topP",
}


def fault_of(values: object) -> InvalidRequestError:
    with pytest.raises(InvalidRequestError) as caught:
        PromptRequest.parse(values)
    return caught.value


def field_of(values: object) -> str:
    """The field that a faulty request is refused for."""
    fault = fault_of(values)
    assert fault.details["faults"][0]["field"] == fault.details["field"]
    assert fault.reason.startswith(f"{fault.details['field']}: ")
    return str(fault.details["field"])


def test_an_empty_request_has_the_defaults() -> None:
    assert PromptRequest.parse({}).model_dump(exclude_none=True) == {
        "num_results": 1,
        "ensure_ip_cleared": False,
    }


@pytest.mark.parametrize("values", [None, [], "prompt", 3, True, [("prompt", "fox")]])
def test_a_body_that_is_no_object_is_refused(values: object) -> None:
    assert field_of(values) == "body"


@pytest.mark.parametrize("name", sorted(WIRE_NAMES))
def test_null_is_left_out(name: str) -> None:
    assert PromptRequest.parse({name: None}) == PromptRequest.parse({})


@pytest.mark.parametrize(
    ("wire", "python", "value"),
    [
        ("modelId", "model_id", "flux-kontext"),
        ("assetIds", "asset_ids", ["asset_1"]),
        ("numResults", "num_results", 4),
        ("ensureIPCleared", "ensure_ip_cleared", True),
        ("topP", "top_p", 0.5),
    ],
)
def test_a_field_has_a_name_in_camel_case_and_one_in_snake_case(
    wire: str, python: str, value: object
) -> None:
    request = PromptRequest.parse({wire: value})
    assert request == PromptRequest.parse({python: value})
    assert getattr(request, python) == value
    assert request.model_dump(by_alias=True)[wire] == value


@pytest.mark.parametrize(
    ("python", "wire", "value"),
    [("num_results", "numResults", 6), ("top_p", "topP", 0), ("asset_ids", "assetIds", "a")],
)
def test_a_fault_names_the_field_as_the_wire_does(python: str, wire: str, value: object) -> None:
    assert field_of({python: value}) == wire


@pytest.mark.parametrize("name", ["promt", "PROMPT", "ensureIpCleared", "model id", ""])
def test_an_unknown_field_is_refused_by_name(name: str) -> None:
    fault = fault_of({"prompt": "fox", name: "x"})
    assert fault.details["field"] == name
    assert fault.reason == f"{name}: is not a field of this request"


def test_the_name_of_an_unknown_field_is_told_shortened() -> None:
    assert field_of({"x" * 5000: 1}) == "x" * 200


def test_every_fault_is_told() -> None:
    fault = fault_of({"numResults": 9, "topP": 2, "assetIds": ["a", 1, 2], "colour": "red"})
    assert [entry["field"] for entry in fault.details["faults"]] == [
        "assetIds[1]",
        "assetIds[2]",
        "numResults",
        "topP",
        "colour",
    ]
    assert all(entry["fault"] for entry in fault.details["faults"])


def test_a_request_cannot_be_changed() -> None:
    request = PromptRequest.parse({"prompt": "fox"})
    with pytest.raises(ValueError, match="frozen"):
        request.prompt = "wolf"  # type: ignore[misc]


# mode


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_is_accepted(mode: Mode) -> None:
    assert PromptRequest.parse({"mode": mode, "image": PIXEL}).mode == mode


def test_the_old_name_of_image_editing_is_accepted() -> None:
    request = PromptRequest.parse({"mode": "image-editing-prompt", "image": "asset_1"})
    assert request.mode == "image-editing"


@pytest.mark.parametrize("mode", ["", "Completion", "contextual-v3", 1, True, [], {}])
def test_an_unknown_mode_is_refused_with_the_known_ones(mode: object) -> None:
    fault = fault_of({"mode": mode})
    assert fault.details["field"] == "mode"
    assert all(known in fault.reason for known in get_args(Mode))


# prompt


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "two\nlines",
        "tab\tstop",
        "carriage\r\nreturn",
        "__wildcard__ <lora:ink:0.8> (fox:1.2)",
        "लोमड़ी 狐 \u200d\u202e\ufeff\u2028",
        "🦊" * MAX_PROMPT_CHARACTERS,
    ],
    ids=["empty", "newline", "tab", "return", "markup", "scripts", "10,000 emoji"],
)
def test_a_prompt_is_kept_to_the_letter(prompt: str) -> None:
    assert PromptRequest.parse({"prompt": prompt}).prompt == prompt


def test_a_prompt_of_10001_characters_is_refused() -> None:
    assert field_of({"prompt": "x" * (MAX_PROMPT_CHARACTERS + 1)}) == "prompt"


@pytest.mark.parametrize("value", [1, 1.5, True, b"fox", ["fox"], {"text": "fox"}])
@pytest.mark.parametrize("name", ["prompt", "modelId", "image"])
def test_a_text_must_be_a_string(name: str, value: object) -> None:
    assert field_of({name: value}) == name


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\ud83e", chr(0xDD8A)],
    ids=["null", "bell", "vertical tab", "escape", "delete", "C1", "high", "low"],
)
@pytest.mark.parametrize(
    ("name", "field"), [("prompt", "prompt"), ("modelId", "modelId"), ("assetIds", "assetIds[0]")]
)
def test_a_control_character_or_lone_surrogate_is_refused(
    name: str, field: str, character: str
) -> None:
    text = f"fox{character}den"
    fault = fault_of({name: [text] if name == "assetIds" else text})
    assert fault.details["field"] == field
    fault.reason.encode()  # can be sent


def test_a_lone_surrogate_in_a_field_name_can_be_answered() -> None:
    fault_of({"fox\ud83e": 1}).reason.encode()


@pytest.mark.parametrize("prompt", [None, "", " \n\t"])
def test_a_blank_prompt_is_no_spark(prompt: str | None) -> None:
    assert PromptRequest.parse({"prompt": prompt}).spark == ""


def test_a_spark_keeps_the_space_around_it() -> None:
    assert PromptRequest.parse({"prompt": " a fox, "}).spark == " a fox, "


# numbers


@pytest.mark.parametrize("name", ["numResults", "seed", "temperature", "topP"])
@pytest.mark.parametrize(
    "value", [math.nan, math.inf, -math.inf, True, False, "1", "", [1], {}, b"1", 10**400]
)
def test_what_is_no_finite_number_is_refused(name: str, value: object) -> None:
    assert field_of({name: value}) == name


@pytest.mark.parametrize("name", ["numResults", "seed"])
def test_a_fraction_is_no_whole_number(name: str) -> None:
    fault = fault_of({name: 2.5})
    assert fault.reason == f"{name}: must be a whole number"


@pytest.mark.parametrize(("name", "python"), [("numResults", "num_results"), ("seed", "seed")])
def test_three_may_be_written_with_a_decimal_point(name: str, python: str) -> None:
    value = getattr(PromptRequest.parse({name: 3.0}), python)
    assert (value, type(value)) == (3, int)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("numResults", 1),
        ("numResults", 5),
        ("seed", -MAX_SEED),
        ("seed", 0),
        ("seed", MAX_SEED),
        ("temperature", 0),
        ("temperature", 2),
        ("topP", 1e-9),
        ("topP", 1),
    ],
)
def test_a_number_at_its_limit_is_accepted(name: str, value: float) -> None:
    assert PromptRequest.parse({name: value}).model_dump(by_alias=True)[name] == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("numResults", 0),
        ("numResults", 6),
        ("numResults", -1),
        ("seed", -MAX_SEED - 1),
        ("seed", MAX_SEED + 1),
        ("temperature", -1e-9),
        ("temperature", 2.001),
        ("topP", 0),
        ("topP", 1.001),
    ],
)
def test_a_number_past_its_limit_is_refused(name: str, value: float) -> None:
    assert field_of({name: value}) == name


@pytest.mark.parametrize("value", [0, 1, 1.0, "true", "", []])
def test_only_a_bool_switches_clearing(value: object) -> None:
    assert field_of({"ensureIPCleared": value}) == "ensureIPCleared"


# ids and references


@pytest.mark.parametrize(("length", "accepted"), [(0, False), (1, True), (200, True), (201, False)])
def test_an_id_has_1_to_200_characters(length: int, accepted: bool) -> None:
    text = "x" * length
    if accepted:
        request = PromptRequest.parse({"modelId": text, "assetIds": [text]})
        assert (request.model_id, request.asset_ids) == (text, [text])
    else:
        assert field_of({"modelId": text}) == "modelId"
        assert field_of({"assetIds": ["a", text]}) == "assetIds[1]"


@pytest.mark.parametrize("value", ["asset_1", 1, True, {"0": "asset_1"}])
@pytest.mark.parametrize("name", ["assetIds", "images"])
def test_a_list_must_be_a_list(name: str, value: object) -> None:
    assert field_of({name: value}) == name


@pytest.mark.parametrize("value", [None, 1, True, ["asset_1"]])
@pytest.mark.parametrize("name", ["assetIds", "images"])
def test_a_list_holds_only_strings(name: str, value: object) -> None:
    assert field_of({name: ["asset_1", value]}) == f"{name}[1]"


@pytest.mark.parametrize(
    "reference", ["", "/etc/passwd", "https://example.com/a.png", "data:image/png;base64,!"]
)
def test_a_faulty_reference_is_refused_where_it_stands(reference: str) -> None:
    assert field_of({"images": [PIXEL, reference]}) == "images[1]"
    assert field_of({"image": reference}) == "image"


def test_a_malformed_image_is_refused_in_every_mode() -> None:
    assert field_of({"mode": "completion", "image": "../a.png"}) == "image"


def test_references_are_images_first_and_each_once() -> None:
    request = PromptRequest.parse({"assetIds": ["b", "a", "c", "c"], "images": [PIXEL, "a"]})
    assert request.references == [PIXEL, "a", "b", "c"]


@pytest.mark.parametrize(
    ("mode", "most"),
    [(mode, 15 if mode == "contextual-v2" else 5) for mode in (None, *MODES)],
)
def test_references_are_capped(mode: Mode | None, most: int) -> None:
    ids = [f"asset_{number}" for number in range(most + 1)]
    body: dict[str, Any] = {"mode": mode, "image": PIXEL}
    assert len(PromptRequest.parse({**body, "images": ids[:most]}).references) == most
    fault = fault_of({**body, "images": ids})
    assert fault.details["field"] == "images"
    assert f"takes at most {most}" in fault.reason


@pytest.mark.parametrize(("mode", "most"), [("structured", 5), ("contextual-v2", 15)])
def test_images_and_assets_are_capped_together(mode: str, most: int) -> None:
    ids = [f"asset_{number}" for number in range(most + 1)]
    shared = {"mode": mode, "images": ids[:3], "assetIds": ids[1:most]}
    assert PromptRequest.parse(shared).references == ids[:most]
    assert field_of({"mode": mode, "images": ids[:3], "assetIds": ids[3:]}) == "images"
    assert field_of({"mode": mode, "assetIds": ids}) == "images"


def test_image_editing_ignores_assets() -> None:
    ids = [f"asset_{number}" for number in range(9)]
    request = PromptRequest.parse(
        {"mode": "image-editing", "image": PIXEL, "images": ["b"], "assetIds": ids}
    )
    assert request.references == ["b"]


@pytest.mark.parametrize("mode", ["image-editing", "image-editing-prompt"])
def test_image_editing_needs_an_image(mode: str) -> None:
    assert field_of({"mode": mode, "prompt": "add rain"}) == "image"


@pytest.mark.parametrize("editor", EDITORS)
def test_image_editing_knows_its_editors(editor: str) -> None:
    request = PromptRequest.parse({"mode": "image-editing", "image": PIXEL, "modelId": editor})
    assert request.model_id == editor


def test_image_editing_refuses_another_model_with_the_list_of_editors() -> None:
    fault = fault_of({"mode": "image-editing", "image": PIXEL, "modelId": "flux-dev"})
    assert fault.details["field"] == "modelId"
    assert all(editor in fault.reason for editor in EDITORS)


def test_other_modes_take_any_model() -> None:
    assert PromptRequest.parse({"mode": "completion", "modelId": "flux-dev"}).model_id == "flux-dev"


# schema and wire


def test_the_schema_has_the_fields_of_the_contract_and_two_more() -> None:
    schema = request_schema()
    assert set(schema["properties"]) == {*WIRE_NAMES, "engine", "length"}
    assert schema["additionalProperties"] is False
    assert "required" not in schema


def test_the_schema_offers_no_null() -> None:
    for field in request_schema()["properties"].values():
        assert "anyOf" not in field
        assert field["type"] in ("string", "array", "integer", "number", "boolean")
        assert field.get("default", ...) is not None
        assert field["description"]


def test_the_schema_tells_defaults_and_choices() -> None:
    fields = request_schema()["properties"]
    defaults = {name: field["default"] for name, field in fields.items() if "default" in field}
    assert defaults == {"numResults": 1, "ensureIPCleared": False}
    assert fields["mode"]["enum"] == list(MODES)
    assert fields["prompt"]["maxLength"] == MAX_PROMPT_CHARACTERS
    assert fields["images"]["items"]["type"] == "string"


texts = st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\r\t"))
identifiers = texts.filter(lambda text: 1 <= len(text) <= 200)
references = st.just(PIXEL) | st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,199}\Z")
optional_fields = {
    "prompt": texts,
    "model_id": st.sampled_from(EDITORS),
    "asset_ids": st.lists(identifiers, max_size=2),
    "images": st.lists(references, max_size=3),
    "num_results": st.integers(1, 5) | st.sampled_from([1.0, 5.0]),
    "ensure_ip_cleared": st.booleans(),
    "seed": st.integers(-MAX_SEED, MAX_SEED),
    "temperature": st.floats(0, 2) | st.integers(0, 2),
    "top_p": st.floats(0, 1, exclude_min=True) | st.just(1),
}
requests = st.fixed_dictionaries(
    {"mode": st.none() | st.sampled_from((*MODES, "image-editing-prompt")), "image": references},
    optional={name: st.none() | values for name, values in optional_fields.items()},
)


@settings(deadline=None)
@given(requests)
def test_a_request_survives_the_wire(values: dict[str, Any]) -> None:
    request = PromptRequest.parse(values)
    wire = request.model_dump(by_alias=True, exclude_none=True)
    assert wire.keys() <= WIRE_NAMES
    assert PromptRequest.parse(wire) == request
    assert PromptRequest.model_validate_json(request.model_dump_json(by_alias=True)) == request
