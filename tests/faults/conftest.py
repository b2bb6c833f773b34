"""What proofs share: a session of pytest that has collected the specification."""

from __future__ import annotations

import pytest

from tests.faults.proof import collected_specification


@pytest.fixture(scope="package")
def prover():
    """Runs the cases of a fault's statement while the fault is in place."""
    with collected_specification() as prover:
        yield prover
