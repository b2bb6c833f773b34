"""Helpers that faults of several spec files share."""

from __future__ import annotations

import sys


def one_longer(shape):
    """The shape, one longer along its first spatial axis."""
    return (shape[0], shape[1] + 1, *shape[2:])


def distribution(put, name, record="", metadata="", wheel=""):
    """Puts the metadata of a distribution that pip has installed, without its files, before all others on the path."""
    info = put.folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{metadata}", encoding="utf-8")
    (info / "INSTALLER").write_text("pip\n", encoding="utf-8")
    (info / "RECORD").write_text(record, encoding="utf-8")
    (info / "WHEEL").write_text(wheel, encoding="utf-8")
    if str(put.folder) not in sys.path:
        put.patch.syspath_prepend(str(put.folder))
