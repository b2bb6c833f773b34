"""A worker from the outside: a process that keeps a training ready and times its steps on request."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NamedTuple, Sequence

ROOT = Path(__file__).resolve().parent.parent


class WorkerError(Exception):
    """A worker could not do what it was asked; the message names it and has its last words."""


class Assignment(NamedTuple):
    """What a worker is to do: its name, its interpreter, variables of its environment, and benchmarks.worker's task.

    ``within`` is the command that starts it, such as srun, which starts several.
    """

    name: str
    python: str
    environment: dict[str, str]
    task: dict[str, Any]
    within: Sequence[str] = ()


class WorkerProcess:
    """The process of one assignment. It starts at once and is killed at the end of the context."""

    def __init__(self, assignment: Assignment) -> None:
        self._name = assignment.name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        command = [*assignment.within, assignment.python, "-m", "benchmarks.worker", json.dumps(assignment.task)]
        try:
            self._process = subprocess.Popen(
                command,
                cwd=str(ROOT),
                env={**os.environ, **assignment.environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                start_new_session=True,  # Ctrl-C must reach only the process that the user started
            )
        except OSError as error:
            self._errors.close()
            raise WorkerError(f"{self._name}: cannot run {command[0]}: {error.strerror}") from error

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_: Any) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def description(self) -> dict[str, Any]:
        """What the worker writes once, when it is ready: install, losses, steps per call, replicas."""
        return self._read()

    def seconds(self, steps: int) -> float:
        """Makes the worker do a block of this many steps; returns the seconds that it took."""
        self.start_block(steps)
        return self.end_of_block()

    def start_block(self, steps: int) -> None:
        """Makes the worker start a block."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps({"steps": steps}).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._death() from None

    def end_of_block(self) -> float:
        """Waits for the end of the block that was started; the seconds that it took."""
        return float(self._read()["seconds"])

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise self._death()
        message: dict[str, Any] = json.loads(line.decode())
        return message

    def _death(self) -> WorkerError:
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        last_words = lines[-1] if lines else "it wrote no message"
        return WorkerError(f"{self._name}: the worker ended with status {self._process.returncode}: {last_words}")
