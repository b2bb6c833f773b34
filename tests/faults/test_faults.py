"""For each statement a fault that is put into TensorFlow turns its verdict to violated."""

from __future__ import annotations

import pytest

from tests import CATALOGUE, ROOT
from tests.faults import FAULTS
from tests.faults.fault import module_for
from tests.faults.proof import prove
from tf_conformance.install.install import describe


def spec_file(fault):
    """The spec file of the statement that a fault must violate."""
    return CATALOGUE[fault.statement].path


@pytest.fixture(scope="session")
def proof_of(tmp_path_factory):
    """Looks a fault's proof up; the faults of one spec file are proven together when the first is asked for."""
    proofs = {}

    def look_up(fault):
        if fault not in proofs:
            together = [other for other in FAULTS if spec_file(other) == spec_file(fault)]
            proofs.update(prove(spec_file(fault), together, ROOT, tmp_path_factory.mktemp("fault")))
        return proofs[fault]

    return look_up


def parameters():
    """Each fault; those of one spec file go to one worker of a parallel run."""
    return [pytest.param(fault, id=str(fault), marks=pytest.mark.xdist_group(spec_file(fault))) for fault in FAULTS]


@pytest.mark.parametrize("fault", parameters())
def test_fault_violates_its_statement(fault, proof_of):
    """A case of the statement fails by an assertion whose message says what was expected, what was seen, and where."""
    proof = proof_of(fault)
    assert proof.cases, f"no case of {fault.statement} runs on this install"
    assert proof.assertions, f"not found; other errors: {proof.errors}"
    lines = proof.assertions[0].splitlines()
    assert lines[0].endswith("  VIOLATED")
    words = dict(line.split(None, 1) for line in lines[1:7])
    assert list(words) == ["statement", "says", "expected", "seen", "on", "at"]
    assert words["statement"].startswith(fault.statement + " (notes: ")
    assert words["at"].startswith(spec_file(fault) + ":")
    assert words["expected"] != words["seen"]


def test_every_statement_has_a_fault():
    """Every statement with a form on this install has a fault."""
    versions = describe().versions()
    proven = {fault.statement for fault in FAULTS}
    missing = [
        f"{statement.id} has no fault; add one to {module_for(statement.path)}"
        for statement in CATALOGUE
        if statement.forms_on(versions) and statement.id not in proven
    ]
    assert missing == []


def test_every_fault_names_a_statement():
    """No fault is of a statement that the specification does not have."""
    assert [str(fault) for fault in FAULTS if fault.statement not in CATALOGUE] == []


def test_every_fault_is_in_the_module_of_its_statement():
    """The faults of a spec file are in the module that mirrors it."""
    misplaced = [
        f"{fault} is in {fault.module}; move it to {module_for(CATALOGUE[fault.statement].path)}"
        for fault in FAULTS
        if fault.statement in CATALOGUE and fault.module != module_for(CATALOGUE[fault.statement].path)
    ]
    assert misplaced == []


def test_every_fault_has_a_docstring():
    """Every fault says what TensorFlow does wrong."""
    assert [str(fault) for fault in FAULTS if not fault.put.__doc__] == []
