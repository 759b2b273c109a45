"""A model that was chosen instead of Sparkloom's own, in this process."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import tiny
from gguf import GGUFReader, GGUFWriter

from sparkloom.engines import Brief, Draft, Engine, Order, Task
from sparkloom.engines.chosen import Chosen, has_chat_template
from sparkloom.engines.curated import Choice
from sparkloom.engines.embedded import Embedded
from sparkloom.errors import UnavailableError
from sparkloom.settings import Settings

TEMPLATE = (
    "{% for message in messages %}{{ message.role }}: {{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}assistant: {% endif %}"
)
BRIEF = Brief("Be brief.", "A fox.", ("prompt",), ("Run.", "Sleep."), max_tokens=12)
TASK = Task("a fox", 6, 0.9, expected=2, brief=BRIEF)
ORDERS = [Order(seed, 0.8) for seed in (1, 2, 3)]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that only goes on from a text."""
    return tiny.make(tmp_path_factory.mktemp("plain")).base


@pytest.fixture(scope="module")
def instructed(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with a chat template."""
    path = tmp_path_factory.mktemp("instructed") / "tiny.gguf"
    reader = GGUFReader(plain)
    writer = GGUFWriter(path, "gemma3")
    for field in reader.fields.values():
        if not field.name.startswith("GGUF.") and field.name != "general.architecture":
            kind = field.types[0]
            sub = field.types[-1] if len(field.types) > 1 else None
            writer.add_key_value(field.name, field.contents(), kind, sub_type=sub)
    writer.add_chat_template(TEMPLATE)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def settings(model: Path | str, **more: Any) -> Settings:
    return Settings(model=str(model), context_tokens=512, threads=1, workers=1, **more)


def holds(engine: Chosen) -> bool:
    return engine.loaded


def write(engine: Engine, *orders: Order) -> list[Draft]:
    with closing(engine.write(TASK, iter(orders))) as drafts:
        return list(drafts)


def test_a_chat_template_tells_who_follows_instructions(plain: Path, instructed: Path) -> None:
    assert has_chat_template(instructed)
    assert not has_chat_template(plain)


@pytest.fixture
def engine(instructed: Path) -> Iterator[Chosen]:
    with closing(Chosen(settings(instructed))) as engine:
        yield engine


def test_a_model_with_a_template_is_told_the_brief(engine: Chosen) -> None:
    assert not holds(engine)
    drafts = write(engine, *ORDERS)
    assert holds(engine)
    assert len(drafts) == 3
    assert all(draft.answer is not None for draft in drafts)
    assert all(draft.text.lstrip().startswith("{") for draft in drafts)
    assert all(draft.tokens <= 12 for draft in drafts)
    engine.close()
    assert not holds(engine)


def test_an_order_means_the_same_bytes_whatever_came_before(engine: Chosen) -> None:
    alone = [write(engine, order)[0] for order in ORDERS]
    assert write(engine, *ORDERS) == alone
    assert write(engine, *ORDERS[::-1]) == alone[::-1]
    engine.close()
    assert write(engine, ORDERS[1]) == [alone[1]]
    assert len({draft.text for draft in alone}) > 1


def test_any_other_goes_on_from_the_text(plain: Path) -> None:
    with closing(Chosen(settings(plain))) as engine:
        engine.load()
        assert holds(engine)
        drafts = write(engine, *ORDERS)
    with closing(Embedded(settings(plain))) as embedded:
        assert drafts == write(embedded, *ORDERS)
    assert all(draft.answer is None for draft in drafts)


def test_it_gives_its_memory_back_when_idle(plain: Path, instructed: Path) -> None:
    for path in (plain, instructed):
        with closing(Chosen(settings(path, engine_idle=0.3))) as engine:
            first = write(engine, ORDERS[0])
            assert holds(engine)
            while holds(engine):
                time.sleep(0.05)
            assert write(engine, ORDERS[0]) == first
            engine.load()


def test_what_was_chosen_by_name_is_loaded(instructed: Path, tmp_path: Path) -> None:
    choice = Choice(name="qwen3-0.6b", path=str(instructed), sha256="0")
    (tmp_path / "chosen.json").write_text(choice.model_dump_json())
    for model in ("", "qwen3-0.6b"):
        with closing(Chosen(settings(model, cache_dir=tmp_path))) as engine:
            assert write(engine, ORDERS[0])[0].answer is not None
    absent = Chosen(settings("gemma3-1b", cache_dir=tmp_path))
    with pytest.raises(UnavailableError, match="sparkloom model use gemma3-1b"):
        absent.load()


def test_a_file_that_is_no_model_is_unavailable(tmp_path: Path, instructed: Path) -> None:
    broken = tmp_path / "broken.gguf"
    shutil.copy(instructed, broken)
    with broken.open("r+b") as file:
        file.truncate(20_000)
    with closing(Chosen(settings(broken))) as engine:
        for _ in range(2):
            with pytest.raises(UnavailableError, match="could not be loaded"):
                write(engine, ORDERS[0])
