"""Samples: code under the ids of statements, with marks of where scan is to find them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests import ROOT

FOLDER = Path(__file__).with_name("samples")
HEADING = re.compile(r"^## (?P<id>\S+)(?: \((?P<era>.+)\))?$", re.MULTILINE)


@dataclass(frozen=True)
class Sample:
    """A section of a file of samples: the code of a statement's forms, or of the form of one era."""

    statement: str
    era: str
    text: str
    path: Path

    def lines(self, mark):
        """The numbers of the lines with a mark, counted in the section."""
        return [number for number, line in enumerate(self.text.split("\n"), 1) if line.rstrip().endswith(f"# {mark}")]

    def forms(self, catalogue):
        """The forms whose traces it is about."""
        forms = [form for form in catalogue[self.statement].forms if form.traces]
        return [form for form in forms if not self.era or str(form.era) == self.era]


def samples_of(spec_path):
    """The samples of a spec file, by the path relative to the root."""
    week, file = Path(spec_path).parts[1:]
    path = FOLDER / week / re.sub(r"^test_\d+_|\.py$", "", file)
    return samples_in(path.with_suffix(".md"))


def samples_in(path):
    """The sections of a file of samples."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    headings = list(HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return [
        Sample(heading["id"], heading["era"] or "", text[heading.end() : end], path.relative_to(ROOT))
        for heading, end in zip(headings, ends)
    ]


def all_samples():
    """The samples of all spec files."""
    return [sample for path in sorted(FOLDER.rglob("*.md")) for sample in samples_in(path)]
