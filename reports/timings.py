"""What the benchmarks measured on several installs, as it is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

from tf_conformance.records.files import write_whole
from tf_conformance.records.matrix import release_of
from tf_conformance.records.record import RecordError

SUFFIX = "-bench"  # of tox's environments
KEPT_STATISTICS = ("min", "median", "iqr", "max", "rounds", "iterations")


@dataclass(frozen=True)
class Timings:
    """One run of the benchmarks: its install, and what is recorded with each measurement."""

    name: str
    install: dict[str, Any]
    measurements: list[dict[str, Any]]

    @property
    def version(self) -> Version:
        """TensorFlow's version."""
        return Version(self.install["tensorflow"])

    @property
    def label(self) -> str:
        """The release, such as 2.21, 2.22rc0 or nightly."""
        return release_of(self.install["tensorflow"])

    def measurement(self, **wanted: Any) -> dict[str, Any] | None:
        """The first measurement of this workload and mode: network, optimizer, batch, precision, mode."""
        for measurement in self.measurements:
            if all(measurement.get(word) == value for word, value in wanted.items()):
                return measurement
        return None


def read_timings(folder: Path) -> list[Timings]:
    """The published runs, in the order of TensorFlow's versions. Raises RecordError."""
    runs = [_read(path) for path in folder.glob("*.json")]
    return sorted(runs, key=lambda run: run.version)


def publish_timings(made: Path, published: Path) -> Iterator[str]:
    """Publishes what pytest-benchmark wrote, without the machine's name, the raw data and the state of the working tree.

    Raises RecordError if there is nothing to publish, or if a file is something else.
    """
    paths = sorted(made.glob("*.json"))
    if not paths:
        raise RecordError(f"{made}: no timings here; tox run -m benchmarks makes them")
    published.mkdir(exist_ok=True)
    for path in paths:
        name = path.stem.removesuffix(SUFFIX)
        if path.stat().st_size == 0:  # pytest-benchmark opens the file first and fills it last
            yield f"{name}: left out: its run did not finish"
            continue
        write_whole(published / f"{name}.json", json.dumps(_published(path), indent=1, ensure_ascii=False) + "\n")
        yield f"{name}: timings published"


def drawn_charts(folder: Path) -> dict[str, str]:
    """The charts that were drawn: the history, then the modes by TensorFlow's version, the newest first."""
    history = [("history", folder / "history.svg")]
    modes = [(run.label, folder / f"modes-{run.name}.svg") for run in reversed(read_timings(folder))]
    return {name: path.read_text(encoding="utf-8") for name, path in history + modes if path.exists()}


def _published(path: Path) -> dict[str, Any]:
    run = _json(path)
    try:
        return {
            "install": run["machine_info"]["install"],
            "taken": run["datetime"],
            "pytest_benchmark": run["version"],
            "benchmarks": [_published_benchmark(each) for each in run["benchmarks"]],
        }
    except (KeyError, TypeError) as error:
        raise RecordError(f"{path}: not what pytest benchmarks/ --benchmark-json writes") from error


def _published_benchmark(benchmark: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": benchmark["name"],
        "extra_info": benchmark["extra_info"],
        "stats": {word: benchmark["stats"][word] for word in KEPT_STATISTICS},
    }


def _read(path: Path) -> Timings:
    run = _json(path)
    return Timings(path.stem, run["install"], [each["extra_info"] for each in run["benchmarks"]])


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RecordError(f"{path}: not JSON ({error})") from error
