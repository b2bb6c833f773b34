"""What a comparison says: a line a pair while it runs, the verdict at its end, and all of it as JSON."""

from __future__ import annotations

import platform
import statistics
from typing import Any, Iterator

from benchmarks.comparison.estimate import LOOKS
from benchmarks.comparison.session import Answer
from benchmarks.comparison.trial import Trial
from tf_conformance.install.checks.platform import cpu_info


def progress_line(answer: Answer) -> str:
    """The last pair, and what is known after it."""
    line = "pair %2d of at most %d  %.3f" % (len(answer.ratios), LOOKS[-1], answer.ratios[-1])
    known = answer.estimate
    if known:
        line += f"   ratio {known.ratio:.3f} [{known.low:.3f}, {known.high:.3f}]"
    return line + f"   {answer.seconds:.0f} s"


def report(answer: Answer) -> str:
    """The installs, the ratio with its interval, and the verdict in words."""
    return "\n".join(_lines(answer))


def _lines(answer: Answer) -> Iterator[str]:
    question = answer.question
    cores = "%d core%s" % (question.cores, "" if question.cores == 1 else "s") if question.cores else "all cores"
    machine = cpu_info().get("model name", platform.machine())
    yield f"{question.workload} · {question.mode} · {question.device} · {machine}, {cores}"
    for name, install, seconds in zip("AB", answer.installs, answer.step_seconds):
        yield f"  {name}  {_title(install)}  {1e3 * statistics.median(seconds):.3f} ms a step"
    known = answer.estimate
    if not known:
        yield "  too few pairs for an interval: %d (%s)" % (len(answer.ratios), answer.end)
        return
    yield "  time of B / time of A  %.3f, 95 %% interval %.3f to %.3f  (%d pairs of processes, %.0f s, %s)" % (
        known.ratio,
        known.low,
        known.high,
        known.pairs,
        answer.seconds,
        answer.end,
    )
    yield "  smallest difference that could have been seen  %.1f %%" % (100 * known.half_width)
    if not answer.same_losses:
        yield "  warning: the losses differ, so A and B do not do the same work"
    yield f"  verdict: {_verdict(answer)}"


def _verdict(answer: Answer) -> str:
    known = answer.estimate
    assert known is not None
    if known.verdict == "no difference seen":
        return known.verdict
    return f"B is {known.verdict} than A"


def _title(install: dict[str, Any]) -> str:
    words = "tensorflow %(tensorflow)s · Keras %(keras)s · NumPy %(numpy)s · Python %(python)s"
    return words % install


def comparison_line(trial: Trial, answer: Answer) -> str:
    """One comparison of a trial."""
    known = answer.estimate
    return "%2d and %2d  %g %% more work for B  %s  %.0f s, %d pairs" % (
        len(trial.same),
        len(trial.burdened),
        100 * answer.question.burden,
        f"ratio {known.ratio:.3f} [{known.low:.3f}, {known.high:.3f}] {known.verdict}" if known else "too few pairs",
        answer.seconds,
        len(answer.ratios),
    )


def trial_report(trial: Trial, percent: float) -> str:
    """How often the comparisons of a trial were right, how precise they were, and what they took."""
    lines = [
        "the same on both sides: the interval contains 1 in %d of %d" % (trial.kept, len(trial.same)),
        "%g %% more work for B: called slower in %d of %d" % (percent, trial.found, len(trial.burdened)),
    ]
    if trial.half_widths:
        widths = [100 * width for width in trial.half_widths]
        lines += [
            f"half-width of the interval: median {statistics.median(widths):.2f} %, at most {max(widths):.2f} %",
            f"time: median {statistics.median(trial.seconds):.0f} s, at most {max(trial.seconds):.0f} s",
        ]
    return "\n".join(lines)
