"""Every way to break an install: what a user reads, the exit status, and the verdicts that survive."""

from __future__ import annotations

import json
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import jsonschema
import pytest

from tests import SCHEMA
from tests.gallery.damages import CANNOT_BEGIN, DAMAGES, FINE
from tests.gallery.environment import copy_of


def pytest_generate_tests(metafunc):
    """Each damage, on this environment; those of the core on each environment that was named."""
    named = [Path(prefix).resolve() for prefix in metafunc.config.option.environment]
    prefixes = named or [Path(sys.prefix)]
    if "original" in metafunc.fixturenames:
        metafunc.parametrize("original", prefixes, ids=[prefix.name if named else "here" for prefix in prefixes])
    if "damage" in metafunc.fixturenames:
        metafunc.parametrize("damage", [damage for damage in DAMAGES if damage.core or not named], ids=str)


@pytest.fixture
def environment(original, tmp_path):
    """A copy of the environment, and an empty folder to run in."""
    (tmp_path / "folder").mkdir()
    return copy_of(original, tmp_path / "copy", tmp_path / "folder")


def record_of(environment):
    """The record of the run, which is valid and whole."""
    record = json.loads((environment.folder / "r.json").read_text(encoding="utf-8"))
    jsonschema.validate(record, SCHEMA)
    assert record["complete"]
    return record


def test_damage(environment, damage):
    """The message, the status, the statements that are violated, and those that are not."""
    damage.harm(environment)
    run = environment.judge(*damage.arguments)
    report = run.stdout + run.stderr
    for text in damage.says:
        assert text in report, report[-4000:]
    assert run.returncode == damage.status, report[-4000:]
    assert "Traceback" not in report
    assert "INTERNALERROR" not in report
    record = record_of(environment)
    assert (record["obstacle"] is not None) == (damage.status == CANNOT_BEGIN)
    verdicts = {statement["id"]: statement["verdict"] for statement in record["statements"]}
    assert len(verdicts) == len(record["statements"])
    told = {id_: verdict for id_, verdict in verdicts.items() if fnmatchcase(id_, damage.glob)}
    assert {id_ for id_, verdict in told.items() if verdict == "violated"} == set(damage.violated)
    assert {id_ for id_, verdict in told.items() if verdict == "unchecked"} == damage.unfounded
    assert {verdict for id_, verdict in verdicts.items() if id_ not in told} == {"unchecked"}


def test_copy_is_healthy(environment):
    """A copy that nobody has broken has no problems: what is found in the others is the damage."""
    run = environment.judge("--statement", "install.*")
    assert run.returncode == FINE, run.stdout[-3000:]
    assert "before the import: nothing wrong was found" in run.stdout


def test_traceback_on_request(environment):
    """With -v the traceback of a failed import is printed as well."""
    environment.remove("numpy", "numpy-*", "numpy.libs")
    run = environment.judge("--statement", "install.*", "-v")
    assert run.returncode == CANNOT_BEGIN
    assert "Traceback (most recent call last)" in run.stdout
