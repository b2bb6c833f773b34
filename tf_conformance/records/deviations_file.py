"""The TOML file of known deviations: read, and made from a record."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator, Mapping

from packaging.version import Version

from tf_conformance.install.checks.files import FILES
from tf_conformance.records.deviations import Deviation, devices_at_fault
from tf_conformance.records.record import Record, StatementRecord
from tf_conformance.records.verdict import Verdict
from tf_conformance.statements.aliases import current_id
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.era import Era

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest depends on it

KEYS = ("reason", "era", "files", "devices")
DEVICE = re.compile(r"[A-Z]\w*:(\d+|\*)")
POSITION = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


class DeviationsError(Exception):
    """A file of deviations that cannot be read; the message says what is wrong with it and where, in one line."""


@dataclass(frozen=True)
class KnownDeviations:
    """What a file says: the deviations by statement, and earlier ids of statements that it uses, each in a sentence."""

    by_statement: dict[str, list[Deviation]] = field(default_factory=dict)
    renamed: list[str] = field(default_factory=list)

    @property
    def files(self) -> tuple[str, ...]:
        """Patterns of the files that are known to be damaged."""
        return tuple(part for each in self.by_statement.get(FILES, []) for part in each.parts)


def read_deviations(path: Path, catalogue: Catalogue, versions: Mapping[str, Version]) -> KnownDeviations:
    """The deviations of a TOML file that apply to these versions. Raises DeviationsError.

    The file has a table for each statement, or several where there are several reasons, as ``[["install.files"]]``::

        ["dropout.rate"]
        reason = "our patch 42"
        era = "tensorflow==2.21.*"  # may be left out, and so may what follows
        devices = ["GPU:0"]  # of cases that run on each device

        ["install.files"]
        reason = "our patch 43"
        files = ["tensorflow/python/platform/resource_loader.py"]  # or patterns
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DeviationsError(f"{path}: cannot be read: {error}") from None
    return _Reader(path, text, catalogue, versions).read()


class _Reader:
    """Reads one file, and knows on which line a mistake is."""

    def __init__(self, path: Path, text: str, catalogue: Catalogue, versions: Mapping[str, Version]) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._catalogue = catalogue
        self._versions = versions

    def read(self) -> KnownDeviations:
        known = KnownDeviations()
        for written, tables in self._parsed().items():
            id_ = current_id(written)
            if id_ not in self._catalogue:
                message = f"there is no statement '{written}' (see --list-statements; quote the id)"
                raise self._error(message, self._line_of(written))
            if id_ != written:
                known.renamed.append(f"{self._path}:{self._line_of(written)}: '{written}' is now called '{id_}'")
            for number, table in enumerate(tables if isinstance(tables, list) else [tables]):
                deviation = self._deviation(id_, table, self._line_of(written, number))
                if deviation.era.covers(self._versions):
                    known.by_statement.setdefault(id_, []).append(deviation)
        return known

    def _parsed(self) -> dict[str, Any]:
        try:
            return tomllib.loads("\n".join(self._lines))
        except tomllib.TOMLDecodeError as error:
            position = POSITION.search(str(error))
            line = int(position["line"]) if position and position["line"] else len(self._lines)
            raise self._error(f"not valid TOML: {POSITION.sub('', str(error))}", line) from None

    def _deviation(self, id_: str, table: Any, line: int) -> Deviation:
        reason = table.get("reason") if isinstance(table, dict) else None
        if not isinstance(reason, str) or not reason.strip():
            raise self._error(f'"{id_}" needs a reason: reason = "..."', line, "reason")
        for key in table:
            if key not in KEYS:
                raise self._error(f'"{id_}" has an unknown key: {key} (there are: {", ".join(KEYS)})', line, key)
        try:
            era = Era(table.get("era", ""))
        except (ValueError, AttributeError, TypeError) as error:
            raise self._error(f'"{id_}": {error}', line, "era") from None
        return Deviation(reason, era, (*self._files(id_, table, line), *self._devices(id_, table, line)))

    def _files(self, id_: str, table: dict[str, Any], line: int) -> list[str]:
        files = table.get("files", [])
        if "files" in table and id_ != FILES:
            raise self._error(f'"{id_}" is not about files; only "{FILES}" is', line, "files")
        if "files" in table and not (_are_texts(files) and all(files)):
            raise self._error(f'"{id_}": write files = ["path or pattern", ...]', line, "files")
        return list(files)

    def _devices(self, id_: str, table: dict[str, Any], line: int) -> list[str]:
        devices = table.get("devices", [])
        if "devices" in table and not (_are_texts(devices) and all(map(DEVICE.fullmatch, devices))):
            raise self._error(f'"{id_}": write devices = ["GPU:0"], or ["GPU:*"] for all GPUs', line, "devices")
        return list(devices)

    def _line_of(self, id_: str, number: int = 0) -> int:
        """The line on which a statement's table begins, the first or a later one of several."""
        begin = re.compile(rf"""\s*\[*\s*(["']?){re.escape(id_)}\1\s*[].=]""")
        lines = [at for at, line in enumerate(self._lines, 1) if begin.match(line)]
        return lines[min(number, len(lines) - 1)] if lines else 1

    def _error(self, message: str, line: int, key: str = "") -> DeviationsError:
        """What is wrong with a table that begins on this line, or with a key of it."""
        begin = re.compile(rf"""\s*(["']?){re.escape(key)}\1\s*=""")
        for at, text in enumerate(self._lines[line:], line + 1):
            if not key or text.lstrip().startswith("["):
                break
            if begin.match(text):
                line = at
                break
        return DeviationsError(f"{self._path}:{line}: {message}")


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)


def deviations_file(record: Record) -> str:
    """The TOML file to start from: a table for each violated statement, with its reason if that is known already."""
    violated = [statement for statement in record.statements if statement.verdict is Verdict.VIOLATED]
    return "\n\n".join("\n".join(_table(statement)) for statement in violated) or "# No statement is violated."


def _table(statement: StatementRecord) -> Iterator[str]:
    yield f"[{_quoted(statement.id)}]  # {statement.says}"
    yield f"reason = {_quoted(statement.deviation)}" + (
        "" if statement.deviation else "  # why the install violates it"
    )
    if statement.files:
        yield from ("files = [", *(f"    {_quoted(path)}," for path in statement.files), "]")
    devices = devices_at_fault(statement.cases)
    if devices:
        yield f"devices = [{', '.join(map(_quoted, devices))}]"


def _quoted(text: str) -> str:
    """The text as a basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)
