"""What the benchmarks measured on several installs, as it is published."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

from tf_conformance.records.files import write_whole
from tf_conformance.records.matrix import release_of
from tf_conformance.records.record import RecordError

SUFFIX = "-bench"  # of tox's environments
ABSOLUTE = re.compile(r"_seconds?$")  # a time or a rate


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
    """Publishes the ratios: of each training, its time to that of the eager step, and the share of the machine's peak.

    Times and rates are those of one machine on one day, and are left out, as are the machine's name and the state of the
    working tree; and so is how training scales over several devices where all of them are parts of one CPU. Raises
    RecordError if there is nothing to publish, or if a file is something else.
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
            "benchmarks": [_published_benchmark(each) for each in run["benchmarks"] if _is_published(each, run)],
        }
    except (KeyError, TypeError) as error:
        raise RecordError(f"{path}: not what pytest benchmarks/ --benchmark-json writes") from error


def _is_published(benchmark: dict[str, Any], run: dict[str, Any]) -> bool:
    return "replicas" not in benchmark["extra_info"] or "accelerators" in run["machine_info"]["install"]


def _published_benchmark(benchmark: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in benchmark["extra_info"].items() if not ABSOLUTE.search(name)}
    return {"name": benchmark["name"], "extra_info": kept}


def _read(path: Path) -> Timings:
    run = _json(path)
    return Timings(path.stem, run["install"], [each["extra_info"] for each in run["benchmarks"]])


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise RecordError(f"{path}: not JSON ({error})") from error
