"""Known deviations: statements that a packager knows an install to violate, and why."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

from packaging.version import Version

from tf_conformance.statements.catalogue import Catalogue
from tf_conformance.statements.era import Era

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it


class DeviationsError(Exception):
    """A file of deviations that cannot be read; the message says what is wrong with it, in one line."""


@dataclass(frozen=True)
class Deviation:
    """Why an install violates a statement, and the versions on which it does."""

    reason: str
    era: Era


def read_deviations(path: Path, catalogue: Catalogue, versions: Mapping[str, Version]) -> dict[str, Deviation]:
    """The deviations of a TOML file that apply to these versions, by statement. Raises DeviationsError.

    The file holds a table a statement::

        ["dropout.rate"]
        reason = "our patch 42"
        era = "tensorflow==2.21.*"  # may be left out
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DeviationsError(f"{path}: cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise DeviationsError(f"{path}: no TOML: {error}") from None
    known = {statement.id for statement in catalogue}
    deviations = {id_: _deviation(path, id_, table, known) for id_, table in tables.items()}
    return {id_: deviation for id_, deviation in deviations.items() if deviation.era.covers(versions)}


def _deviation(path: Path, id_: str, table: Any, known: set[str]) -> Deviation:
    if id_ not in known:
        raise DeviationsError(f"{path}: there is no statement '{id_}' (see --list-statements; quote the id)")
    if not isinstance(table, dict) or not isinstance(table.get("reason"), str) or not table["reason"].strip():
        raise DeviationsError(f'{path}: "{id_}" needs a reason: reason = "..."')
    unknown = set(table) - {"reason", "era"}
    if unknown:
        raise DeviationsError('{}: "{}" has an unknown key: {}'.format(path, id_, ", ".join(sorted(unknown))))
    try:
        return Deviation(table["reason"], Era(table.get("era", "")))
    except (ValueError, AttributeError, TypeError) as error:
        raise DeviationsError(f'{path}: "{id_}": {error}') from None
