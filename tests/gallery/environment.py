"""Copies of a virtual environment that can be broken without harm to the original."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests import ROOT


@dataclass
class Environment:
    """A copy of a virtual environment, whose files are hard links until they are changed, and how it is used."""

    prefix: Path
    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def site(self) -> Path:
        """Where packages are installed."""
        return next(self.prefix.glob("lib/python3*/site-packages"))

    @property
    def package(self) -> Path:
        """TensorFlow's own folder; TensorFlow 2.0 has one behind the folder that is imported."""
        core = self.site / "tensorflow_core"
        return core if core.is_dir() else self.site / "tensorflow"

    def remove(self, *patterns: str) -> None:
        """Deletes files and folders of site-packages."""
        for path in [found for pattern in patterns for found in self.site.glob(pattern)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def write(self, path: Path, content: bytes) -> None:
        """Gives a file another content; the file that it was a link to stays as it is."""
        path.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def prepend(self, path: Path, code: str) -> None:
        """Puts code before all that a Python file does, but for what must stand first."""
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        futures = [number for number, line in enumerate(lines, 1) if line.startswith("from __future__")]
        lines.insert(futures[-1] if futures else 0, code + "\n")
        self.write(path, "".join(lines).encode())

    def insert_into_early_stopping(self, code: str) -> None:
        """Puts code into the method of EarlyStopping that begins a training."""
        candidates = [
            self.site / "keras" / "src" / "callbacks" / "early_stopping.py",
            self.site / "keras" / "src" / "callbacks.py",
            self.site / "tensorflow_core" / "python" / "keras" / "callbacks.py",
        ]
        path = next(candidate for candidate in candidates if candidate.exists())
        self._insert(path, "class EarlyStopping", "def on_train_begin(self, logs=None):\n", code)

    def insert_into_start(self, code: str) -> None:
        """Puts code into the method of TensorFlow that looks for devices, when they are first needed."""
        path = self.package / "python" / "eager" / "context.py"
        self._insert(path, "class Context", "def ensure_initialized(self):\n", code)

    def _insert(self, path: Path, owner: str, signature: str, code: str) -> None:
        """Puts code before all that a method does, which begins with this signature behind the line of its class."""
        before, of_class, after = path.read_text(encoding="utf-8").partition(owner)
        head, found, body = after.partition(signature)
        assert found, f"{path} has no {signature}"
        indentation = body[: len(body) - len(body.lstrip())]
        self.write(path, (before + of_class + head + found + indentation + code + "\n" + body).encode())

    def judge(self, *arguments: str) -> subprocess.CompletedProcess:
        """Runs the kit in the copy, as its users do; a record is written to r.json."""
        command = [str(self.prefix / "bin" / "python"), "-m", "pytest", str(ROOT / "spec"), "--rootdir", str(ROOT)]
        command += [
            "-c",
            str(ROOT / "pyproject.toml"),
            "-p",
            "no:cacheprovider",
            "--record",
            str(self.folder / "r.json"),
        ]
        command += ["-n", "1"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
        return subprocess.run(
            [*command, *arguments],
            cwd=self.folder,
            env={**kept, "PYTHONDONTWRITEBYTECODE": "1", **self.variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=300,
            check=False,
        )


def copy_of(original: Path, target: Path, folder: Path) -> Environment:
    """A copy of the environment at ``original``; programs run in ``folder``."""
    shutil.copytree(original, target, copy_function=_link, symlinks=True)
    return Environment(target, folder)


def _link(source: str, target: str) -> None:
    """Links a file, or copies it where the target lies on another file system."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
