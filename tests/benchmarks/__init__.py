"""Tests of the benchmarks."""

from __future__ import annotations

import re

from tests import ROOT

DOCUMENTATION = (ROOT / "docs" / "benchmarks.md").read_text(encoding="utf-8")


def documented(column):
    """The names in the column with this title, the first of a table of docs/benchmarks.md."""
    table = DOCUMENTATION.partition(f"\n| {column} |")[2].partition("\n\n")[0]
    return re.findall(r"`(.+?)`", "".join(row.split("|")[1] for row in table.splitlines()[2:]))
