"""Small installs on the disk, made as pip makes them, for packagers to rework; nothing in them is ever imported."""

from __future__ import annotations

import base64
import hashlib
import shutil
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterable

from tests.pretended.environments import PROCESSOR
from tf_conformance.install.distributions import Distributions
from tf_conformance.install.environment import Environment
from tf_conformance.install.limits import Limits

PREFIX = "/build/prefix/of/the/packager"
SITE = "lib/python3.11/site-packages"
STANDARD = tuple(sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib"))


def smallest_library() -> bytes:
    """A real shared library."""
    import numpy

    found = Path(numpy.__file__).parent.rglob("*.so")
    return min(found, key=lambda path: path.stat().st_size).read_bytes()


@dataclass(frozen=True)
class Wheel:
    """What a wheel holds: files by path, and what it requires."""

    name: str
    version: str
    files: dict[str, bytes]
    requires: tuple[str, ...] = ()

    @property
    def info(self) -> str:
        """The folder of its metadata."""
        return f"{self.name.replace('-', '_')}-{self.version}.dist-info"

    def all_files(self, installer: str) -> dict[str, bytes]:
        """Its files, and those of its metadata, as an installer writes them, the PyPA's without a name; no RECORD."""
        requires = "".join(f"Requires-Dist: {each}\n" for each in self.requires)
        metadata = f"Metadata-Version: 2.1\nName: {self.name}\nVersion: {self.version}\n{requires}"
        written = {
            "METADATA": metadata.encode(),
            **({"INSTALLER": f"{installer}\n".encode()} if installer else {}),
            "WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
            "licenses/LICENSE": b"Apache",
            "entry_points.txt": b"[console_scripts]\n",
        }
        return {**self.files, **{f"{self.info}/{name}": content for name, content in written.items()}}


def wheels(**changes: object) -> list[Wheel]:
    """TensorFlow and what it needs; ``changes``: other names, versions and requirements, by the name of the wheel."""
    library = smallest_library()
    tensorflow_files = {
        "tensorflow/__init__.py": b"from tensorflow.python import ops\n",
        "tensorflow/python/ops.py": b'"""Operations."""\n\n\ndef identity(x):\n    return x\n',
        "tensorflow/python/_pywrap.so": library,
        "tensorflow/libtensorflow_framework.so.2": library,
        "tensorflow/_api/v2/test/__init__.py": b"",
        "tensorflow/python/tests/__init__.py": b"",
        "tensorflow/python/ops.pyi": b"def identity(x): ...\n",
        "tensorflow/include/ops.h": b"#pragma once\n",
        "tensorflow/include/external/generate.py": b"print()\n",
        "tensorflow/tools/pip_package/setup.py": b"#!/usr/bin/env python\n_VERSION = '2.21.0'\n",
        "../../../bin/saved_model_cli": f"#!{PREFIX}/bin/python\nimport tensorflow\n".encode(),
    }
    numpy_files = {
        "numpy/__init__.py": b"",
        "numpy/version.py": b'version = "2.1.0"\n',
        "numpy/__config__.py": f'paths = ["{PREFIX}/lib"]\n'.encode(),
        "numpy/_core/_multiarray_umath.so": library + PREFIX.encode() + bytes(80),
        "numpy/tests/test_all.py": b"",
    }
    keras_files = {
        "keras/__init__.py": b"",
        "keras/src/version.py": b'__version__ = "3.15.1"\n',
        "keras/src/dense_test.py": b"",
        "keras/src/backend/tests/device_test.py": b"",
    }
    made = {
        "tensorflow": ("2.21.0", tensorflow_files, ("keras>=3.12", "numpy<2.2,>=1.26", "protobuf", "six", "certifi")),
        "keras": ("3.15.1", keras_files, ("numpy",)),
        "numpy": ("2.1.0", numpy_files, ()),
        "protobuf": ("6.31.1", {"google/protobuf/__init__.py": b"", "google/_upb/_message.so": library}, ()),
        "six": ("1.17.0", {"six.py": b"x = 1\n"}, ()),
        "certifi": ("2026.1.1", {"certifi/__init__.py": b"", "certifi/cacert.pem": b"-----BEGIN\n"}, ()),
    }
    return [_changed(Wheel(name, *parts), changes.get(name, {})) for name, parts in made.items()]


def all_but(*names: str) -> list[Wheel]:
    """All wheels but those of these names."""
    return [wheel for wheel in wheels() if wheel.name not in names]


def _changed(wheel: Wheel, changes: object) -> Wheel:
    return Wheel(**{**vars(wheel), **changes})  # type: ignore[dict-item]


@dataclass
class Tree:
    """An install on the disk: ``prefix`` holds lib/ and bin/; ``path`` is sys.path without Python's library."""

    root: Path
    path: list[Path] = field(default_factory=list)
    before_library: list[Path] = field(default_factory=list)
    frozen: bool = False

    @property
    def prefix(self) -> Path:
        """Where the first environment is."""
        return self.root / "prefix"

    @property
    def site(self) -> Path:
        """Where its packages are."""
        return self.prefix / SITE

    @property
    def user_site(self) -> Path:
        """Where packages of the user would be."""
        return self.root / "user" / SITE

    def install(self, wheel: Wheel, site: Path | None = None, installer: str = "pip", record: bool = True) -> Path:
        """Installs a wheel as pip does; its RECORD says what was written. Returns the folder of its metadata."""
        place = site or self.site
        if place not in [*self.path, *self.before_library]:
            self.path.append(place)
        rows = []
        for name, content in wheel.all_files(installer).items():
            self.write(place / name, content)
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            rows.append(f"{name},sha256={digest},{len(content)}\n")
        if record:
            self.write(place / wheel.info / "RECORD", "".join([*rows, f"{wheel.info}/RECORD,,\n"]).encode())
        return place / wheel.info

    def install_all(self, made: Iterable[Wheel] | None = None, **how: object) -> None:
        """Installs several wheels in one place."""
        for wheel in made or wheels():
            self.install(wheel, **how)  # type: ignore[arg-type]

    def write(self, path: Path, content: bytes = b"") -> None:
        """Writes a file, and the folders above it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(content)

    def rewrite(self, pattern: str, old: bytes, new: bytes) -> None:
        """Replaces bytes in files of the first environment."""
        for path in self.prefix.rglob(pattern):
            if path.is_file() and old in path.read_bytes():
                path.write_bytes(path.read_bytes().replace(old, new))

    def remove(self, *patterns: str) -> None:
        """Deletes files and folders of the first environment."""
        for path in [found for pattern in patterns for found in self.prefix.rglob(pattern)]:
            if path.is_dir():
                shutil.rmtree(path)
            elif path.exists():
                path.unlink()

    def environment(self, verify_files: bool = False) -> Environment:
        """What a Python with this path finds."""
        path = tuple(map(str, [*self.before_library, *STANDARD, *self.path]))
        return Environment(
            distributions=Distributions.on(path),
            variables={"KERAS_HOME": str(self.root)},
            path=path,
            standard=STANDARD,
            python="3.11.9",
            processor=PROCESSOR,
            limits=Limits(),
            verify_files=verify_files,
            frozen=self.frozen,
        )
