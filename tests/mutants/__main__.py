"""A mutation run: which small changes of Keras's code the specification does not notice.

    python -m tests.mutants build/mutants.jsonl layers/core/dense.py losses/losses.py

tries every mutant of these files of Keras's source, and appends one line of JSON each to the file. With ``--sample 300`` it
tries so many, chosen at random among those in lines that a case executes, an equal share of each file; another ``--seed``
chooses others. Called again, it goes on where it stopped. What survives is read by a person: most of it changes nothing that
anybody can see, or something of which no statement speaks.
"""

from __future__ import annotations

import argparse
import faulthandler
import gc
import json
import math
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from functools import cached_property
from pathlib import Path
from types import FunctionType
from typing import Any, Iterator

from tests import ROOT
from tests.faults.proof import Prover, collected_specification
from tests.faults.shared import inside
from tests.mutants.mutant import Mutant, mutants_of

CASE_LIMIT = 40  # seconds
TOOL = 1  # a coverage tool, to sys.monitoring


class OutOfTimeError(BaseException):
    """A case that takes too long; no ``except Exception`` of Keras catches it."""


class Coverage:
    """Which lines of the mutated files each case executes, and how long it takes."""

    def __init__(self, files: set[str]) -> None:
        self.lines: dict[Any, set[tuple[str, int]]] = {}
        self.seconds: dict[Any, float] = {}
        self._files = files
        self._seen: set[tuple[str, int]] = set()

    def measure(self, prover: Prover, cases: list[Any]) -> None:
        """Runs all cases once; those that fail without any mutant are left out."""
        sys.monitoring.use_tool_id(TOOL, "mutation")
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.LINE, self._line)
        sys.monitoring.set_events(TOOL, sys.monitoring.events.LINE)
        for case in cases:
            self._seen = set()
            sys.monitoring.restart_events()
            begin = time.monotonic()
            if not prover.failure_of(case):
                self.lines[case], self.seconds[case] = self._seen, time.monotonic() - begin
        sys.monitoring.set_events(TOOL, 0)
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.LINE, None)
        sys.monitoring.free_tool_id(TOOL)

    def keep(self, path: Path) -> None:
        """Writes what was measured."""
        kept = {case.nodeid: [self.seconds[case], sorted(lines)] for case, lines in self.lines.items()}
        path.write_text(json.dumps(kept), encoding="utf-8")

    def recall(self, path: Path, cases: list[Any]) -> None:
        """Reads what another process measured."""
        kept = json.loads(path.read_text(encoding="utf-8"))
        for case in cases:
            if case.nodeid in kept:
                self.seconds[case], lines = kept[case.nodeid]
                self.lines[case] = {(file, line) for file, line in lines}

    def _line(self, code: Any, line: int) -> Any:
        if code.co_filename in self._files:
            self._seen.add((code.co_filename, line))
        return sys.monitoring.DISABLE

    @cached_property
    def executed(self) -> set[tuple[str, int]]:
        """The lines that any case executes."""
        return set().union(*self.lines.values())

    def cases_for(self, mutant: Mutant) -> list[Any]:
        """The cases that execute a changed line, the quickest first, one of each test function before the second of any."""
        lines = {(mutant.original.co_filename, line) for line in mutant.lines}
        turns: Counter[Any] = Counter()
        order = []
        for case in sorted(self.lines, key=self.seconds.__getitem__):
            if lines & self.lines[case]:
                order.append((turns[case.function], len(order), case))
                turns[case.function] += 1
        return [case for *_, case in sorted(order, key=lambda each: each[:2])]


def functions_by_code() -> dict[Any, list[FunctionType]]:
    """The live functions, by the place of their code."""
    gc.unfreeze()
    found: dict[Any, list[FunctionType]] = {}
    for each in gc.get_objects():
        if isinstance(each, FunctionType):
            found.setdefault((each.__code__.co_filename, each.__code__.co_firstlineno), []).append(each)
    return found


class Installed:
    """A context in which functions have the code, or the default, of a mutant."""

    def __init__(self, mutant: Mutant, functions: list[FunctionType]) -> None:
        self._mutant = mutant
        self._before = [(each, each.__code__, each.__defaults__, each.__kwdefaults__) for each in functions]

    def __enter__(self) -> None:
        for function, *_ in self._before:
            if self._mutant.default:
                _set_default(function, *self._mutant.default)
            else:
                function.__code__ = self._mutant.code

    def __exit__(self, *error: object) -> None:
        for function, code, defaults, keyword_defaults in self._before:
            function.__code__, function.__defaults__, function.__kwdefaults__ = code, defaults, keyword_defaults


def _set_default(function: FunctionType, name: str, value: object) -> None:
    code = function.__code__
    if name in (function.__kwdefaults__ or {}):
        function.__kwdefaults__ = {**function.__kwdefaults__, name: value}
    elif function.__defaults__:
        names = code.co_varnames[: code.co_argcount][-len(function.__defaults__) :]
        function.__defaults__ = tuple(value if each == name else old for each, old in zip(names, function.__defaults__))


