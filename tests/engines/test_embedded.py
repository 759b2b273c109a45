"""The embedded engine with the real local model: an order means the same bytes everywhere."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from sparkloom.engines import Draft, Order, Task
from sparkloom.engines.embedded import Embedded, _Worker
from sparkloom.errors import InvalidRequestError, UnavailableError
from sparkloom.modes.layout import invent, structure
from sparkloom.queue import Queue
from sparkloom.settings import Settings

TASK = Task(invent("a lighthouse in a storm", "short", []), 12, 0.95, stop=("\n",))
OTHER = Task(structure("two foxes at a frozen river", "medium"), 12, 0.9)
ORDERS = [Order(seed, 0.9) for seed in (11, 22, 33, 44, 2**32 - 2)]
ELSEWHERE = """
import json, sys
from sparkloom.engines import Order, Task
from sparkloom.engines.embedded import Embedded
from sparkloom.settings import Settings
text, max_tokens, top_p, stop, seed, temperature = json.loads(sys.argv[1])
engine = Embedded(Settings())
task = Task(text, max_tokens, top_p, stop=tuple(stop))
print(json.dumps(next(engine.write(task, iter([Order(seed, temperature)])))))
engine.close()
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[Embedded]:
    with closing(Embedded(Settings())) as engine:
        yield engine


@pytest.fixture(scope="module")
def alone(engine: Embedded) -> dict[Order, Draft]:
    """What each order gives when it is the only one."""
    return {order: write(engine, TASK, [order])[0] for order in ORDERS}


def write(engine: Embedded, task: Task, orders: list[Order]) -> list[Draft]:
    with closing(engine.write(replace(task, expected=len(orders)), iter(orders))) as drafts:
        return list(islice(drafts, len(orders)))


def test_drafts_are_words_and_other_seeds_give_other_ones(alone: dict[Order, Draft]) -> None:
    assert all(draft.text.strip() for draft in alone.values())
    assert len({draft.text for draft in alone.values()}) > 1


def test_among_others_and_in_another_order_the_bytes_stay(
    engine: Embedded, alone: dict[Order, Draft]
) -> None:
    assert write(engine, TASK, ORDERS) == list(alone.values())
    assert write(engine, TASK, ORDERS[::-1]) == list(alone.values())[::-1]


def test_after_other_tasks_the_bytes_stay(engine: Embedded, alone: dict[Order, Draft]) -> None:
    write(engine, OTHER, ORDERS[:2])
    longer = replace(TASK, text=TASK.text + " A lighthouse in")
    write(engine, longer, ORDERS[:1])
    assert write(engine, TASK, ORDERS[:1]) == [alone[ORDERS[0]]]


@pytest.mark.parametrize(("threads", "workers"), [(1, 1), (2, 1), (2, 2)])
def test_with_any_threads_and_workers_the_bytes_stay(
    alone: dict[Order, Draft], threads: int, workers: int
) -> None:
    with closing(Embedded(Settings(threads=threads, workers=workers))) as other:
        assert write(other, TASK, ORDERS) == list(alone.values())


@pytest.mark.parametrize("workers", [1, 2])
def test_from_ten_threads_at_once_the_bytes_stay(alone: dict[Order, Draft], workers: int) -> None:
    with (
        closing(Embedded(Settings(threads=2, workers=workers))) as shared,
        ThreadPoolExecutor(10) as pool,
    ):
        asked = ORDERS * 2
        written = list(pool.map(lambda order: write(shared, TASK, [order])[0], asked))
    assert written == [alone[order] for order in asked]


def test_a_text_read_by_another_worker_or_before_gives_the_same_bytes(
    alone: dict[Order, Draft],
) -> None:
    with closing(Embedded(Settings(threads=2, workers=2))) as other:
        for _ in range(2):
            assert write(other, TASK, ORDERS) == list(alone.values())
            write(other, OTHER, ORDERS[:2])


def test_in_a_new_process_the_bytes_stay(alone: dict[Order, Draft]) -> None:
    order = ORDERS[0]
    what = json.dumps([TASK.text, TASK.max_tokens, TASK.top_p, TASK.stop, *order])
    said = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, what], check=True, stdout=subprocess.PIPE, timeout=300
    )
    assert Draft(*json.loads(said.stdout)) == alone[order]


def test_the_highest_seed_gives_the_same_bytes_too(engine: Embedded) -> None:
    drafts = write(engine, TASK, [Order(2**32 - 1, 1.5)] * 3)
    assert len(set(drafts)) == 1


def test_when_orders_run_out_the_drafts_end(engine: Embedded, alone: dict[Order, Draft]) -> None:
    with closing(engine.write(replace(TASK, expected=5), iter(ORDERS[:2]))) as drafts:
        assert list(drafts) == list(alone.values())[:2]


