"""What a comparison prints: one line per pair while it runs, and the verdict at its end."""

from __future__ import annotations

import statistics
from typing import Any, Iterator

from benchmarks.comparison.estimate import LEVEL, LOOKS, Estimate
from benchmarks.comparison.session import Answer
from benchmarks.comparison.trial import Trial
from tf_conformance.install.processor import Processor


def progress_line(answer: Answer) -> str:
    """The last pair, and what is known after it."""
    known = answer.estimate
    ratio = f"   {_short(known)}" if known else ""
    return (
        f"pair {len(answer.ratios):2} of at most {LOOKS[-1]}  {answer.ratios[-1]:.3f}{ratio}   {answer.seconds:.0f} s"
    )


def report(answer: Answer) -> str:
    """What was trained where, the installs, the ratio with its interval, and the verdict in words."""
    return "\n".join([*_setting(answer), *_findings(answer)])


def _setting(answer: Answer) -> Iterator[str]:
    question, sides = answer.question, answer.descriptions
    workload = question.workload._replace(precision="float32")
    yield " · ".join([str(workload), question.mode, *_unless_different(sides), Processor.read().name])
    for name, side, seconds in zip("AB", sides, answer.step_seconds):
        own = [] if _unless_different(sides) else _place(side)
        yield f"  {name}  {' · '.join([_title(side['install']), *own])}  {1e3 * statistics.median(seconds):.3f} ms per step"


def _unless_different(sides: list[dict[str, Any]]) -> list[str]:
    """Where both sides trained; empty if they trained in different places."""
    a, b = map(_place, sides)
    return a if a == b else []


def _place(side: dict[str, Any]) -> list[str]:
    """The device, the cores of a CPU, and the precision unless it is the usual one."""
    precision = [] if side["precision"] == "float32" else [side["precision"]]
    return [*precision, f"{side['device']}, {_cores(side['cores'])}"]


def _findings(answer: Answer) -> Iterator[str]:
    known = answer.estimate
    if not known:
        yield f"  too few pairs for an interval: {len(answer.ratios)} ({answer.end})"
        return
    interval = f"{known.ratio:.3f}, {LEVEL:.0%} interval {known.low:.3f} to {known.high:.3f}"
    yield f"  time of B / time of A  {interval}  ({known.pairs} pairs of processes, {answer.seconds:.0f} s, {answer.end})"
    yield f"  smallest difference that could have been seen  {known.half_width:.1%}"
    if not answer.same_losses:
        yield "  warning: the losses differ, so A and B do not do the same work"
    if not answer.compared_losses:
        yield "  the network draws random numbers, so the losses do not show whether A and B do the same work"
    yield f"  verdict: {_verdict(known)}"


def demand_line(answer: Answer, share: float) -> str:
    """Whether B is slower than A by more than this share of A's time, as a line for CI."""
    found, slower = answer.slower_by(share), f"slower by more than {share:.1%}"
    if found is None:
        return f"  it is unclear whether B is {slower}"
    return f"  B is {'' if found else 'not '}{slower}"


def _cores(count: int) -> str:
    if not count:
        return "all cores"
    return f"{count} core{'' if count == 1 else 's'}"


def _verdict(known: Estimate) -> str:
    return f"B is {known.verdict} than A" if known.verdict in ("slower", "faster") else known.verdict


def _short(known: Estimate) -> str:
    return f"ratio {known.ratio:.3f} [{known.low:.3f}, {known.high:.3f}]"


def _title(install: dict[str, Any]) -> str:
    packages = f"tensorflow {install['tensorflow']} · Keras {install['keras']} · NumPy {install['numpy']}"
    return f"{packages} · Python {install['python']}"


def comparison_line(trial: Trial, answer: Answer) -> str:
    """The last comparison of a trial."""
    known, counts = answer.estimate, f"{len(trial.same):2} and {len(trial.burdened):2}"
    found = f"{_short(known)} {known.verdict}" if known else "too few pairs"
    work = f"{100 * answer.question.burden:g}% more work for B"
    return f"{counts}  {work}  {found}  {answer.seconds:.0f} s, {len(answer.ratios)} pairs"


def trial_report(trial: Trial, percent: float) -> str:
    """How often the comparisons of a trial were right, how precise they were, and how long they took."""
    lines = [
        f"the same on both sides: the interval contains 1 in {trial.kept} of {len(trial.same)}",
        f"{percent:g}% more work for B: called slower in {trial.found} of {len(trial.burdened)}",
    ]
    if trial.half_widths:
        widths, seconds = trial.half_widths, trial.seconds
        lines += [
            f"half-width of the interval: median {statistics.median(widths):.2%}, at most {max(widths):.2%}",
            f"time: median {statistics.median(seconds):.0f} s, at most {max(seconds):.0f} s",
        ]
    return "\n".join(lines)
