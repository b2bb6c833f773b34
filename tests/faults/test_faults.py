"""For every statement, a fault put into TensorFlow turns its verdict to violated."""

from __future__ import annotations

import pytest

from tests import CATALOGUE
from tests.faults import FAULTS, OUT_OF_REACH
from tests.faults.fault import Fault, module_for


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_fault_violates_its_statement(fault, prover, tmp_path, record_property):
    """A case of the statement fails by an assertion whose message says what was expected, what was seen, and where."""
    if not prover.is_in(fault.era):
        pytest.skip(f"the fault is one of {fault.era}")
    proof = prover.prove(fault, tmp_path)
    assert proof.cases, f"no case of {fault.statement} runs on this install"
    assert proof.violation, f"no case failed by {fault.raises.__name__}; other errors: {proof.errors}"
    first, *lines = proof.violation.splitlines()
    assert first.endswith("  VIOLATED")
    words = dict(line.split(None, 1) for line in lines[:6])
    assert list(words) == ["statement", "says", "expected", "seen", "on", "at"]
    assert words["statement"].split()[0] == fault.statement
    assert words["at"].startswith(CATALOGUE[fault.statement].path + ":")
    assert words["seen"] != words["expected"]
    record_property("proven", fault.statement)


def test_fault_without_effect_proves_nothing(prover, tmp_path):
    """While nothing is wrong, no case fails."""
    proof = prover.prove(Fault("dense.values", lambda put: None), tmp_path)
    assert proof.cases > 0
    assert (proof.violation, proof.errors) == ("", [])


def test_every_statement_has_a_fault(prover, record_property):
    """Every statement with a case on this install has either a fault of its era, or a reason why it can have none."""
    has_fault = {fault.statement for fault in FAULTS if prover.is_in(fault.era)}
    reasons = {each.statement: each.reason for each in OUT_OF_REACH if prover.is_in(each.era)}
    missing = [
        f"{statement} has no fault; add one to {module_for(CATALOGUE[statement].path)}"
        for statement in prover.statements
        if statement not in has_fault and statement not in reasons
    ]
    assert missing == [], "\n".join(missing)
    assert has_fault.intersection(reasons) == set()
    record_property("install", str(prover.install))
    record_property("forms", len(prover.statements))
    record_property("reasons", reasons)


def test_every_fault_names_a_statement():
    """The statement of every fault is in the specification, and so is that of every reason for having none."""
    assert [each.statement for each in [*FAULTS, *OUT_OF_REACH] if each.statement not in CATALOGUE] == []


def test_every_fault_is_in_the_module_of_its_statement():
    """The faults of a spec file are in the module that mirrors it."""
    misplaced = [
        f"{fault} is in {fault.module}; move it to {module_for(CATALOGUE[fault.statement].path)}"
        for fault in FAULTS
        if fault.statement in CATALOGUE and fault.module != module_for(CATALOGUE[fault.statement].path)
    ]
    assert misplaced == [], "\n".join(misplaced)


def test_every_fault_has_a_docstring():
    """Every fault says what TensorFlow does wrong."""
    assert [str(fault) for fault in FAULTS if not fault.put.__doc__] == []
