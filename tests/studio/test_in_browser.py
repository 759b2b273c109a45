"""The page in a real browser: Debian's Chromium, driven by Playwright.

These tests need Gradio, Playwright and Chromium. Where they are not there they are skipped; with
`SPARKLOOM_TEST_BROWSER=required` they fail.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from conftest import picture, serving
from sparkloom.engines import Draft, Order, Task
from sparkloom.errors import EngineError
from sparkloom.loom import Sparkloom
from sparkloom.settings import Settings
from sparkloom.studio.asking import WAYS

# Gradio leaves sockets and event loops to the garbage collector.
pytestmark = pytest.mark.filterwarnings("default")

REQUIRED = "SPARKLOOM_TEST_BROWSER"
NEEDED = ("gradio", "playwright", "axe_playwright_python")
WAIT = 60_000
"""Milliseconds to wait for what must come; a busy machine takes its time."""

WIDTHS = (380, 768, 1280)
CAPTIONS = {
    "a": "inkst, a heron in reeds, loose ink wash, teal paper",
    "b": "inkst, a fox asleep under ferns, loose ink wash, teal shadows",
    "c": "inkst, a mountain lake at dusk, loose ink wash, golden light",
}

Open = Callable[..., Any]


def chromium() -> str:
    """The path of Chromium, if all that these tests need is installed."""
    missing = [name for name in NEEDED if not find_spec(name)]
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path and not missing:
        return path
    reason = (
        "the page's tests need pip install '.[studio,browser,test]', and Chromium: "
        "apt-get install chromium"
    )
    if os.environ.get(REQUIRED) == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser that ends with the module: while it is there, asyncio is taken."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # As root Chromium has no sandbox; it sees no page but this one.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over an engine that answers at once, with a catalog of its own."""
    settings = Settings(
        engine="echo", data_dir=tmp_path_factory.mktemp("page"), blocked_names=("zorbex",)
    )
    with serving(Sparkloom(settings), studio=True) as address:
        yield address


@pytest.fixture
def visit(browser: Any) -> Iterator[Open]:
    """Opens pages, each in a browser of its own that nobody has used.

    No test may leave the page's host, nor break its scripts.
    """
    strangers: list[str] = []
    faults: list[str] = []
    with ExitStack() as stack:

        def open_page(address: str, width: int = 1280, scheme: str = "light") -> Any:
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            stack.callback(context.close)
            context.set_default_timeout(WAIT)
            page = context.new_page()
            own = (address, "data:", "blob:")
            page.on(
                "request",
                lambda asked: None if asked.url.startswith(own) else strangers.append(asked.url),
            )
            page.on("pageerror", lambda error: faults.append(str(error)))
            page.goto(address)
            return page

        yield open_page
    assert strangers == []
    assert faults == []


@pytest.fixture
def page(visit: Open, address: str) -> Any:
    return ready(visit(address))


def ready(page: Any) -> Any:
    """A page that has been filled in as it was left."""
    page.wait_for_selector("body[data-ready]")
    return page


def say(page: Any, spark: str, way: str = "finish") -> None:
    page.fill("#spark textarea", spark)
    page.click(f"#way >> text={WAYS[way].name}")
    page.wait_for_function(
        "told => document.querySelector('#about').textContent.trim() === told", arg=WAYS[way].told
    )


def written(page: Any, answers: int = 1) -> Any:
    """Wait for so many answers; the newest."""
    page.wait_for_function(
        "n => document.querySelectorAll('.answer[data-job]').length === n", arg=answers
    )
    return page.locator(".answer[data-job]").first


def texts(answer: Any) -> list[str]:
    found: list[str] = answer.locator(".prompt").all_text_contents()
    return found


def go_to(page: Any, room: str) -> None:
    page.click(f"[role=tab] >> text={room}")


def unfold(page: Any) -> None:
    page.click("#advanced > button")
    page.wait_for_selector("#many", state="visible")


def choose_model(page: Any, name: str) -> None:
    page.fill("#model input", name)
    page.click(f"[role=option] >> text={name}")


# The story of each way of writing.


