"""What the benchmarks of several installs measured, as it is published."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.version import Version

from tf_conformance.records.matrix import RecordError

SUFFIX = "-bench"  # of tox's environments
SAID_ONCE = ("tensorflow", "keras", "numpy", "python", "platform", "cpu", "environment")  # of the install
KEPT_STATISTICS = ("min", "median", "iqr", "max", "rounds", "iterations")


@dataclass(frozen=True)
class Timings:
    """One run of the benchmarks: its install, and what stands beside each figure."""

    name: str
    install: dict[str, Any]
    figures: list[dict[str, Any]]

    @property
    def version(self) -> Version:
        """TensorFlow's."""
        return Version(self.install["tensorflow"])

    @property
    def label(self) -> str:
        """The version as people say it: 2.21, or nightly."""
        return "nightly" if self.version.is_prerelease else "{}.{}".format(*self.version.release)

    def figure(self, **wanted: Any) -> dict[str, Any] | None:
        """The figure with these words beside it: network, optimizer, batch, precision, mode."""
        for figure in self.figures:
            if all(figure.get(word) == value for word, value in wanted.items()):
                return figure
        return None


def read_timings(folder: Path) -> list[Timings]:
    """The published runs, in the order of TensorFlow's versions."""
    runs = [_read(path) for path in folder.glob("*.json")]
    return sorted(runs, key=lambda run: run.version)


def publish_timings(made: Path, published: Path) -> Iterator[str]:
    """Publishes what pytest-benchmark wrote, without the machine's name and the state of the working tree.

    Raises RecordError where there is nothing, or something else.
    """
    paths = sorted(made.glob("*.json"))
    if not paths:
        raise RecordError(f"{made}: no timings here; tox run -m benchmarks makes them")
    published.mkdir(exist_ok=True)
    for path in paths:
        name = path.stem.removesuffix(SUFFIX)
        if not path.stat().st_size:  # pytest-benchmark opens the file first and fills it last
            yield f"{name}: left out, its run did not end"
            continue
        part = published / f"{name}.json.part"
        part.write_text(json.dumps(_published(path), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        part.replace(published / f"{name}.json")
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
            "benchmarks": [_published_figure(each) for each in run["benchmarks"]],
        }
    except (KeyError, TypeError) as error:
        raise RecordError(f"{path}: not what pytest benchmarks/ --benchmark-json writes") from error


def _published_figure(benchmark: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": benchmark["name"],
        "extra_info": {word: value for word, value in benchmark["extra_info"].items() if word not in SAID_ONCE},
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
