"""Comparisons of installs: python -m benchmarks compare | trial. Needs no TensorFlow itself."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks import options as parsers
from benchmarks.comparison.report import comparison_line, demand_line, progress_line, report, trial_report
from benchmarks.comparison.session import Answer, Question, compare
from benchmarks.comparison.trial import Trial, run_trial
from benchmarks.worker_process import WorkerError
from benchmarks.workload import (
    GRADIENT_ERRORS,
    MODES,
    OPTIMIZERS,
    TF32,
    Workload,
)
from tf_conformance.records.command_line import Parser
from tf_conformance.records.files import write_whole

EXAMPLES = """\
examples:
  # two versions
  PROGRAM compare old/bin/python new/bin/python
  # Keras 3 and Keras 2, in one environment
  PROGRAM compare new/bin/python new/bin/python --env-b TF_USE_LEGACY_KERAS=1 --mode fit
  # for CI: fail if your own model trains slower by more than 5%
  PROGRAM compare old/bin/python new/bin/python --network path/to/file.py:build --fail-slower 5
"""


def main(arguments: list[str] | None = None) -> int:
    """Does one task; returns the exit status: 2 if a worker fails or FILE cannot be written, 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        return int(options.task(options))
    except (WorkerError, OSError) as error:
        print(f"{_program()}: {error}", file=sys.stderr)
        return 2


def _compare(options: argparse.Namespace) -> int:
    answer = compare(_question(options, options.python_a, options.python_b), _show_pair)
    if not answer.ratios:
        print(f"{_program()}: interrupted before the first pair was timed", file=sys.stderr)
        return 130
    print(report(answer), flush=True)
    _write(options.json, answer.as_json())
    return 130 if answer.end == "interrupted" else _status(answer, options.fail_slower)


def _status(answer: Answer, limit: float | None) -> int:
    """The exit status, by whether B is slower than A by more than this percentage: it is, it is not, or that is unclear."""
    if limit is None:
        return 0
    print(demand_line(answer, limit / 100), flush=True)
    return {True: 1, False: 0, None: 3}[answer.slower_by(limit / 100)]


def _trial(options: argparse.Namespace) -> int:
    trial = run_trial(_question(options, options.python, options.python), options.runs, _show_comparison)
    print(trial_report(trial, options.burden), flush=True)
    _write(options.json, trial.as_json())
    return 0 if len(trial.burdened) == options.runs else 130


def _question(options: argparse.Namespace, python_a: str, python_b: str) -> Question:
    return Question(
        pythons=(python_a, python_b),
        workload=Workload(options.network, options.batch, options.optimizer, inputs=tuple(options.input)),
        mode=options.mode,
        precision=options.precision,
        devices=(options.device_a or options.device, options.device_b or options.device),
        logical_cpus=options.logical_cpus,
        cores=options.cores,
        environments=(dict(options.env_a), dict(options.env_b)),
        burden=options.burden / 100,
        half_width=options.half_width / 100,
        time_limit=options.time_limit,
        seconds_per_pair=options.pair_time,
    )


def _show_pair(answer: Answer) -> None:
    print(progress_line(answer), file=sys.stderr, flush=True)


def _show_comparison(trial: Trial, answer: Answer) -> None:
    print(comparison_line(trial, answer), file=sys.stderr, flush=True)