def test_a_prompt_is_finished_and_the_own_words_are_marked(page: Any) -> None:
    page.wait_for_selector("#cost >> text=1 creative unit")
    say(page, "a dragon guarding")
    page.click("#write")
    answer = written(page)
    assert len(texts(answer)) == 3
    assert all(text.startswith("a dragon guarding ") for text in texts(answer))
    assert answer.locator("mark").all_text_contents() == ["a dragon guarding"] * 3
    assert "words · about" in answer.locator(".length").first.inner_text()
    assert "3 prompts · variety" in answer.locator(".facts").inner_text()


def test_an_example_is_begun_with(page: Any) -> None:
    page.click(".starters >> text=Lay it out")
    page.wait_for_selector("#way label.selected >> text=Lay it out")
    assert page.input_value("#spark textarea") == WAYS["layout"].example
    page.wait_for_selector("#about >> text=in sections")


def test_a_surprise_needs_no_words(page: Any) -> None:
    say(page, "", "surprise")
    page.click("#write")
    assert len(texts(written(page))) == 3
    assert "out of nothing" in page.inner_text(".answer h2")


def test_a_picture_is_laid_out_in_sections(
    visit: Open, browser: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With the engine that users get: the echo writes no sections."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("embedded"))
    with serving(Sparkloom(settings), studio=True) as address:
        page = ready(visit(address))
        say(page, "old fisherman mending nets", "layout")
        page.click("#write")
        answer = written(page)
        card = answer.locator(".card").first
        names = card.locator(".chip").all_text_contents()
        assert names[0] == "subject"
        assert len(names) >= 5
        card.locator(".chip").nth(1).click()
        assert card.locator(".chip").nth(1).get_attribute("aria-pressed") == "true"
        assert page.evaluate("CSS.highlights.has('section')")
        card.locator(".chip").nth(1).click()
        assert not page.evaluate("CSS.highlights.has('section')")
        card.locator("[data-do=parts]").click()
        kept = card.locator(".part").first.text_content()
        card.locator("[data-act=vary]").click()
        again = written(page, 2)
        assert all(text.lower().startswith(kept.lower()) for text in texts(again))
        page.context.close()


def test_a_model_is_fitted_with_what_to_send_to_it(page: Any) -> None:
    say(page, "a heron at dawn", "fit")
    page.wait_for_selector("#cost >> text=Choose the model to fit")
    choose_model(page, "Stable Diffusion XL")
    page.wait_for_selector("#cost >> text=4 creative units")
    page.click("#write")
    answer = written(page)
    assert "for Stable Diffusion XL" in answer.locator(".facts").inner_text()
    assert "of 75 tokens" in answer.locator(".length").first.inner_text()
    answer.locator("text=What to send to sdxl").first.click()
    assert answer.locator("dt >> text=width").first.is_visible()


def test_an_image_to_edit_is_asked_for_and_taken(page: Any, tmp_path: Path) -> None:
    """More like it needs the picture again, which only the page has."""
    say(page, "make it winter", "edit")
    page.wait_for_selector("#cost >> text=Drop the picture")
    page.click("#write")
    page.wait_for_selector("[role=alert] >> text=Drop the picture")
    (tmp_path / "boat.png").write_bytes(picture(size=(64, 48)).data)
    page.set_input_files("#pictures input[type=file]", str(tmp_path / "boat.png"))
    page.wait_for_selector("#pictures img")
    page.wait_for_function(
        "() => !document.querySelector('#cost').textContent.includes('Drop the picture')"
    )
    page.click("#write")
    answer = written(page)
    assert len(texts(answer)) == 3
    assert "Edit this image" in answer.locator("h2").inner_text()
    answer.locator("[data-act=more]").first.click()
    assert "make it winter" in written(page, 2).locator("h2").inner_text()
    page.reload()
    ready(page)
    written(page, 2).locator("[data-act=more]").first.click()
    page.wait_for_selector("[role=alert] >> text=Drop the pictures of this prompt again")
    assert page.input_value("#spark textarea") == "make it winter"


# What can be done with a card.


def test_more_like_it_and_keeping_parts(page: Any) -> None:
    say(page, "a dragon guarding")
    page.click("#write")
    card = written(page).locator(".card").first
    idea = card.locator(".part").first.text_content()
    card.locator("[data-act=more]").click()
    assert all(text.startswith(idea) for text in texts(written(page, 2)))
    card = page.locator(".answer").nth(1).locator(".card").first
    card.locator("[data-do=parts]").click()
    assert card.locator(".part").first.get_attribute("aria-pressed") == "true"
    card.locator(".part").nth(2).click()
    kept = [card.locator(".part").nth(place).text_content() for place in (0, 2)]
    card.locator("[data-act=vary]").click()
    assert all(text.startswith(", ".join(kept)) for text in texts(written(page, 3)))


def test_keeping_nothing_is_told(page: Any) -> None:
    say(page, "", "surprise")
    page.click("#write")
    card = written(page).locator(".card").first
    card.locator("[data-do=parts]").click()
    card.locator("[data-act=vary]").click()
    page.wait_for_selector("[role=alert] >> text=at least one part")
    assert page.locator(".answer[data-job]").count() == 1


def test_a_prompt_is_edited_and_copied(page: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    say(page, "a fox")
    page.click("#write")
    card = written(page).locator(".card").first
    before = card.locator(".prompt").text_content()
    card.locator("[data-do=edit]").click()
    card.locator("textarea").fill("thrown away")
    card.locator("text=Leave it").click()
    assert card.locator(".prompt").text_content() == before
    card.locator("[data-do=edit]").click()
    card.locator("textarea").fill(f"{before}, snowfall")
    card.locator("text=Keep the change").click()
    page.wait_for_selector("mark >> text=snowfall")
    card.locator("[data-do=copy]").click()
    page.wait_for_selector("text=Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{before}, snowfall"


def test_a_seed_brings_it_back(page: Any) -> None:
    say(page, "a fox")
    page.click("#write")
    first = texts(written(page))
    unfold(page)
    page.click("text=Use this seed")
    page.wait_for_function("() => document.querySelector('#seed :is(input, textarea)').value")
    page.click("#write")
    assert texts(written(page, 2)) == first


def test_protected_names_are_told_beside_the_text(page: Any) -> None:
    unfold(page)
    page.check("#clear input")
    say(page, "a zorbex robot")
    page.click("#write")
    answer = written(page)
    assert "zorbex" not in " ".join(texts(answer))
    assert "zorbex" in answer.locator(".findings").first.inner_text()


def test_what_is_advanced_is_asked_for(page: Any) -> None:
    unfold(page)
    page.click("#many >> text=5")
    page.wait_for_selector("#cost >> text=1.25 creative units")
    page.fill("#advanced input[type=number] >> nth=0", "0.5")
    page.fill("#seed :is(input, textarea)", "7")
    say(page, "a fox")
    page.click("#write")
    answer = written(page)
    assert len(texts(answer)) == 5
    assert answer.locator("code").inner_text() == "7"


# What goes wrong, and what is kept.


def test_an_error_says_what_to_change_and_loses_nothing(page: Any) -> None:
    unfold(page)
    say(page, "a fox")
    page.click("#write")
    before = texts(written(page))
    page.fill("#seed :is(input, textarea)", "seven")
    page.click("#write")
    page.wait_for_selector("[role=alert] >> text=Seed: must be a whole number")
    assert page.input_value("#spark textarea") == "a fox"
    assert texts(page.locator(".answer").first) == before
    page.fill("#seed :is(input, textarea)", "7")
    page.click("#write")
    written(page, 2)
    assert page.inner_text("#notice").strip() == ""


class Broken:
    """An engine that has lost its model."""

    def write(self, task: Task, orders: Iterator[Order]) -> Generator[Draft]:  # noqa: ARG002
        raise EngineError("The engine has lost its model. Start the service anew.")

    def close(self) -> None:
        """Nothing is held."""


def test_what_the_engine_says_is_told_and_it_can_be_tried_again(
    visit: Open, browser: Any, tmp_path: Path
) -> None:
    with serving(Sparkloom(Settings(data_dir=tmp_path), Broken()), studio=True) as address:
        page = ready(visit(address))
        say(page, "a fox")
        page.click("#write")
        page.wait_for_selector("[role=alert] >> text=Start the service anew.")
        page.wait_for_selector("#write:enabled")
        assert page.input_value("#spark textarea") == "a fox"
        page.context.close()


def test_a_reload_finds_everything_as_it_was(page: Any) -> None:
    say(page, "a dragon guarding")
    page.click("#write")
    before = texts(written(page))
    say(page, "a dragon guarding", "surprise")
    page.fill("#spark textarea", "a dragon guarding, and more")
    page.wait_for_function(
        "() => localStorage.getItem('sparkloom-draft') && localStorage.getItem('sparkloom-desk')"
    )
    page.wait_for_timeout(300)
    page.reload()
    ready(page)
    page.wait_for_function(
        "() => document.querySelector('#spark textarea').value === 'a dragon guarding, and more'"
    )
    assert page.inner_text("#way label.selected") == "Surprise me"
    assert texts(written(page)) == before


def test_the_history_is_searched_and_gone_on_with(page: Any) -> None:
    for spark in ("an umbral samovar", "a quiet harbour"):
        page.click("[role=tab] >> text=Write")
        say(page, spark)
        page.click("#write")
        page.wait_for_selector(f".answer h2 >> text={spark}")
    go_to(page, "History")
    page.wait_for_selector(".jobs >> text=a quiet harbour")
    page.fill("#search :is(input, textarea)", "SAMOVAR umb")
    page.wait_for_function("() => document.querySelectorAll('.jobs > li').length === 1")
    assert page.locator(".jobs mark").first.inner_text() == "an umbral samovar"
    page.fill("#search :is(input, textarea)", "nowhere to be found")
    page.wait_for_selector("text=Try fewer of them")
    page.fill("#search :is(input, textarea)", "umbral samovar")
    page.click("text=Go on with this")
    page.wait_for_function(
        "() => document.querySelector('#spark textarea')?.value === 'an umbral samovar'"
    )
    assert "an umbral samovar" in page.locator(".answer h2").first.inner_text()


# Models.


def test_a_model_is_made_looked_at_and_tried(page: Any, tmp_path: Path) -> None:
    files = []
    for name, caption in CAPTIONS.items():
        (tmp_path / f"{name}.png").write_bytes(picture("teal", size=(40, 30)).data)
        (tmp_path / f"{name}.txt").write_text(caption)
        files += [str(tmp_path / f"{name}.png"), str(tmp_path / f"{name}.txt")]
    go_to(page, "Models")
    page.wait_for_selector(".model h2")
    page.click("#make > button")
    page.click("#make-it")
    page.wait_for_selector("[role=alert] >> text=Name: give the model one")
    page.get_by_label("Name", exact=True).fill("Ink herons")
    page.set_input_files("#dropped input[type=file]", files)
    page.wait_for_function(
        "() => /c\\s*\\.txt/.test(document.querySelector('#dropped').textContent)"
    )
    page.click("#make-it")
    page.wait_for_selector("text=Made, of 3 images; 3 of them have captions.")
    assert page.inner_text(".model h2") == "Ink herons"
    assert "Begins with" in page.inner_text(".model")
    assert "inkst" in page.inner_text(".model")
    assert "teal" in page.inner_text(".swatches")
    assert page.locator(".pictures img").count() == 3
    page.click("text=Write for this model")
    page.wait_for_function("() => document.querySelector('#model input')?.value === 'Ink herons'")
    page.fill("#spark textarea", "a lighthouse")
    page.click("#write")
    answer = written(page)
    assert all(text.startswith("inkst") for text in texts(answer))
    assert "for Ink herons" in answer.locator(".facts").inner_text()


def test_the_shelf_is_looked_through(page: Any) -> None:
    go_to(page, "Models")
    page.click(".models >> text=Pony")
    page.wait_for_selector(".model h2 >> text=Pony")
    assert "score_9" in page.inner_text(".model")
    assert page.locator(".models [aria-current]").inner_text().startswith("Pony")


# Everybody.


def test_the_keyboard_is_enough(page: Any) -> None:
    page.focus("#spark textarea")
    page.keyboard.type("a dragon guarding")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#way label.selected >> text=Surprise me")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("#way label.selected >> text=Finish my prompt")
    page.keyboard.press("Control+Enter")
    written(page)
    page.wait_for_function("() => document.activeElement.matches('.answer h2')")
    names = []
    for _ in range(4):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent"))
    assert names == ["Copy", "Edit", "More like this", "Keep this, vary that"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    page.focus("[data-do=edit]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Edit"
    page.focus("[role=tab]")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".jobs")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_serious_stands_in_anybodys_way(
    visit: Open, address: str, tmp_path: Path, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = ready(visit(address, width, scheme))

    def check(place: str) -> None:
        found = Axe().run(page).response["violations"]
        serious = [
            f"{place}: {fault['id']} at {node['target']}: {node['failureSummary']}"
            for fault in found
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]
        assert serious == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place

    check("at first")
    (tmp_path / "boat.png").write_bytes(picture(size=(64, 48)).data)
    page.set_input_files("#pictures input[type=file]", str(tmp_path / "boat.png"))
    page.wait_for_selector("#pictures img")
    check("with a picture")
    page.click("#pictures .delete-button")
    page.wait_for_selector("#pictures img", state="detached")
    unfold(page)
    page.check("#clear input")
    say(page, "a zorbex robot")
    page.click("#write")
    card = written(page).locator(".card").first
    card.locator("[data-do=parts]").click()
    check("with an answer")
    card.locator("[data-do=edit]").click()
    page.fill("#seed :is(input, textarea)", "seven")
    page.click("#write")
    page.wait_for_selector("[role=alert]")
    check("with an error")
    go_to(page, "History")
    page.wait_for_selector(".jobs")
    check("in the history")
    go_to(page, "Models")
    page.wait_for_selector(".model h2")
    page.click("#make > button")
    page.wait_for_selector("#dropped", state="visible")
    check("among models")


# Where keys are set.


def test_one_signs_in_with_a_key_and_sees_only_ones_own(
    visit: Open, browser: Any, tmp_path: Path
) -> None:
    settings = Settings(
        engine="echo",
        data_dir=tmp_path,
        api_keys=(SecretStr("ada:moon"), SecretStr("bob:river")),
        key_projects={"ada": "proj_ada", "bob": "proj_bob"},
    )
    with serving(Sparkloom(settings), studio=True) as address:
        assert httpx.get(f"{address}/v1/jobs").status_code == 401
        assert httpx.get(f"{address}/config").status_code == 401
        page = visit(address)
        assert page.url == f"{address}/sign-in"
        page.fill("#key", "ada")
        page.fill("#secret", "river")
        page.keyboard.press("Enter")
        page.wait_for_selector("[role=alert] >> text=Check both")
        assert page.input_value("#key") == "ada"
        page.fill("#secret", "moon")
        page.keyboard.press("Enter")
        ready(page)
        say(page, "a fox")
        page.click("#write")
        written(page)
        other = visit(address)
        other.fill("#key", "bob")
        other.fill("#secret", "river")
        other.click("button")
        ready(other)
        go_to(other, "History")
        other.wait_for_selector("text=Nothing yet")
        jobs = httpx.get(f"{address}/v1/jobs", auth=("ada", "moon")).json()["jobs"]
        assert [job["ownerId"] for job in jobs] == ["proj_ada"]
        page.click("text=Sign out")
        page.wait_for_url(f"{address}/sign-in")
        page.context.close()
        other.context.close()


def test_the_command_serves_it(browser: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "sparkloom", "serve", "--engine", "echo"],
        env={**os.environ, "SPARKLOOM_DATA_DIR": str(tmp_path), "SPARKLOOM_PORT": port},
        stderr=subprocess.DEVNULL,
    )
    try:
        transport = httpx.HTTPTransport(retries=12)  # with growing pauses: about a minute
        with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}") as client:
            page = client.get("/")
            assert "Sparkloom" in page.text
            script = re.search(r"/assets/[\w.-]+\.js", page.text)
            assert script
            assert "immutable" in client.get(script[0]).headers["cache-control"]
            assert client.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
    finally:
        server.terminate()
        server.wait()


def test_the_api_stays_where_it_is(address: str) -> None:
    assert httpx.get(f"{address}/health").status_code == 200
    assert httpx.get(f"{address}/v1/jobs").json()["jobs"] is not None
    assert httpx.get(f"{address}/nothing").json()["name"] == "NotFoundError"
    assert httpx.get(f"{address}/v1/nothing").json()["name"] == "NotFoundError"
    page = httpx.get(address)
    assert "default-src 'self'" in page.headers["content-security-policy"]
    api = httpx.get(f"{address}/v1/jobs")
    assert api.headers["content-security-policy"].startswith("default-src 'none'")
