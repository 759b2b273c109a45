"""How soon the page answers, and what it takes.

    pip install '.[studio,browser]'
    apt-get install chromium
    python benchmarks/studio.py

Starts the service as a user would, with the local model built, opens the page in Chromium, and
chooses another way of writing: the page tells at once what it does, and the service what it costs.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from contextlib import closing
from typing import Any

from report import write_section
from server import megabytes, processor_seconds, serving
from sparkloom.local_model import local_model
from sparkloom.settings import Settings

ROUNDS = 5


def measure(browser: Any) -> dict[str, float]:
    """One start of the service: seconds since then, seconds of processor, MB."""
    start = time.perf_counter()
    context = browser.new_context()
    with closing(context), serving(Settings(), "embedded") as (server, address):
        up = time.perf_counter() - start
        page = context.new_page()
        page.goto(address)
        page.click("#way >> text=Surprise me")
        page.wait_for_selector("#about >> text=Invents something new")
        answered = time.perf_counter() - start
        page.click("#way >> text=Edit this image")
        page.wait_for_selector("#cost >> text=Drop the picture")
        served = time.perf_counter() - start
        busy = processor_seconds(server)
        page.fill("#spark textarea", "a dragon guarding")
        page.click("#way >> text=Finish my prompt")
        page.wait_for_selector("#about >> text=to the letter")
        asked = time.perf_counter()
        page.click("#write")
        page.wait_for_selector(".answer[data-job]")
        wrote = time.perf_counter() - asked
        return {
            "up": up,
            "answered": answered,
            "served": served,
            "busy": busy,
            "wrote": wrote,
            "memory": megabytes(server),
        }


def main() -> None:
    from playwright.sync_api import sync_playwright

    local_model(Settings().cache_dir)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=arguments
        )
        measure(browser)  # the first start reads every file from the disk
        rounds = [measure(browser) for _ in range(ROUNDS)]
        browser.close()
    found = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    write_section(
        "The page",
        "python benchmarks/studio.py",
        [
            ("from `sparkloom serve` to the page, median", f"{found['up']:.1f} s", ""),
            (
                "from `sparkloom serve` to its first interaction answered, median",
                f"{found['answered']:.1f} s",
                "≤ 3 s",
            ),
            (
                "from `sparkloom serve` to the service's first answer on the page, median",
                f"{found['served']:.1f} s",
                "",
            ),
            ("processor time of the server until then", f"{found['busy']:.1f} s", ""),
            (
                "first three completions on the page, the model loaded for them",
                f"{found['wrote']:.1f} s",
                "",
            ),
            ("resident memory of the server then", f"{found['memory']:.0f} MB", ""),
        ],
    )


if __name__ == "__main__":
    # The jobs of a benchmark are nobody's.
    with tempfile.TemporaryDirectory() as data:
        os.environ["SPARKLOOM_DATA_DIR"] = data
        main()
