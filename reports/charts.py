"""Charts of the published timings, as SVG that says its words as text and takes the page's colour of text."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.timings import Timings

BATCHES = (16, 64, 256)
# The hatch, and then the colour, of each mode. Of lines: dots would make the file ten times as large.
STYLES = {
    "eager": ("", "#4269d0"),
    "function": ("///", "#b8860b"),
    "jit": ("\\\\\\", "#c0392b"),
    "train_on_batch": ("xxx", "#2e8b57"),
    "fit": ("---", "#8e6bbf"),
    "fit-16-steps": ("|||", "#6b7280"),
    "fit-eagerly": ("+++", "#b5651d"),
}
LINES = (("o", "-", "#4269d0"), ("s", "--", "#b8860b"), ("^", ":", "#c0392b"))
INK = "#123456"  # becomes the colour of the text around the chart

SETTINGS = {
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
    """Draws the history, and for each run that has them the bars of its modes; the files that were written."""
    charts = {"history": history_chart(runs)}
    charts.update({f"modes-{run.name}": modes_chart(run) for run in runs if run.figure(mode="fit")})
    written = []
    for name, svg in charts.items():
        path = folder / f"{name}.svg"
        path.write_text(svg, encoding="utf-8")
        written.append(path)
    return written


def history_chart(runs: Sequence[Timings]) -> str:
    """Share of the machine's peak that a training step reaches, over TensorFlow's versions, eager and compiled apart."""
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(9, 4.2), layout="constrained")
        for axes, mode, title in zip(figure.subplots(1, 2), ("eager", "function"), ("eager", "tf.function")):
            _draw_history(axes, runs, mode)
            axes.set_title(title)
        figure.axes[0].set_ylabel("share of the machine's peak, %")
        figure.axes[1].legend(title="batch", frameon=False, labelcolor=INK)
        return _svg(
            figure, "The notes' CNN, SGD: operations a second of a training step, as a share of a matrix product's."
        )


def _draw_history(axes: Axes, runs: Sequence[Timings], mode: str) -> None:
    for batch, (marker, dash, colour) in zip(BATCHES, LINES):
        found = [(at, run.figure(**_cnn(batch, mode))) for at, run in enumerate(runs)]
        points = [(at, 100 * figure["share_of_peak"]) for at, figure in found if figure]
        axes.plot(*zip(*points), marker=marker, markersize=4, linestyle=dash, color=colour, label=str(batch))
    axes.set_xticks(range(len(runs)), [run.label for run in runs], rotation=90)
    axes.set_xlabel("TensorFlow")
    axes.set_ylim(bottom=0)
    axes.grid(axis="y", color=INK, alpha=0.15)


def modes_chart(run: Timings) -> str:
    """Milliseconds of a training step in each mode, by batch size."""
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(9, 3.6), layout="constrained")
        axes = figure.subplots()
        modes = [mode for mode in STYLES if run.figure(**_cnn(BATCHES[0], mode))]
        width = 0.8 / len(modes)
        for number, mode in enumerate(modes):
            hatch, colour = STYLES[mode]
            found = [(at, run.figure(**_cnn(batch, mode))) for at, batch in enumerate(BATCHES)]
            bars = axes.bar(
                [at + (number - (len(modes) - 1) / 2) * width for at, _ in found],
                [1e3 * timing["step_seconds"] if timing else 0 for _, timing in found],
                width,
                label=mode,
                hatch=hatch,
                color=colour,
                edgecolor="white",
            )
            axes.bar_label(bars, fmt=lambda value: f"{value:.3g}", fontsize=7, color=INK, padding=1)
        axes.set_yscale("log")
        axes.set_xticks(range(len(BATCHES)), [f"batch {batch}" for batch in BATCHES])
        axes.set_ylabel("milliseconds a step")
        axes.legend(ncols=len(modes), frameon=False, labelcolor=INK, loc="upper center", bbox_to_anchor=(0.5, 1.16))
        return _svg(figure, f"The notes' CNN, SGD, on {run.install['tensorflow']}: milliseconds of a training step.")


def _cnn(batch: int, mode: str) -> dict[str, Any]:
    return {"network": "cnn", "optimizer": "SGD", "precision": "float32", "batch": batch, "mode": mode}


def _svg(figure: Figure, description: str) -> str:
    """The figure without a date, and without what only a file of its own needs."""
    file = io.StringIO()
    figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
    text = file.getvalue()
    svg = re.sub(r" <metadata>.*?</metadata>\n", "", text[text.index("<svg") :], flags=re.DOTALL)
    return svg.replace(INK, "currentColor").replace("<svg", f'<svg role="img" aria-label="{description}"', 1)
