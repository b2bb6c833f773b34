"""A small specification, runs of it, and small records."""

from __future__ import annotations

from dataclasses import replace

from tests.pretended.installs import INSTALL
from tf_conformance.records.record import CaseRecord, Record, StatementRecord
from tf_conformance.records.run import Run
from tf_conformance.records.verdict import Outcome, Verdict
from tf_conformance.statements.catalogue import Catalogue, Function
from tf_conformance.statements.form import Impact, Kind, changed, holds

STARTED = "2026-01-02T03:04:05+00:00"
SPEC_FILE = "spec/test_a.py"
LETTERS = {"p": Outcome.PASSED, "f": Outcome.FAILED, "u": Outcome.UNCHECKED}


def function(name, form, says):
    """A function of the small specification's one file."""
    return Function(form, says, "Week 1, Section", "things", SPEC_FILE, name, 1)


SMALL_CATALOGUE = Catalogue(
    [
        function("test_old", holds("thing.a", when="tensorflow<2.2"), "It is old."),
        function("test_new", changed("thing.a", when="tensorflow>=2.2", instead="new", impact="silent"), "It is new."),
        function("test_b", holds("thing.b"), "It is."),
    ],
    digests={SPEC_FILE: "0" * 64},
)


def run_of(outcomes, **known):
    """A run in which the cases of these functions had these outcomes, a letter per case; and what else is known of it."""
    run = Run(SMALL_CATALOGUE, INSTALL, **known)
    for name, letters in outcomes.items():
        for number, letter in enumerate(letters):
            case = run.case(f"{SPEC_FILE}::{name}[{number}]")
            case.outcome, case.message = LETTERS[letter], "" if letter == "p" else "because"
    return run


def statement(id_, verdict="holds", says="It is.", **fields):
    """The record of a statement with one case."""
    verdict = Verdict(verdict)
    outcome = {Verdict.VIOLATED: Outcome.FAILED, Verdict.UNCHECKED: Outcome.UNCHECKED}.get(verdict, Outcome.PASSED)
    kind = Kind.HOLDS if outcome is not Outcome.PASSED else Kind(verdict.value)
    message = {Outcome.FAILED: "seen otherwise", Outcome.UNCHECKED: "because", Outcome.PASSED: ""}[outcome]
    path = fields.get("path", SPEC_FILE)
    made = StatementRecord(
        id=id_,
        place="Week 1, Section",
        subject="things",
        path=path,
        says=says,
        kind=kind,
        era="",
        impact=None if kind is Kind.HOLDS else Impact.SILENT,
        verdict=verdict,
        instead="",
        reason="" if outcome is Outcome.PASSED else "because",
        deviation="",
        lacks="",
        cases=(CaseRecord(f"{path}::test_{id_.partition('.')[2]}", outcome, 0.1, None, message),),
    )
    return replace(made, **fields)


def record(statements=(), install=None, **fields):
    """The record of a finished run; ``install`` are fields of the install that differ from INSTALL."""
    made = Record(
        install=replace(INSTALL, **(install or {})),
        specification={SPEC_FILE: "0" * 64},
        problems=(),
        started=STARTED,
        seconds=1.0,
        complete=True,
        obstacle=None,
        statements=tuple(statements),
        kit_version="0.1.0",
    )
    return replace(made, **fields)


def write(folder, name, statements=(), **fields):
    """Writes such a record to a folder; returns its path."""
    path = folder / f"{name}.json"
    path.write_text(record(statements, **fields).to_text(), encoding="utf-8")
    return path
