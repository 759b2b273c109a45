"""Plots of the report, in one style: SVG, light, readable in the docs."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FOLDER = Path(__file__).with_name("plots")

COLOURS = ("#2f6f8f", "#d98e3f", "#7a9e5f", "#a9577a", "#7d7f86")
"""Told apart by people who see colours differently, and in grey."""

INK, FAINT = "#2b2d33", "#d9dbe0"

STYLE: dict[str, Any] = {
    "figure.facecolor": "white",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titlepad": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "sparkloom",  # the same figures make the same file
}

Series = Mapping[str, Sequence[Sequence[float]]]
"""By name: for each place on the axis the values that were measured there."""


def bars(name: str, title: str, unit: str, places: Sequence[str], series: Series) -> str:
    """Medians as bars side by side, quartiles as whiskers. Returns the plot's name."""
    figure, axes = _begin(title, 1.2 + 0.34 * len(places) * (len(series) + 0.6))
    height = 0.8 / len(series)
    for number, (label, measured) in enumerate(series.items()):
        # A bar has a place only where something was measured.
        at = [i + (number - (len(series) - 1) / 2) * height for i, m in enumerate(measured) if m]
        found = [values for values in measured if values]
        middles, whiskers = _spread(found)
        axes.barh(
            at, middles, height * 0.9, label=label, color=COLOURS[number % len(COLOURS)],
            xerr=whiskers, error_kw={"ecolor": INK, "elinewidth": 0.9},
        )  # fmt: skip
        for place, middle, high in zip(at, middles, whiskers[1], strict=True):
            axes.annotate(
                f"{middle:,.3g}", (middle + high, place), (4, 0),
                textcoords="offset points", va="center", fontsize=8.5,
            )  # fmt: skip
    axes.set_yticks(range(len(places)), places)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set_xlabel(unit)
    axes.margins(x=0.12)
    return _end(figure, axes, name, len(series))


def lines(
    name: str, title: str, axis: tuple[str, str], places: Sequence[float], series: Series
) -> str:
    """Medians as lines, quartiles as bands. Returns the plot's name.

    Args:
        axis: what stands along, and what stands up.
    """
    figure, axes = _begin(title, 3.2)
    for number, (label, measured) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        middles, (low, high) = _spread(measured)
        axes.plot(places, middles, marker="o", markersize=4, color=colour, label=label)
        axes.fill_between(
            places,
            [m - d for m, d in zip(middles, low, strict=True)],
            [m + d for m, d in zip(middles, high, strict=True)],
            color=colour, alpha=0.15, linewidth=0,
        )  # fmt: skip
    axes.set_xticks(places, [f"{place:g}" for place in places])
    axes.set_xlabel(axis[0])
    axes.set_ylabel(axis[1])
    axes.set_ylim(bottom=0)
    return _end(figure, axes, name, len(series))


def _spread(measured: Sequence[Sequence[float]]) -> tuple[list[float], list[list[float]]]:
    """Medians, and how far the quartiles lie below and above them."""
    middles = [statistics.median(values) for values in measured]
    whiskers: list[list[float]] = [[], []]
    for values, middle in zip(measured, middles, strict=True):
        low, high = middle, middle
        if len(values) > 2:
            low, _, high = statistics.quantiles(values, n=4, method="inclusive")
        whiskers[0].append(middle - low)
        whiskers[1].append(high - middle)
    return middles, whiskers


def _begin(title: str, height: float) -> tuple[Figure, Axes]:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update(STYLE)
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7.2, height), layout="constrained")
    axes.set_title(title, fontweight="bold")
    return figure, axes


def _end(figure: Figure, axes: Axes, name: str, count: int) -> str:
    from matplotlib import pyplot

    if count > 1:
        figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    FOLDER.mkdir(exist_ok=True)
    figure.savefig(FOLDER / f"{name}.svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    return name
