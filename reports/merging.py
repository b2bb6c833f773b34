"""Merges the record of a run of single statements or spec files into the published record of the same install."""

from __future__ import annotations

from dataclasses import replace

from tf_conformance.install.install import Install
from tf_conformance.records.record import Record, RecordError

MOST_FILES = 4  # that one line can name


def skipped_ids(record: Record) -> set[str]:
    """The statements that a run was not to check, or of which it was to run single cases."""
    return {each.id for each in record.statements if not each.selected or each.checked_in_part}


def merged(name: str, published: Record, new: Record) -> Record:
    """The published record with the statements that the new run checked.

    The digest of a spec file becomes that of the new run once all of the file's statements have been checked in its new
    state. Raises RecordError, with what to run, if the two are not of one install, or if the published record lacks a
    statement that the new run skipped, or has it from an earlier spec file in which the new run checked nothing.
    """
    _refuse_other_installs(name, published, new)
    known = {statement.id: statement for statement in published.statements}
    skipped, outdated = skipped_ids(new), _files_with_outdated_statements(published, new)
    missing = [path for path in outdated if path not in _checked_files(new) or path not in published.specification]
    missing += [each.path for each in new.statements if each.id in skipped and each.id not in known]
    if missing:
        raise RecordError(_what_to_run(name, missing, new))
    digests = {path: (published if path in outdated else new).specification[path] for path in new.specification}
    statements = tuple(known[each.id] if each.id in skipped else each for each in new.statements)
    return replace(
        published, specification=digests, statements=statements, problems=new.problems, kit_version=new.kit_version
    )


def _refuse_other_installs(name: str, published: Record, new: Record) -> None:
    if not published.specification:
        raise RecordError(f"the published record was made by an earlier version of the kit; {run_all(name)}")
    if not _is_same(published.install, new.install):
        raise RecordError(f"the published record is of another install, {published.install}; {run_all(name)}")


def run_all(name: str) -> str:
    """What to do if a part is not enough."""
    return f"run all of it: tox run -e {name}"


def _is_same(one: Install, other: Install) -> bool:
    """Whether two installs differ in nothing but the machine."""
    return replace(one, platform=other.platform, cpu=other.cpu, cpu_features=other.cpu_features) == other


def _files_with_outdated_statements(published: Record, new: Record) -> list[str]:
    """The spec files that have changed and of which the new run skipped statements."""
    skipped = skipped_ids(new)
    paths = dict.fromkeys(each.path for each in new.statements if each.id in skipped)
    return [path for path in paths if published.specification.get(path) != new.specification[path]]


def _checked_files(record: Record) -> list[str]:
    skipped = skipped_ids(record)
    return list(dict.fromkeys(each.path for each in record.statements if each.id not in skipped))


def _what_to_run(name: str, missing: list[str], new: Record) -> str:
    files = list(dict.fromkeys([*_checked_files(new), *missing]))
    if len(files) > MOST_FILES:
        return f"more spec files have changed than it checked; {run_all(name)}"
    return f"{', '.join(dict.fromkeys(missing))} changed as well; run: tox run -e {name} -- {' '.join(files)}"
