"""The picture of the page in the README and the docs, taken anew.

pip install '.[studio,browser]'
apt-get install chromium
python scripts/screenshot.py --seed 3
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PICTURE = Path(__file__).parents[1] / "docs/studio.png"
SIZE = {"width": 1280, "height": 960}
UNTIL = 120_000
"""Milliseconds to wait for what must come."""


@contextmanager
def page() -> Iterator[str]:
    """The address of the page, with nothing in its catalog."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "sparkloom", "serve", "--port", port],
            env={**os.environ, "SPARKLOOM_DATA_DIR": folder},
            stderr=subprocess.DEVNULL,
        )
        try:
            waiting = ["curl", "-sf", "--retry", "60", "--retry-delay", "1", "--retry-connrefused"]
            subprocess.run([*waiting, "-o", os.devnull, f"127.0.0.1:{port}/health"], check=True)
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait()


def main() -> None:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description="Take the picture of the page anew.")
    parser.add_argument("--spark", default="old fisherman mending nets, oil painting")
    parser.add_argument("--model", default="Stable Diffusion XL")
    parser.add_argument("--seed", default="3")
    parser.add_argument("--out", type=Path, default=PICTURE)
    asked = parser.parse_args()
    with page() as address, sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
        context.set_default_timeout(UNTIL)
        seen = context.new_page()
        seen.goto(address)
        seen.wait_for_selector("body[data-ready]")
        seen.click("#advanced > button")
        seen.wait_for_selector("#many", state="visible")
        seen.fill("#seed :is(input, textarea)", asked.seed)
        seen.fill("#spark textarea", asked.spark)
        seen.click("#way >> text=Lay it out")
        seen.fill("#model input", asked.model)
        seen.click(f"[role=option] >> text={asked.model}")
        seen.wait_for_selector("#cost >> text=unit")
        seen.click("#write")
        seen.wait_for_selector(".answer[data-job]")
        assert seen.inner_text(".answer code") == asked.seed
        seen.click("#advanced > button")
        seen.click(".chip >> text=Setting")
        seen.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
        seen.mouse.move(0, 0)
        seen.wait_for_timeout(1000)
        seen.screenshot(path=asked.out)
        browser.close()


if __name__ == "__main__":
    main()
