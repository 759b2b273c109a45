"""Eyes that are a model: a tiny one in llama.cpp, and answers as services give them."""

from __future__ import annotations

import base64
import io
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
import tiny
from PIL import Image
from tiny_vision import write

import chat_double
from chat_double import Body, Double, Said, completion, fault
from conftest import llama_server, picture
from sparkloom.errors import EngineError, InvalidRequestError, UnavailableError
from sparkloom.reference import Picture, read_picture
from sparkloom.settings import Settings
from sparkloom.vision import Eyes, ImageDescription, model
from sparkloom.vision.fallback import WithFallback
from sparkloom.vision.model import Model, read_description, schema

ANSWER: dict[str, Any] = {
    "medium": "photograph",
    "subject": "a tabby cat asleep on a chair",
    "confidence": 0.92,
    "people": "none",
    "text": None,
    "palette": [
        {"name": "warm grey", "hex": "#8a8078", "share": 0.5},
        {"name": "rust", "hex": "#b4532a", "share": 0.2},
    ],
    "light": "even",
    "contrast": "soft",
    "shot": "medium shot",
    "position": "centre",
    "symmetric": False,
    "empty_space": 0.3,
    "background": "a white wall",
    "structure": None,
    "sentence": "A tabby cat sleeps on a wooden chair before a white wall, in soft even light.",
}


@pytest.fixture
def double() -> Iterator[Double]:
    with chat_double.running(lambda _: completion(json.dumps(ANSWER))) as double:
        yield double


def settings(double: Double, **chosen: Any) -> Settings:
    return Settings.model_validate(
        {"vision_url": double.address, "engine_retries": 0, "vision_timeout": 5, **chosen}
    )


def describe(double: Double, seen: Picture | None = None) -> ImageDescription:
    with closing(Model(settings(double))) as eyes:
        return eyes.describe(seen or picture())


def sent(body: Body) -> Image.Image:
    """The picture in a call."""
    url = body["messages"][1]["content"][1]["image_url"]["url"]
    return Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2])))


def file_of(image: Image.Image, kind: str = "PNG", **options: Any) -> Picture:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return read_picture(file.getvalue())


def test_an_answer_becomes_a_description(double: Double) -> None:
    seen = describe(double)
    assert seen.subject == ANSWER["subject"]
    assert seen.palette[0].hex == "#8a8078"
    assert seen.text is None
    assert seen.transparent is False
    assert seen.engine == f"model first at {double.address}"
    (body,) = double.asked
    assert body["temperature"] == 0
    assert body["response_format"]["json_schema"]["schema"] == schema()
    assert "Say only what is certainly there" in body["messages"][0]["content"]


def test_the_schema_asks_for_all_that_a_model_can_tell() -> None:
    asked = schema()
    kept = set(ImageDescription.model_fields) - {"engine", "warnings", "transparent"}
    assert set(asked["properties"]) == set(asked["required"]) == kept == set(ANSWER)
    assert asked["properties"]["palette"]["items"]["required"] == ["name", "hex", "share"]
    assert not {"title", "default", "$ref"} & set(json.dumps(asked).replace('"', " ").split())


RECORDED = {
    "gpt": json.dumps(ANSWER),
    "gemini": f"```json\n{json.dumps(ANSWER, indent=2)}\n```",
    "claude": f"Here is the description:\n\n{json.dumps(ANSWER)}",
    "qwen": f"<think>\nA cat, I think.\n</think>\n\n{json.dumps(ANSWER)}",
    "list": json.dumps([ANSWER]),
}
"""Answers in the forms in which the big services give them."""


@pytest.mark.parametrize("service", RECORDED)
def test_each_service_is_understood(double: Double, service: str) -> None:
    double.script = lambda _: completion(RECORDED[service])
    seen = describe(double).model_dump(mode="json", exclude={"engine", "warnings", "transparent"})
    assert seen == ANSWER


def test_an_answer_in_words_is_the_sentence(double: Double) -> None:
    double.script = lambda _: completion("A cat sleeps\non a chair.")
    assert describe(double).sentence == "A cat sleeps on a chair."


