"""Copies of a virtual environment that can be broken without harm to the original.

A copy is made of links. Nothing in it but the folders that are changed, and those on the way to TensorFlow's libraries, is
its own: libraries find one another on the way from folder to folder, which must not lead out of the copy.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Callable, Sequence

import pytest

from tests.pretended import tensorflow

PACKAGES_OF_TENSORFLOW = ("tensorflow", "tensorflow_core")
HEADERS, BYTECODE = "include", "__pycache__"
BREAKDOWNS = ("INTERNALERROR", "Traceback")
FOR_EVER = 1800  # seconds; what is still running then will never end


@dataclass
class Environment:
    """A virtual environment that can be broken, the kit in ``tree`` that judges it, and how: where, with which variables."""

    prefix: Path
    tree: Path
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

    @property
    def metadata(self) -> Path:
        """The metadata of the distribution that provides TensorFlow."""
        return next(info for name in ("tensorflow-2*", "tensorflow_cpu-2*") for info in self.site.glob(name))

    def delete(self, path: Path) -> None:
        """Deletes a file or a folder."""
        self._own(path)
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()

    def uninstall(self, *patterns: str) -> None:
        """Deletes files and folders of site-packages."""
        for path in [found for pattern in patterns for found in self.site.glob(pattern)]:
            self.delete(path)

    def write(self, path: Path, content: bytes) -> None:
        """Gives a file this content, whether there is one or not."""
        self._own(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            path.unlink()
        path.write_bytes(content)

    def rebuild(self, path: Path, content: bytes) -> None:
        """Gives a file another content, as if it had been built and installed with that."""
        self.write(path, content)
        name = path.relative_to(self.site).as_posix().encode()
        for record in self.site.glob("*.dist-info/RECORD"):
            lines = record.read_bytes().splitlines(keepends=True)
            changed = [name + b",,\n" if line.startswith(name + b",") else line for line in lines]
            if changed != lines:
                self.write(record, b"".join(changed))

    def pretend_tensorflow(self) -> None:
        """Has the import of TensorFlow do nothing, in no time, as if it had been built so."""
        version = self.metadata.name.partition("-")[2].partition(".dist-info")[0]
        self.rebuild(self.site / "tensorflow" / "__init__.py", tensorflow.code(version).encode())

    def put_first(self, path: Path, code: str) -> None:
        """Puts code before everything that a Python file does, except what must stand first."""
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        futures = [number for number, line in enumerate(lines, 1) if line.startswith("from __future__")]
        lines.insert(futures[-1] if futures else 0, code + "\n")
        self.rebuild(path, "".join(lines).encode())

    def put_into_import(self, code: str) -> None:
        """Puts code before everything that an import of TensorFlow does."""
        self.put_first(self.site / "tensorflow" / "__init__.py", code)

    def put_into_start(self, code: str) -> None:
        """Puts code into the method of TensorFlow that looks for devices, when they are first needed."""
        path = self.package / "python" / "eager" / "context.py"
        self._put_into(path, "class Context", "def ensure_initialized(self):\n", code)

    def put_into_early_stopping(self, code: str) -> None:
        """Puts code into the method of EarlyStopping that begins a training."""
        candidates = [
            self.site / "keras" / "src" / "callbacks" / "early_stopping.py",
            self.site / "keras" / "src" / "callbacks.py",
            self.site / "tensorflow_core" / "python" / "keras" / "callbacks.py",
        ]
        path = next(candidate for candidate in candidates if candidate.exists())
        self._put_into(path, "class EarlyStopping", "def on_train_begin(self, logs=None):\n", code)

    def _put_into(self, path: Path, owner: str, signature: str, code: str) -> None:
        """Puts code before everything that a method does, which begins with this signature after the line of its class."""
        before, of_class, after = path.read_text(encoding="utf-8").partition(owner)
        head, found, body = after.partition(signature)
        assert found, f"{path} has no {signature}"
        indentation = body[: len(body) - len(body.lstrip())]
        self.rebuild(path, (before + of_class + head + found + indentation + code + "\n" + body).encode())

    def _own(self, path: Path) -> None:
        """Makes the folders on the way to a file, and that of its bytecode, this copy's own."""
        on_the_way = [self.prefix / parent for parent in reversed(path.relative_to(self.prefix).parents)]
        for folder in [*on_the_way, path.parent / BYTECODE]:
            if folder.is_symlink() and folder.is_dir():
                linked = folder.resolve()
                folder.unlink()
                mirror(linked, folder, lambda entry: True)

    def judge(
        self,
        *arguments: str,
        workers: int = 0,
        python: tuple[str, ...] = (),
        within: Sequence[str] = (),
        limit: Callable[[], None] | None = None,
    ) -> subprocess.CompletedProcess:
        """Runs the kit in the environment, as its users do; a record is written to r.json.

        Whatever is wrong, the kit itself does not break down, and shows no traceback unless it is asked for one.
        ``arguments`` are pytest's, ``python`` are Python's; ``within`` is a command that runs another one; ``limit`` is
        called in the process first.
        """
        command = [*within, str(self.prefix / "bin" / "python"), *python, "-m", "pytest", str(self.tree / "spec")]
        command += ["--rootdir", str(self.tree), "-p", "no:cacheprovider"]
        # With =, since pytest takes any other path that exists for one to collect from, and looks for its settings around it.
        command += [f"--record={self.folder / 'r.json'}", "-n", str(workers), *arguments]
        run = subprocess.run(
            command,
            cwd=self.folder,
            env={**clean_variables(), **self.variables},
            preexec_fn=limit,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=FOR_EVER,
            check=False,
        )
        if "-v" not in arguments:
            for breakdown in BREAKDOWNS:
                assert breakdown not in run.stdout + run.stderr, (run.stdout + run.stderr)[-4000:]
        return run


