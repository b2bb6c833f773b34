"""Charts of the published timings, as SVG with real text that takes the text color of the page."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.workload import BATCHES, MODES, Workload
from reports.timings import Timings
from tf_conformance.records.files import write_whole

# The hatch and the color of each mode. The hatches are lines, since dots would make the file ten times as large.
BARS = dict(
    zip(
        MODES,
        cycle(
            [
                ("", "#4269d0"),
                ("///", "#b8860b"),
                ("\\\\\\", "#c0392b"),
                ("xxx", "#2e8b57"),
                ("---", "#8e6bbf"),
                ("|||", "#6b7280"),
                ("+++", "#b5651d"),
            ]
        ),
    )
)
# The marker, the dashes and the color of each batch size.
LINES = dict(zip(BATCHES, cycle([("o", "-", "#4269d0"), ("s", "--", "#b8860b"), ("^", ":", "#c0392b")])))
INK = "#123456"  # stands for the text color of the page

SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "tf-conformance",  # the same chart has the same bytes
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "hatch.linewidth": 0.6,
    **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), INK),
}


def draw_charts(runs: Sequence[Timings], folder: Path) -> list[Path]:
    """Draws the history and, for each run that has them, the bars of its modes; returns the files that it wrote."""
    charts = {"history": history_chart(runs)}
    charts.update({f"modes-{run.name}": modes_chart(run) for run in runs if run.measurement(mode="fit")})
    paths = {folder / f"{name}.svg": svg for name, svg in charts.items()}
    for path, svg in paths.items():
        write_whole(path, svg)
    return list(paths)


def history_chart(runs: Sequence[Timings]) -> str:
    """The share of the machine's peak that a training step reaches on each TensorFlow, eagerly and compiled."""
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(9, 4.2), layout="constrained")
        left, right = figure.subplots(1, 2)
        for axes, mode, title in ((left, "eager", "eager"), (right, "function", "tf.function")):
            _draw_history(axes, runs, mode)
            axes.set_title(title)
        left.set_ylabel("share of the machine's peak, %")
        right.legend(title="batch", frameon=False, labelcolor=INK)
        return _svg(
            figure, "The notes' CNN, SGD: operations per second in a training step, as a share of the machine's peak."
        )


def _draw_history(axes: Axes, runs: Sequence[Timings], mode: str) -> None:
    for batch, (marker, dashes, color) in LINES.items():
        found = [(at, run.measurement(**_cnn(batch, mode))) for at, run in enumerate(runs)]
        measured = [(at, measurement) for at, measurement in found if measurement]
        axes.plot(
            [at for at, _ in measured],
            [100 * measurement["share_of_peak"] for _, measurement in measured],
            marker=marker,
            markersize=4,
            linestyle=dashes,
            color=color,
            label=str(batch),
        )
    axes.set_xticks(range(len(runs)), [run.label for run in runs], rotation=90)
    axes.set_xlabel("TensorFlow")
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=INK, alpha=0.15)


def modes_chart(run: Timings) -> str:
    """How many times as fast as the eager step each mode is, by batch size."""
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        axes = figure.subplots()
        modes = [mode for mode in MODES if run.measurement(**_cnn(BATCHES[0], mode))]
        width = 0.8 / len(modes)
        for number, mode in enumerate(modes):
            _draw_mode(axes, run, mode, (number - (len(modes) - 1) / 2) * width, width)
        axes.set_xticks(range(len(BATCHES)), [f"batch {batch}" for batch in BATCHES])
        axes.set_ylabel("speedup over the eager step")
        axes.legend(ncols=len(modes), frameon=False, labelcolor=INK, loc="upper center", bbox_to_anchor=(0.5, 1.16))
        return _svg(
            figure,
            f"The notes' CNN, SGD, on TensorFlow {run.install['tensorflow']}: "
            "how many times as fast as the eager step of the same batch each mode is.",
        )


def _draw_mode(axes: Axes, run: Timings, mode: str, offset: float, width: float) -> None:
    hatch, color = BARS[mode]
    found = [run.measurement(**_cnn(batch, mode)) for batch in BATCHES]
    bars = axes.bar(
        [at + offset for at in range(len(BATCHES))],
        list(map(_speedup, found)),
        width,
        label=mode,
        hatch=hatch,
        color=color,
        edgecolor="white",
    )
    axes.bar_label(bars, fmt=lambda value: f"{value:.3g}", fontsize=7, color=INK, padding=1)


def _speedup(measurement: dict[str, Any] | None) -> float:
    """How many times as fast as the eager step; 0 if one of the two was not timed."""
    ratio = measurement and measurement["ratio_to_eager"]
    return 1 / ratio if ratio else 0.0


def _cnn(batch: int, mode: str) -> dict[str, Any]:
    return {**Workload("cnn", batch).as_json(), "mode": mode}


def _svg(figure: Figure, description: str) -> str:
    """The figure as SVG, without a date and without what only a separate file needs."""
    file = io.StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    text = file.getvalue()
    svg = re.sub(r" <metadata>.*?</metadata>\n", "", text[text.index("<svg") :], flags=re.DOTALL)
    return svg.replace(INK, "currentColor").replace("<svg", f'<svg role="img" aria-label="{description}"', 1)
