"""A TensorFlow that does nothing, for runs that check nothing of it: a process starts with it in no time."""

from __future__ import annotations

from pathlib import Path

VERSION = "2.21.0"
CODE = '''
"""As much of TensorFlow as a run asks for that checks nothing of it."""
from types import SimpleNamespace

__path__ = []  # where it stands in for a real one, none of whose libraries it is to load

def zeros(shape):
    return shape

keras = SimpleNamespace(layers=SimpleNamespace())
sysconfig = SimpleNamespace()
test = SimpleNamespace(is_built_with_cuda=bool, is_built_with_rocm=bool)
devices = [SimpleNamespace(name="/device:CPU:0")]
config = SimpleNamespace(experimental=SimpleNamespace(list_logical_devices=lambda: devices))
'''


def code(version: str = VERSION, first: str = "") -> str:
    """The text of its only module; ``first`` is what its import does before all else."""
    return f"{first}{CODE}__version__ = {version!r}\n"


def install(site: Path, first: str = "") -> None:
    """Installs it in a folder."""
    files = {
        "tensorflow/__init__.py": code(first=first),
        f"tensorflow-{VERSION}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: tensorflow\nVersion: {VERSION}\n",
        f"tensorflow-{VERSION}.dist-info/RECORD": "tensorflow/__init__.py,,\n",
    }
    for name, text in files.items():
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
