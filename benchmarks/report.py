"""The report that the figures go into, a section for each benchmark."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

from sparkloom.settings import usable_cores

REPORT = Path(__file__).with_name("report.md")

HEAD = """# Benchmark report

`scripts/bench` writes it, a section a part; a part that did not run keeps its section of the last
run. Medians stand with their quartiles, and a target with whether it is met."""

Figure = tuple[str, str, str]
"""What was measured, its value, and the target or nothing: `≤ 2 s`, `≥ 97 %`, `all`, `0`, `yes`."""

LIBRARIES = ("xllamacpp", "numpy", "onnxruntime", "torch", "transformers", "dynamicprompts")
"""Whose versions say what was measured."""

_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")


def write_section(
    title: str, command: str, figures: Iterable[Figure], plots: Sequence[str] = ()
) -> None:
    """Put a section into the report, in the place of the one with its title, and print it.

    Args:
        command: what measures it again.
        figures: a row each.
        plots: names of pictures in the folder `plots`; see `plots.py`.
    """
    rows = list(figures)
    lines = [
        f"`{command}`, {usable_cores()} cores of {processor()}, "
        f"Python {platform.python_version()}.",
        "",
        "| figure | measured | target | met |",
        "|---|--:|--:|:-:|",
        *(
            f"| {name} | {value} | {target} | {met(value, target)} |"
            for name, value, target in rows
        ),
    ]
    for plot in plots:
        lines += ["", f"![{title}: {plot.replace('-', ' ')}](plots/{plot}.svg)"]
    put(title, "\n".join(lines))
    print(f"## {title}\n\n" + "\n".join(lines))


def put(title: str, text: str, first: bool = False) -> None:
    """A section's text into the report; what somebody wrote under its figures stays.

    Args:
        first: whether a new section comes before all others.
    """
    sections = _sections()
    notes = _notes(sections.pop(title)) if first and title in sections else ""
    if title in sections:
        notes = _notes(sections[title])
    section = "\n\n".join(filter(None, [f"## {title}", text, notes]))
    sections = {title: section} | sections if first else sections | {title: section}
    REPORT.write_text("\n\n".join([HEAD, *sections.values()]) + "\n", encoding="utf-8")


def drop(title: str) -> None:
    """Take a section out of the report, if it is there."""
    sections = _sections()
    sections.pop(title, None)
    REPORT.write_text("\n\n".join([HEAD, *sections.values()]) + "\n", encoding="utf-8")


def spread(values: Sequence[float], form: str = "{:.2f}", unit: str = "") -> str:
    """A median with its quartiles: `1.25 s (1.10 to 1.41)`."""
    middle = f"{form.format(statistics.median(values))}{unit}"
    if len(values) < 3:
        return middle
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return f"{middle} ({form.format(low)} to {form.format(high)})"


def met(value: str, target: str) -> str:
    """Whether a value reaches its target: `yes`, `no`, or nothing where that cannot be told."""
    if not target:
        return ""
    wanted, found = _NUMBER.search(target), _NUMBER.search(value)
    if target[0] in "≤≥" and wanted and found:
        limit, number = (float(match[0].replace(",", "")) for match in (wanted, found))
        return "yes" if (number <= limit if target[0] == "≤" else number >= limit) else "no"
    if target == "all" and found:
        share = re.match(r"(\d+) of (\d+)$", value)
        whole = share[1] == share[2] if share else float(found[0].replace(",", "")) == 100
        return "yes" if whole else "no"
    if wanted and found and wanted[0] == target:
        return "yes" if found[0] == target else "no"
    return ("yes" if value == target else "no") if target == "yes" else ""


def machine() -> str:
    """The machine and what runs on it, as a table."""
    rows = {
        "processor": processor(),
        "cores that may be used": f"{usable_cores()} of {os.cpu_count()}",
        "vector instructions": ", ".join(_vectors()) or "unknown",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        **{name: version for name in LIBRARIES if (version := _version(name))},
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {v} |" for name, v in rows.items())])


def processor() -> str:
    """The processor's name."""
    if os.path.exists("/proc/cpuinfo"):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "an unknown processor"


def _vectors() -> list[str]:
    if not os.path.exists("/proc/cpuinfo"):
        return []
    flags = re.search(r"^(?:flags|Features)\s*:(.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    known = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimd", "sve")
    return [name for name in known if flags and name in flags[1].split()]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _sections() -> dict[str, str]:
    text = REPORT.read_text(encoding="utf-8") if REPORT.exists() else ""
    found = re.split(r"\n+(?=## )", text.strip())[1:]
    return {section.partition("\n")[0].removeprefix("## "): section for section in found}


def _notes(section: str) -> str:
    """What stands under the figures and plots of a section."""
    last = 0
    for match in re.finditer(r"^(?:\||!\[).*$", section, re.M):
        last = match.end()
    return section[last:].strip() if last else ""
