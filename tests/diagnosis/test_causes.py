"""What the signals mean that end a process."""

from __future__ import annotations

import pytest

from tf_conformance.diagnosis.causes import SIGNALS


@pytest.mark.parametrize("signal", SIGNALS)
def test_signals(signal):
    """Each signal has a cause that says what the import, or the start, does, and what to do."""
    cause = SIGNALS[signal]
    assert cause.cause.startswith("{stage} ")
    assert cause.advice
