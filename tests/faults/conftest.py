"""What proofs share: a session of pytest that has collected the specification, and what the proofs amount to."""

from __future__ import annotations

import pytest

from tests.faults.proof import collected_specification


@pytest.fixture(scope="package")
def prover():
    """Runs the cases of a fault's statement while the fault is in place."""
    with collected_specification() as prover:
        yield prover


def pytest_terminal_summary(terminalreporter):
    """Counts the forms of this install that a fault has violated, and says why others cannot be."""
    properties = [each for report in terminalreporter.getreports("passed") for each in report.user_properties]
    found = dict(properties)
    if "forms" in found:
        proven = len({value for name, value in properties if name == "proven"})
        terminalreporter.section(found["install"])
        terminalreporter.line(f"{found['forms']} forms, {proven} seen to fail, {len(found['reasons'])} out of reach")
        for statement, reason in found["reasons"].items():
            terminalreporter.line(f"  {statement}: {reason}")