def _write(path: Path | None, data: dict[str, Any]) -> None:
    if path:
        write_whole(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def _program() -> str:
    """What the user has called."""
    return os.environ.get("CONFORMANCE_PROGRAM", "python -m benchmarks")


def _parser() -> Parser:
    parser = Parser(prog=_program(), description="Comparisons of installs.")
    tasks = parser.add_subparsers(metavar="TASK")
    tasks.required = True

    task = tasks.add_parser(
        "compare",
        help="find out whether one install trains faster than another",
        epilog=EXAMPLES.replace("PROGRAM", _program()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    task.add_argument("python_a", metavar="PYTHON_A", help="the interpreter of install A")
    task.add_argument("python_b", metavar="PYTHON_B", help="the interpreter of install B")
    task.add_argument(
        "--fail-slower",
        metavar="PERCENT",
        type=parsers.percentage,
        help="end with status 1 if B is slower than A by more than this, with status 3 if the result is unclear",
    )
    task.set_defaults(task=_compare, burden=0.0)

    task = tasks.add_parser("trial", help="find out whether comparisons on this machine can be trusted")
    task.add_argument("python", metavar="PYTHON", help="the interpreter of the install that is compared with itself")
    task.add_argument(
        "--burden",
        metavar="PERCENT",
        type=parsers.percentage,
        default=5.0,
        help="the extra work in B's steps that must be found (%(default)g)",
    )
    task.add_argument(
        "--runs",
        metavar="N",
        type=parsers.positive,
        default=20,
        help="the number of comparisons with the extra work, and of those without it (%(default)s)",
    )
    task.set_defaults(task=_trial)

    for task in tasks.choices.values():
        _add_training(task.add_argument_group("what is trained"))
        _add_sides(task.add_argument_group("where A and B train"))
        _add_precision(task.add_argument_group("how precise a comparison is"))
        task.add_argument("--json", metavar="FILE", type=parsers.file, help="write all results to FILE")
    return parser


def _add_training(group: Any) -> None:
    group.add_argument(
        "--network",
        metavar="NETWORK",
        type=parsers.network,
        default="cnn",
        help="cnn, dense, resnet50, or path/to/file.py:function for the Keras model that it returns (%(default)s)",
    )
    group.add_argument("--input", **parsers.INPUT)
    group.add_argument(
        "--batch", metavar="N", type=parsers.positive, default=16, help="examples per step (%(default)s)"
    )
    group.add_argument("--optimizer", choices=sorted(OPTIMIZERS), default="SGD", help="the optimizer (%(default)s)")
    group.add_argument(
        "--precision",
        choices=[precision for precision in GRADIENT_ERRORS if precision != TF32],
        help="the precision that layers compute in (the device's default: float32, or TF32)",
    )
    group.add_argument("--mode", choices=MODES, default=Question.mode, help="how a step runs (%(default)s)")


def _add_sides(group: Any) -> None:
    group.add_argument(
        "--device",
        metavar="DEVICE",
        help="where to train, such as GPU:0 (the first device that is not a CPU; CPU:0 if there is none)",
    )
    group.add_argument(
        "--logical-cpus", metavar="N", type=parsers.positive, default=0, help="split the CPU into N devices"
    )
    group.add_argument(
        "--cores",
        metavar="N",
        type=int,
        help="the cores, and threads, that both sides use in turn (1 on a CPU); 0 for all, which is less precise",
    )
    for side in ("a", "b"):
        group.add_argument(
            f"--device-{side}", metavar="DEVICE", help=f"where {side.upper()} trains, if not on --device"
        )
        group.add_argument(
            f"--env-{side}",
            metavar="NAME=VALUE",
            type=parsers.setting,
            action="append",
            default=[],
            help=f"set this variable in the environment of {side.upper()} (repeatable)",
        )


def _add_precision(group: Any) -> None:
    group.add_argument(
        "--half-width",
        metavar="PERCENT",
        type=parsers.percentage,
        default=100 * Question.half_width,
        help="stop when half the interval's width is at most this (%(default)s)",
    )
    group.add_argument(
        "--time-limit",
        metavar="SECONDS",
        type=float,
        default=Question.time_limit,
        help="the time limit of a comparison (%(default)g)",
    )
    group.add_argument(
        "--pair-time",
        metavar="SECONDS",
        type=float,
        default=Question.seconds_per_pair,
        help="how long a pair trains (%(default)s)",
    )


if __name__ == "__main__":
    sys.exit(main())
