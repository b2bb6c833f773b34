"""A comparison, from its first pair of processes to its end."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Callable

from benchmarks.comparison.estimate import LOOKS, Estimate, estimate, ratio_of_pair
from benchmarks.comparison.pair import Pair, time_pair
from benchmarks.worker_process import Assignment
from benchmarks.workload import Workload

LOSS_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Question:
    """What is compared: the same training by two interpreters. Times are in seconds."""

    pythons: tuple[str, str]
    workload: Workload
    mode: str = "function"
    device: str = "CPU:0"
    cores: int = 1
    environments: tuple[dict[str, str], dict[str, str]] = ({}, {})
    burden: float = 0.0
    half_width: float = 0.015
    time_limit: float = 170.0
    seconds_per_pair: float = 1.5

    def sides(self) -> list[Assignment]:
        """What A and B run. B alone bears the burden."""
        task = {**self.workload.as_json(), "mode": self.mode, "device": self.device, "cores": self.cores}
        tasks = ({**task, "burden": 0.0}, {**task, "burden": self.burden})
        return [Assignment(*side) for side in zip("AB", self.pythons, self.environments, tasks)]


@dataclass
class Answer:
    """What is known so far: the installs, their losses, the ratio of each pair, and the seconds of each one's step."""

    question: Question
    installs: list[dict[str, Any]] = field(default_factory=list)
    losses: list[list[float]] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    step_seconds: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    seconds: float = 0.0
    end: str = ""

    @property
    def estimate(self) -> Estimate | None:
        """The ratio with its interval; None while the pairs are too few for one."""
        return estimate(self.ratios)

    @property
    def same_losses(self) -> bool:
        """Whether both trained alike; otherwise it is not the same work that is compared."""
        return all(math.isclose(a, b, rel_tol=LOSS_TOLERANCE) for a, b in zip(*self.losses))

    def as_json(self) -> dict[str, Any]:
        """The comparison as JSON data. Times are in seconds."""
        known, question = self.estimate, self.question
        return {
            "workload": question.workload.as_json(),
            "mode": question.mode,
            "device": question.device,
            "cores": question.cores,
            "burden_of_b": question.burden,
            "installs": self.installs,
            "losses": self.losses,
            "same_losses": self.same_losses,
            "step_seconds": list(self.step_seconds),
            "ratios": self.ratios,
            "estimate": known.as_json() if known else None,
            "seconds": self.seconds,
            "end": self.end,
        }

    def add(self, pair: Pair) -> None:
        """Takes in what a pair measured."""
        self.installs = [description["install"] for description in pair.descriptions]
        self.losses = [description["losses"] for description in pair.descriptions]
        self.ratios.append(ratio_of_pair(pair.quads))
        for seconds, blocks in zip(self.step_seconds, ((0, 3), (1, 2))):
            seconds.append(median(quad[at] for quad in pair.quads for at in blocks) / pair.steps)


def compare(question: Question, progress: Callable[[Answer], None]) -> Answer:
    """Times pair after pair until the interval is narrow enough or time is up; Ctrl-C ends it with what there is."""
    answer, start = Answer(question), time.monotonic()
    try:
        while not answer.end:
            order = len(answer.ratios) % 2
            answer.add(time_pair(question.sides(), question.seconds_per_pair, order))
            answer.seconds = time.monotonic() - start
            answer.end = _reason_to_end(answer)
            progress(answer)
    except KeyboardInterrupt:
        answer.end = "interrupted"
    return answer


def _reason_to_end(answer: Answer) -> str:
    """Why no further pair is timed; empty where one is."""
    pairs, question = len(answer.ratios), answer.question
    if pairs in LOOKS and answer.estimate and answer.estimate.half_width <= question.half_width:
        return "precise enough"
    if pairs == LOOKS[-1]:
        return "%d pairs" % pairs
    if answer.seconds * (pairs + 1) / pairs > question.time_limit:
        return "time limit"
    return ""
