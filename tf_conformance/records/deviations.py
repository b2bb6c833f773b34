"""Known deviations: statements that a packager knows an install to violate, and why."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Mapping

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


def read_deviations(path: Path, catalogue: Catalogue, versions: Mapping[str, Version]) -> Dict[str, Deviation]:
    """The deviations of a TOML file that apply to these versions, by statement. Raises DeviationsError.

    The file holds a table a statement::

        ["dropout.rate"]
        reason = "our patch 42"
        era = "tensorflow==2.21.*"  # may be left out
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DeviationsError("%s: cannot be read: %s" % (path, error)) from None
    except tomllib.TOMLDecodeError as error:
        raise DeviationsError("%s: no TOML: %s" % (path, error)) from None
    known = {statement.id for statement in catalogue}
    deviations = {id_: _deviation(path, id_, table, known) for id_, table in tables.items()}
    return {id_: deviation for id_, deviation in deviations.items() if deviation.era.covers(versions)}


def _deviation(path: Path, id_: str, table: Any, known: "set[str]") -> Deviation:
    if id_ not in known:
        raise DeviationsError("%s: there is no statement '%s' (see --list-statements; quote the id)" % (path, id_))
    if not isinstance(table, dict) or not isinstance(table.get("reason"), str) or not table["reason"].strip():
        raise DeviationsError('%s: "%s" needs a reason: reason = "..."' % (path, id_))
    unknown = set(table) - {"reason", "era"}
    if unknown:
        raise DeviationsError('%s: "%s" has an unknown key: %s' % (path, id_, ", ".join(sorted(unknown))))
    try:
        return Deviation(table["reason"], Era(table.get("era", "")))
    except (ValueError, AttributeError, TypeError) as error:
        raise DeviationsError('%s: "%s": %s' % (path, id_, error)) from None