def work(results: Path, arguments: argparse.Namespace) -> None:
    """Tries the mutants that have no result yet."""
    paths = [str(Path(inside("layers").__file__).parents[1] / file) for file in arguments.files]
    mutants = [each for path in paths for each in mutants_of(path, Path(path).read_text(encoding="utf-8"))]
    random.Random(arguments.seed).shuffle(mutants)
    tries = tries_in(results)
    done = {each["mutant"] for each in tries}
    left = arguments.sample - len(reached(tries))
    signal.signal(signal.SIGALRM, _out_of_time)
    with collected_specification() as prover, results.open("a", encoding="utf-8") as out:
        functions = functions_by_code()
        coverage = Coverage(set(paths))
        if measured(results).exists():
            coverage.recall(measured(results), prover.cases)
        else:
            coverage.measure(prover, prover.cases)
            coverage.keep(measured(results))
        for mutant in fair_shares(mutants, coverage):
            if left > 0 and mutant.name not in done:
                begun(results).write_text(json.dumps({"mutant": mutant.name, "killed by": "a hang or a crash"}))
                found = functions.get((mutant.original.co_filename, mutant.original.co_firstlineno), [])
                result = tried(mutant, found, prover, coverage, arguments.limit)
                begun(results).unlink()
                print(json.dumps(result, ensure_ascii=False), file=out, flush=True)
                left -= bool(result["cases"])
                if result.get("leaves"):
                    sys.exit(1)


def fair_shares(mutants: list[Mutant], coverage: Coverage) -> list[Mutant]:
    """The same, so that of those in lines that a case executes, one of each file comes before the second of any."""
    turns: Counter[str] = Counter()

    def turn(mutant: Mutant) -> int:
        file = mutant.original.co_filename
        turns[file] += any((file, line) in coverage.executed for line in mutant.lines)
        return turns[file]

    return sorted(mutants, key=turn)


def tries_in(results: Path) -> list[dict[str, Any]]:
    """What is known so far, one dictionary a mutant."""
    return [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]


def reached(tries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The mutants in lines that a case executes."""
    return [each for each in tries if each.get("cases", 1)]


def begun(results: Path) -> Path:
    """The file that says which mutant is being tried."""
    return results.with_suffix(".begun")


def measured(results: Path) -> Path:
    """The file of the coverage, for the workers that replace the one that measured it."""
    return results.with_suffix(".coverage")


def tried(
    mutant: Mutant, functions: list[FunctionType], prover: Prover, coverage: Coverage, limit: float
) -> dict[str, Any]:
    """What the cases that execute the changed line say of a mutant, for so many seconds."""
    cases = coverage.cases_for(mutant)
    end = time.monotonic() + limit
    result: dict[str, Any] = {"mutant": mutant.name, "cases": len(cases), "killed by": None, "says": ""}
    for case in cases:
        with Installed(mutant, functions):
            failure = limited(prover, case)
        if failure:
            leaves = limited(prover, case)  # in a process that the mutant has damaged for good: a fresh one goes on
            return {**result, "killed by": case.nodeid, "says": failure[-600:], "leaves": leaves[-600:]}
        if time.monotonic() > end:
            return {**result, "out of time": True}
    return result


def limited(prover: Prover, case: Any) -> str:
    """The message of a case's failure, or nothing."""
    signal.alarm(CASE_LIMIT)
    faulthandler.dump_traceback_later(2 * CASE_LIMIT, exit=True)
    try:
        return prover.failure_of(case)
    except OutOfTimeError:
        return "out of time"
    finally:
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()


def _out_of_time(*_: object) -> None:
    raise OutOfTimeError


def steer(results: Path, arguments: list[str]) -> None:
    """Keeps a worker going: one that hangs, dies or was left broken by a mutant is replaced."""
    results.parent.mkdir(parents=True, exist_ok=True)
    results.touch()
    measured(results).unlink(missing_ok=True)
    command = [sys.executable, "-m", "tests.mutants", "--worker", *arguments]
    while subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=False).returncode:
        if begun(results).exists():
            with results.open("a", encoding="utf-8") as out:
                print(begun(results).read_text(), file=out)
            begun(results).unlink()


def summary(results: Path) -> Iterator[str]:
    """The score, and every survivor."""
    tries = tries_in(results)
    survivors = [each for each in reached(tries) if not each["killed by"]]
    yield f"{len(reached(tries))} mutants in lines that a case executes, {len(survivors)} survive; {len(tries)} in all"
    yield from (each["mutant"] for each in survivors)


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--sample", type=int, default=math.inf)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=240, metavar="SECONDS", help="for each mutant (default: 240)")
    parser.add_argument("--worker", action="store_true")
    arguments = parser.parse_args()
    if arguments.worker:
        work(arguments.results, arguments)
    else:
        steer(arguments.results, sys.argv[1:])
        print(*summary(arguments.results), sep="\n")


if __name__ == "__main__":
    main()
