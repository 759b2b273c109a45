"""The public shelf: every file is whole, honest about itself, and easy to add to."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import ValidationError
from scenario_sdk.types.model_retrieve_response import Model

from sparkloom.catalog.profile import Input, Profile, model_types, profile_for, read_profile, shelf
from sparkloom.request import EDITORS

every_profile = pytest.mark.parametrize("profile", shelf().values(), ids=shelf())
TYPES = get_args(Model.model_fields["type"].annotation)

FILE = """
name = "Fox"
short_description = "Draws foxes."
capabilities = ["txt2img"]
prompt_guide = "Name the fox first."

[dialect]
form = "tags"
order = ["fox", "rest"]
negative_prompt = false
weighting = "none"
quotes = false
avoid = ["wolves"]

[dialect.length]
encoder = "Fox"
good = [10, 40]
most = 75

[[inputs]]
name = "prompt"
type = "string"
label = "Prompt"
max_length = 100
prompt = true
"""


def test_the_shelf_has_every_editor_and_the_well_known_families() -> None:
    assert set(EDITORS) <= set(shelf())
    assert all(shelf()[editor].editing for editor in EDITORS)
    families = ("sd-1.5", "sdxl", "pony", "illustrious", "flux-1-dev", "flux-2-dev", "qwen-image",
                "z-image", "imagen-4", "ideogram-3", "seedream-4", "midjourney-7")  # fmt: skip
    assert set(families) <= set(shelf())


@every_profile
def test_a_profile_is_of_a_type_that_the_wire_knows(profile: Profile) -> None:
    assert profile.type in TYPES
    assert set(profile.types) <= set(TYPES)


def test_no_two_profiles_claim_a_type() -> None:
    claimed = [name for profile in shelf().values() for name in profile.types]
    assert len(claimed) == len(set(claimed))


def test_every_type_of_image_model_has_a_profile() -> None:
    spoken = {name for profile in shelf().values() for name in profile.types}
    assert set(TYPES) - spoken == {"custom", "elevenlabs-voice"}


@every_profile
def test_a_guide_tells_an_example_that_keeps_its_own_rules(profile: Profile) -> None:
    assert 60 <= len(profile.prompt_guide.split()) <= 400
    _, found, example = profile.prompt_guide.partition("Example: ")
    assert found
    example = " ".join(example.split())
    assert len(example) <= (profile.prompt_input.max_length or 0)
    assert example.startswith(profile.dialect.opening)
    # A word is at most two tokens here, so that this many words are sure to fit.
    assert len(example.split()) <= (profile.dialect.length.most or 1000)
    if profile.dialect.weighting != "parentheses":
        assert ":1." not in example
    if profile.dialect.form == "prose" and profile.editing:
        assert example.endswith(".")


@every_profile
def test_a_prompt_is_required_and_sparked(profile: Profile) -> None:
    field = profile.prompt_input
    assert field.name == "prompt"
    assert field.prompt_spark
    assert field.required is not None
    assert field.required.always


@every_profile
def test_the_client_reads_the_inputs(profile: Profile) -> None:
    annotation = Model.model_fields["inputs"].annotation
    kind: Any = get_args(get_args(annotation)[0])[0]
    for field in profile.inputs:
        wire = field.model_dump(mode="json", exclude_none=True)
        assert kind.model_validate(wire, strict=True).name == field.name


def test_a_file_of_the_shelf_is_all_that_a_model_needs() -> None:
    profile = read_profile("fox-1", FILE)
    assert (profile.id, profile.type, profile.editing) == ("fox-1", "custom", None)
    assert profile.dialect.length.good == (10, 40)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[10, 40]", "[40, 10]", "good must rise"),
        ("[10, 40]", "[10, 80]", "good must rise"),
        ("negative_prompt = false", "negative_prompt = true", "negativePrompt must be an input"),
        ("prompt = true", "", "exactly one input must be the prompt"),
        ("max_length = 100", "", "exactly one input must be the prompt"),
        ('["fox", "rest"]', "[]", "at least 2"),
        ('avoid = ["wolves"]', "avoid = []", "at least 1"),
        ('name = "Fox"', 'name = " "', "at least 1"),
        (
            "[dialect]",
            '[editing]\nkeep = "Keep {kept}."\nkeep_all = "Keep all."\n[dialect]',
            "an editor needs an input",
        ),
        ('name = "Fox"', 'name = "Fox"\nmaker = "me"', "Extra inputs"),
        ('"txt2img"', '"txt2fox"', "capabilities"),
        ('label = "Prompt"', 'label = "Prompt"\ndefault = 3', "the default must be a text"),
    ],
)
def test_a_faulty_file_is_refused(old: str, new: str, fault: str) -> None:
    assert old in FILE
    with pytest.raises(ValidationError, match=fault):
        read_profile("fox-1", FILE.replace(old, new, 1))


def test_two_inputs_with_one_name_are_refused() -> None:
    second = '[[inputs]]\nname = "prompt"\ntype = "string"\nlabel = "Again"\n'
    with pytest.raises(ValidationError, match="the same name"):
        read_profile("fox-1", FILE + second)


@pytest.mark.parametrize(
    ("fields", "value", "fault"),
    [
        ({"type": "number", "min": 1, "max": 5}, 5, ""),
        ({"type": "number", "min": 1, "max": 5}, 0.5, "at least 1"),
        ({"type": "number", "min": 1, "max": 5}, 6, "at most 5"),
        ({"type": "number"}, True, "a number"),
        ({"type": "number"}, "5", "a number"),
        ({"type": "boolean"}, False, ""),
        ({"type": "boolean"}, 0, "true or false"),
        ({"type": "string", "maxLength": 3}, "fox", ""),
        ({"type": "string", "maxLength": 3}, "foxes", "longer than 3"),
        ({"type": "string", "allowedValues": ["1:1", "3:2"]}, "3:2", ""),
        ({"type": "string", "allowedValues": ["1:1", "3:2"]}, "2:3", "one of 1:1, 3:2"),
        ({"type": "string"}, 3, "a text"),
        ({"type": "file"}, "asset_1", ""),
        ({"type": "file_array", "maxLength": 1}, ["asset_1"], ""),
        ({"type": "file_array", "maxLength": 1}, ["asset_1", "asset_2"], "more than 1"),
        ({"type": "string_array"}, "asset_1", "a list"),
        ({"type": "string_array"}, [1], "a list"),
    ],
)
def test_an_input_says_what_is_wrong_with_a_value(
    fields: dict[str, object], value: object, fault: str
) -> None:
    field = Input.model_validate({"name": "fox", "label": "Fox", **fields})
    if fault:
        assert fault in field.fault(value)
    else:
        assert field.fault(value) == ""


def test_an_input_whose_range_is_empty_is_refused() -> None:
    with pytest.raises(ValidationError, match="min is larger than max"):
        Input.model_validate({"name": "fox", "label": "Fox", "type": "number", "min": 2, "max": 1})


def test_a_model_may_be_of_every_type_of_image_model() -> None:
    assert set(model_types()) == set(TYPES) - {"elevenlabs-voice"}


def test_a_base_model_goes_before_a_type() -> None:
    assert profile_for("pony", "flux.1-lora") == shelf()["pony"]
    assert profile_for(None, "flux.1-kontext-lora") == shelf()["flux-kontext"]
    assert profile_for(None, "custom") is None
