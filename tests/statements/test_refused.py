"""refused: the block must raise a certain error."""

from __future__ import annotations

import pytest

from tf_conformance.statements.refused import Mismatch, refused


def test_refusal():
    """The error that was raised is kept; case does not count in its message."""
    with refused(ValueError, KeyError, naming="ApPle") as refusal:
        raise KeyError("an apple")
    assert isinstance(refusal.error, KeyError)


@pytest.mark.parametrize(
    ("error", "seen"),
    [(None, "no error"), (TypeError("apple"), "TypeError: apple"), (ValueError("pear"), "ValueError: pear")],
)
def test_anything_else_is_a_mismatch(error, seen):
    """No error, another error, and one that names something else are mismatches."""

    def fail():
        if error:
            raise error

    with pytest.raises(Mismatch) as mismatch, refused(ValueError, naming=["apple", "a"]):
        fail()
    assert mismatch.value.expected == "ValueError naming 'apple' and 'a'"
    assert mismatch.value.seen == seen


def test_interrupt():
    """Ctrl-C is not a refusal and interrupts the block."""
    with pytest.raises(KeyboardInterrupt), refused(ValueError):
        raise KeyboardInterrupt
