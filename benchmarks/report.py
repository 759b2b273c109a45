"""The report that the figures go into, a section for each benchmark."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from pathlib import Path

from sparkloom.settings import usable_cores

REPORT = Path(__file__).with_name("report.md")

Figure = tuple[str, str, str]
"""What was measured, its value, and the target or nothing."""


def write_section(title: str, command: str, figures: Iterable[Figure]) -> None:
    """Put a section into the report, in the place of the one with its title, and print it."""
    section = "\n".join(
        [
            f"## {title}",
            "",
            f"`{command}`, {usable_cores()} cores of {_processor()}, "
            f"Python {platform.python_version()}.",
            "",
            "| figure | measured | target |",
            "|---|--:|--:|",
            *(f"| {name} | {value} | {target} |" for name, value, target in figures),
        ]
    )
    head, *sections = re.split(r"\n+(?=## )", REPORT.read_text().strip())
    titles = [text.partition("\n")[0] for text in sections]
    if f"## {title}" in titles:
        sections[titles.index(f"## {title}")] = section
    else:
        sections.append(section)
    REPORT.write_text("\n\n".join([head, *sections]) + "\n")
    print(section)


def _processor() -> str:
    if os.path.exists("/proc/cpuinfo"):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "an unknown processor"
