"""The figures of a run, and the tables that people read."""

from __future__ import annotations

from typing import Iterator, List, NamedTuple

import pytest

from benchmarks.workload import MODES, Workload

DOUBTFUL_SPREAD = 0.1


class Figure(NamedTuple):
    """The seconds of a training step: the median, and the spread, which is the interquartile range over it."""

    name: str
    workload: Workload
    mode: str
    seconds: float
    spread: float

    @property
    def doubtful(self) -> bool:
        """Whether something else kept the machine busy meanwhile."""
        return self.spread > DOUBTFUL_SPREAD


FIGURES = pytest.StashKey[List[Figure]]()


def ratio_to_eager(figure: Figure, figures: list[Figure]) -> float | None:
    """The time of the figure over that of the eager step of the same workload; None where that was not timed."""
    for other in figures:
        if other.workload == figure.workload and other.mode == "eager":
            return figure.seconds / other.seconds
    return None


def tables(figures: list[Figure]) -> Iterator[str]:
    """A table a network, optimizer and precision: a line a mode, a column a batch size; milliseconds a step."""
    by_title: dict[tuple[str, ...], list[Figure]] = {}
    for figure in figures:
        key = (figure.workload.network, figure.workload.optimizer, figure.workload.precision)
        by_title.setdefault(key, []).append(figure)
    for title, members in by_title.items():
        yield from _table(" · ".join(title), members)
    if any(figure.doubtful for figure in figures):
        yield "? the rounds differ by more than %d %%: time it again on a quiet machine" % (100 * DOUBTFUL_SPREAD)


def _table(title: str, figures: list[Figure]) -> Iterator[str]:
    sizes = sorted({figure.workload.batch for figure in figures})
    yield f"{title}: milliseconds a step (times as fast as eager)"
    yield "  %-16s" % "" + "".join("%24s" % ("batch %d" % size) for size in sizes)
    for mode in MODES:
        cells = {figure.workload.batch: figure for figure in figures if figure.mode == mode}
        if cells:
            yield "  %-16s" % mode + "".join("%24s" % _cell(cells.get(size), figures) for size in sizes)


def _cell(figure: Figure | None, figures: list[Figure]) -> str:
    if figure is None:
        return "-"
    ratio = ratio_to_eager(figure, figures)
    speed = " (%.1f)" % (1 / ratio) if ratio else ""
    return "{:.3f}{}{}".format(1e3 * figure.seconds, speed, "?" if figure.doubtful else " ")
