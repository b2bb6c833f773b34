"""Known deviations: statements that a packager knows an install to violate, and why."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Mapping

from packaging.version import Version

from tf_conformance.records.record import Record
from tf_conformance.records.verdict import Verdict
from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.era import Era

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest depends on it


class DeviationsError(Exception):
    """A file of deviations that cannot be read; the message says what is wrong with it, in one line."""


@dataclass(frozen=True)
class Deviation:
    """Why an install violates a statement, and the versions on which it does."""

    reason: str
    era: Era


def read_deviations(path: Path, catalogue: Catalogue, versions: Mapping[str, Version]) -> dict[str, Deviation]:
    """The deviations of a TOML file that apply to these versions, by statement. Raises DeviationsError.

    The file has one table per statement::

        ["dropout.rate"]
        reason = "our patch 42"
        era = "tensorflow==2.21.*"  # may be left out
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DeviationsError(f"{path}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise DeviationsError(f"{path}: not valid TOML: {error}") from None
    deviations = {id_: _deviation(path, id_, table, catalogue) for id_, table in tables.items()}
    return {id_: deviation for id_, deviation in deviations.items() if deviation.era.covers(versions)}


def deviations_file(record: Record) -> str:
    """The TOML file to start from: a table for each violated statement, with its reason if that is known already."""
    violated = [statement for statement in record.statements if statement.verdict is Verdict.VIOLATED]
    lines = [line for statement in violated for line in _table(statement.id, statement.says, statement.deviation)]
    return "\n".join(lines) or "# No statement is violated."


def _table(id_: str, says: str, reason: str) -> Iterator[str]:
    yield f"[{_quoted(id_)}]  # {says}"
    yield f"reason = {_quoted(reason)}" + ("" if reason else "  # why the install violates it")


def _quoted(text: str) -> str:
    """The text as a basic string of TOML, whose escapes are those of JSON."""
    return json.dumps(text, ensure_ascii=False)


def _deviation(path: Path, id_: str, table: Any, catalogue: Catalogue) -> Deviation:
    if id_ not in catalogue:
        raise DeviationsError(f"{path}: there is no statement '{id_}' (see --list-statements; quote the id)")
    if not isinstance(table, dict) or not isinstance(table.get("reason"), str) or not table["reason"].strip():
        raise DeviationsError(f'{path}: "{id_}" needs a reason: reason = "..."')
    unknown = sorted(set(table) - {"reason", "era"})
    if unknown:
        raise DeviationsError(f'{path}: "{id_}" has an unknown key: {", ".join(unknown)}')
    try:
        return Deviation(table["reason"], Era(table.get("era", "")))
    except (ValueError, AttributeError, TypeError) as error:
        raise DeviationsError(f'{path}: "{id_}": {error}') from None