@pytest.mark.parametrize(
    ("field", "said", "kept"),
    [
        ("medium", "Photo", "photograph"),
        ("medium", "3d render", "3D render"),
        ("medium", "fresco", None),
        ("position", "Center", "centre"),
        ("confidence", 85, 0.85),
        ("confidence", 850, None),
        ("confidence", "high", None),
        ("subject", "unknown", None),
        ("text", " ", None),
        ("people", "none", "none"),
        ("people", "people", "several people"),
        ("symmetric", None, None),
        ("empty_space", True, None),
        ("structure", ["sprite"], None),
        ("palette", "red", ()),
        ("palette", ["red", {"name": "red"}, {"name": "x", "hex": "red", "share": 1}], ()),
        ("transparent", True, None),
        ("mood", "sad", None),
    ],
)
def test_a_field_that_is_not_what_it_must_be_is_left_out(
    field: str, said: object, kept: object
) -> None:
    seen = read_description(json.dumps({**ANSWER, field: said}), "a model")
    if field in ImageDescription.model_fields:
        assert getattr(seen, field) == kept
    assert seen.sentence == ANSWER["sentence"]
    if field == "subject":
        assert seen.confidence is None


def test_a_palette_in_percent_is_put_in_shares() -> None:
    colours = [
        {"name": "Rust", "hex": "#B4532A", "share": 30},
        {"name": "grey", "hex": "#888888", "share": 90},
    ]
    seen = read_description(json.dumps({**ANSWER, "palette": colours}), "a model")
    assert [(c.name, c.hex, round(c.share, 2)) for c in seen.palette] == [
        ("grey", "#888888", 0.75),
        ("rust", "#b4532a", 0.25),
    ]


@pytest.mark.parametrize("said", ["", "{}", "{half", "<html>no</html>", '{"sentence": " "}'])
def test_an_answer_that_says_nothing_is_an_error(double: Double, said: str) -> None:
    double.script = lambda _: completion(said)
    with pytest.raises(EngineError, match="no description"):
        describe(double)


def test_without_a_sentence_the_subject_says_it() -> None:
    assert read_description('{"subject": "a cat"}', "a model").sentence == "a cat"


def test_a_large_picture_is_sent_smaller_and_a_sprite_without_loss(double: Double) -> None:
    describe(double, picture(size=(3000, 1500)))
    assert (sent(double.asked[-1]).size, sent(double.asked[-1]).format) == ((1024, 512), "JPEG")
    describe(double, picture(size=(32, 16)))
    assert (sent(double.asked[-1]).size, sent(double.asked[-1]).format) == ((32, 16), "PNG")


def test_a_turned_picture_is_sent_upright(double: Double) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    describe(double, file_of(Image.new("RGB", (20, 10)), "JPEG", exif=exif))
    assert sent(double.asked[-1]).size == (10, 20)


def test_transparency_is_seen_and_sent_as_white(double: Double) -> None:
    seen = describe(double, file_of(Image.new("RGBA", (8, 8), (255, 0, 0, 0))))
    assert seen.transparent
    assert sent(double.asked[-1]).getpixel((0, 0)) == (255, 255, 255)


def test_a_damaged_picture_is_the_senders_fault(double: Double) -> None:
    whole = picture(size=(300, 300), name="JPEG")
    with pytest.raises(InvalidRequestError, match="damaged"):
        describe(double, whole._replace(data=whole.data[:400]))
    assert not double.asked


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (fault(500, "oops"), "answers 500"),
        (fault(401, "who?"), "SPARKLOOM_VISION_KEY"),
        (fault(404, "no model"), "SPARKLOOM_VISION_MODEL"),
        (Said("<html>", content_type="text/html"), "no chat completion"),
    ],
)
def test_a_failing_server_is_unavailable(double: Double, said: Said, message: str) -> None:
    double.script = lambda _: said
    with pytest.raises(UnavailableError, match=message):
        describe(double)


class Plain:
    """Eyes that see a plain picture everywhere."""

    name = "plain"
    closed = False

    def describe(self, picture: Picture) -> ImageDescription:  # noqa: ARG002
        return ImageDescription(sentence="A plain picture.", engine=self.name, warnings=("Dark.",))

    def close(self) -> None:
        self.closed = True


