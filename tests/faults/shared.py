"""Helpers that faults of several spec files share."""

from __future__ import annotations

import sys


def one_place_more(shape):
    """The shape with its first spatial axis longer by one."""
    return (shape[0], shape[1] + 1, *shape[2:])


def distribution(put, name, record="", metadata="", wheel=""):
    """Puts a distribution of which only the metadata is there before all others."""
    info = put.folder / ("{}-1.0.dist-info".format(name.replace("-", "_")))
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{metadata}", encoding="utf-8")
    (info / "RECORD").write_text(record, encoding="utf-8")
    (info / "WHEEL").write_text(wheel, encoding="utf-8")
    if str(put.folder) not in sys.path:
        put.patch.syspath_prepend(str(put.folder))