def skip_unless_possible(within: Sequence[str]) -> None:
    """Skips a test if this user or this system cannot run a command so."""
    try:
        possible = subprocess.run([*within, "true"], capture_output=True, check=False).returncode == 0
    except OSError:
        possible = False
    if not possible:
        pytest.skip(f"not permitted here: {' '.join(within[:4])}")


def clean_variables() -> dict[str, str]:
    """The variables of this process without those that change what is judged, or that keep bytecode from being shared."""
    foreign = (
        "PYTEST_",
        "COV_",
        "TF_",
        "KERAS_",
        "OMP_",
        "UV_OVERRIDE",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONPYCACHEPREFIX",
    )
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def make_template(original: Path, target: Path) -> None:
    """Makes a virtual environment of links to which copies can be linked: their bytecode is kept here."""
    mirror(original, target, lambda entry: entry.name == HEADERS)
    _as_if_made_by_pip(target)
    for folder, _, files in os.walk(target):
        if any(file.endswith(".py") for file in files):
            Path(folder, BYTECODE).mkdir(exist_ok=True)


def _as_if_made_by_pip(prefix: Path) -> None:
    """Has advice be worded as pip takes it, whichever installer has made the environment."""
    (site,) = prefix.glob("lib/python3*/site-packages")
    settings = (prefix / "pyvenv.cfg").read_text(encoding="utf-8").splitlines(keepends=True)
    _replace(prefix / "pyvenv.cfg", "".join(line for line in settings if not line.startswith("uv ")))
    for path in site.glob("*.dist-info/INSTALLER"):
        _replace(path, "pip\n")
    # Where a proxy has certificates of its own, these have been added to the file.
    for path in site.glob("certifi-*.dist-info/RECORD"):
        recorded = path.read_text(encoding="utf-8")
        _replace(path, re.sub(r"^(certifi/cacert\.pem),.*$", r"\1,,", recorded, flags=re.MULTILINE))
    if not list(site.glob("pip-*")):
        (site / "pip-26.0.dist-info").mkdir()
        _replace(site / "pip-26.0.dist-info" / "METADATA", "Metadata-Version: 2.1\nName: pip\nVersion: 26.0\n")


def _replace(path: Path, text: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    path.write_text(text, encoding="utf-8")


def copy_template(template: Path, target: Path) -> None:
    """Makes a copy of a template."""
    (site,) = template.glob("lib/python3*/site-packages")

    def may_be_linked(entry: os.DirEntry[str]) -> bool:
        if entry.name in (HEADERS, BYTECODE):
            return True
        place = Path(entry.path).parent
        if place == site:
            return entry.name not in PACKAGES_OF_TENSORFLOW
        return site in place.parents and not _holds_library(entry.path)

    mirror(template, target, may_be_linked)


@lru_cache(maxsize=None)
def _holds_library(folder: str) -> bool:
    """Whether a shared library is in a folder of a template, or below it."""
    with os.scandir(folder) as entries:
        found = [*entries]
    if any(".so" in entry.name for entry in found):
        return True
    return any(_holds_library(entry.path) for entry in found if entry.is_dir(follow_symlinks=False))


def copy_kit(root: Path, target: Path) -> None:
    """Copies what of the kit judges an install; its bytecode is kept there."""
    for name in ("spec", "tf_conformance"):
        shutil.copytree(root / name, target / name, ignore=shutil.ignore_patterns(BYTECODE))
    for name in ("conftest.py", "pyproject.toml", "pytest.toml"):
        shutil.copy(root / name, target / name)


def mirror(source: Path, target: Path, may_be_linked: Callable[[os.DirEntry[str]], bool]) -> None:
    """Makes a folder of links to what another one holds; a folder in it is mirrored likewise, unless it may be linked."""
    target.mkdir()
    with os.scandir(source) as entries:
        for entry in entries:
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), target / entry.name)
            elif entry.is_dir() and not may_be_linked(entry):
                mirror(Path(entry.path), target / entry.name, may_be_linked)
            else:
                os.symlink(entry.path, target / entry.name)