def test_other_eyes_look_where_the_model_fails_and_say_so(double: Double) -> None:
    plain = Plain()
    eyes: Eyes = WithFallback(Model(settings(double)), plain)
    assert eyes.describe(picture()).subject == ANSWER["subject"]
    assert eyes.name == f"model first at {double.address}"
    double.script = lambda _: fault(500, "oops")
    seen = eyes.describe(picture())
    assert (seen.sentence, seen.engine) == ("A plain picture.", "plain")
    assert seen.warnings[0] == "Dark."
    assert seen.warnings[1].startswith("Described by the eyes plain instead: The server ")
    eyes.close()
    assert plain.closed


FEW = {
    "type": "object",
    "properties": {
        "medium": {"enum": ["photograph", "painting", "drawing"]},
        "position": {"enum": ["left", "centre", "right", "top", "bottom"]},
        "sentence": {"enum": ["A red field.", "A dark field.", "A bright field.", "A field."]},
    },
    "required": ["medium", "position", "sentence"],
}
"""What a model that has learned nothing can be asked: it has to come to an end."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A tiny model and its vision part."""
    folder = tmp_path_factory.mktemp("model")
    return tiny.make(folder, 8192).base, write(folder / "mmproj.gguf")


def check(eyes: Model) -> None:
    """Real eyes describe pictures, and the same ones in the same way again."""
    colours = ("black", "white", "red", "teal")
    first = [eyes.describe(picture(colour, size=(64, 64))) for colour in colours]
    again = [eyes.describe(picture(colour, size=(64, 64))) for colour in colours]
    assert first == again
    assert all(seen.sentence.endswith("field.") and seen.medium for seen in first)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "schema", lambda: FEW)
    monkeypatch.setattr(model, "instruction", lambda: "Look.")


@pytest.mark.usefixtures("few")
def test_a_model_looks_in_this_process(files: tuple[Path, Path]) -> None:
    gguf, mmproj = files
    chosen = Settings(
        vision_file=str(gguf), vision_mmproj=str(mmproj), context_tokens=4096, threads=1
    )
    eyes = Model(chosen)
    assert eyes.name == "model base.gguf"
    check(eyes)
    eyes.close()
    assert eyes.describe(picture()).medium, "it loads again"
    eyes.close()


@pytest.mark.usefixtures("few")
def test_a_model_looks_behind_a_real_server(files: tuple[Path, Path]) -> None:
    gguf, mmproj = files
    with (
        llama_server(gguf, 4096, mmproj) as address,
        closing(Model(Settings(vision_url=address))) as eyes,
    ):
        check(eyes)
        likely = [likelihood(address, colour) for colour in ("black", "white", "black")]
    assert likely[0] == likely[2] != likely[1], "it sees no difference between pictures"


def likelihood(address: str, colour: str) -> float:
    """How likely the first token of an answer to a picture is, as a logarithm."""
    url = model.data_url(model.opened(picture(colour, size=(64, 64))))
    content = [{"type": "image_url", "image_url": {"url": url}}]
    asked = {
        "messages": [{"role": "user", "content": content}],
        "max_tokens": 1,
        "temperature": 0,
        "logprobs": True,
        "cache_prompt": False,
    }
    said = httpx.post(f"{address}/chat/completions", json=asked, timeout=60, trust_env=False)
    return float(said.json()["choices"][0]["logprobs"]["content"][0]["logprob"])


@pytest.mark.parametrize("which", [0, 1])
def test_a_file_that_cannot_be_loaded_is_unavailable(
    files: tuple[Path, Path], tmp_path: Path, which: int
) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"no GGUF")
    chosen = [str(file) for file in files]
    chosen[which] = str(broken)
    settings = Settings(vision_file=chosen[0], vision_mmproj=chosen[1])
    with closing(Model(settings)) as eyes, pytest.raises(UnavailableError, match="be loaded"):
        eyes.describe(picture())


def test_closing_ends_what_is_under_way(double: Double) -> None:
    double.script = chat_double.slow(2)
    eyes = Model(settings(double))
    with ThreadPoolExecutor(1) as pool:
        seen = pool.submit(eyes.describe, picture())
        while not double.under_way:
            time.sleep(0.01)
        eyes.close()
        with pytest.raises(EngineError, match="closed"):
            seen.result()