def test_a_draft_takes_at_most_the_tokens_it_may(engine: Embedded) -> None:
    (draft,) = write(engine, replace(TASK, max_tokens=2), ORDERS[:1])
    assert draft.tokens == 2


def test_at_temperature_zero_the_seed_does_not_matter(engine: Embedded) -> None:
    one, two = write(engine, TASK, [Order(1, 0.0), Order(2, 0.0)])
    assert one == two


def test_a_draft_that_is_cut_off_is_not_finished(engine: Embedded) -> None:
    (draft,) = write(engine, replace(TASK, max_tokens=2), ORDERS[:1])
    assert not draft.finished


def test_a_stop_string_ends_the_draft_and_is_left_out(
    engine: Embedded, alone: dict[Order, Draft]
) -> None:
    whole = alone[ORDERS[0]].text
    word = whole.split()[2]
    (draft,) = write(engine, replace(TASK, stop=(word,)), ORDERS[:1])
    assert draft.finished
    assert draft.text == whole[: whole.index(word)]


def test_a_grammar_is_kept_to(engine: Embedded) -> None:
    task = replace(TASK, grammar='root ::= " " ("red" | "blue") " ship"', max_tokens=20)
    drafts = write(engine, task, ORDERS[:3])
    assert {draft.text for draft in drafts} <= {" red ship", " blue ship"}
    assert all(draft.finished for draft in drafts)


def test_a_text_too_long_names_the_prompt(engine: Embedded, alone: dict[Order, Draft]) -> None:
    with pytest.raises(InvalidRequestError, match=r"^prompt: .*3072") as caught:
        write(engine, replace(TASK, text="word " * 6000), ORDERS[:1])
    assert caught.value.details == {"field": "prompt"}
    assert write(engine, TASK, ORDERS[:1]) == [alone[ORDERS[0]]]


def test_stopping_early_leaves_the_engine_usable(
    engine: Embedded, alone: dict[Order, Draft]
) -> None:
    for taken in (0, 1):
        drafts = engine.write(replace(TASK, expected=5), iter(ORDERS))
        assert list(islice(drafts, taken)) == list(alone.values())[:taken]
        drafts.close()
    endless = replace(TASK, expected=5, max_tokens=200, stop=())
    with closing(engine.write(endless, iter(ORDERS))) as drafts:
        next(drafts)
    assert write(engine, TASK, ORDERS[:2]) == list(alone.values())[:2]


def test_a_caller_who_leaves_cuts_the_draft_that_is_being_written(
    alone: dict[Order, Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = replace(TASK, max_tokens=100_000, stop=(), grammar='root ::= " a" root')
    made: list[Draft] = []
    complete = _Worker._complete

    def noted(worker: _Worker, job: Any, **options: Any) -> Draft:
        draft = complete(worker, job, **options)
        if job.task == endless:
            made.append(draft)
        return draft

    monkeypatch.setattr(_Worker, "_complete", noted)
    queue, own = Queue(1, 1, deadline=600), Embedded(Settings(threads=1, workers=1))

    async def main() -> None:
        leaving = asyncio.ensure_future(queue.run(lambda: write(own, endless, ORDERS[:1])))
        while not made:  # the text is read, and the writing begins
            await asyncio.sleep(0.01)
        leaving.cancel()
        after = await queue.run(lambda: write(own, TASK, ORDERS[:1]))
        assert after == [alone[ORDERS[0]]]

    with closing(own):
        asyncio.run(main())
    queue.close()
    _, cut = made
    assert not cut.finished
    assert cut.tokens < 1000, "else it was written to the end of the window"


def test_it_gives_its_memory_back_when_it_has_nothing_to_do(alone: dict[Order, Draft]) -> None:
    with closing(Embedded(Settings(engine_idle=0.2))) as engine:
        for _ in range(2):
            assert write(engine, TASK, ORDERS[:1]) == [alone[ORDERS[0]]]
            while engine.loaded:
                time.sleep(0.01)


def test_closing_and_writing_again_works(engine: Embedded, alone: dict[Order, Draft]) -> None:
    for _ in range(2):
        engine.close()
        assert write(engine, TASK, ORDERS[:1]) == [alone[ORDERS[0]]]


def test_a_file_that_is_no_model_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "no model.gguf"
    path.write_bytes(b"no GGUF at all")
    with closing(Embedded(Settings(model=str(path)))) as other:
        for _ in range(2):
            with pytest.raises(UnavailableError, match="could not be loaded") as caught:
                write(other, TASK, ORDERS[:1])
            assert caught.value.details == {"model": str(path)}
