"""What a dead process leaves, and how it is read."""

from __future__ import annotations

import pytest

from tf_conformance.diagnosis.death import BREAKDOWN, HAS_IMPORTED, Death, place_of_death, signal_name

STACK = 'Thread 0x1 (most recent call first):\n  File "/x/spec/week1/test_a.py", line 9 in test_a\n'
TIMEOUT = "Timeout (0:00:08)!\n" + STACK


@pytest.mark.parametrize(
    ("returncode", "words", "said"),
    [
        (-11, "Fatal Python error\n" + STACK, "the process died of SIGSEGV (segmentation fault), in test_a (/x/spec/"),
        (-9, HAS_IMPORTED, "the process died of SIGKILL (killed, as the system does when memory runs out)"),
        (-24, "", "the process died of SIGXCPU (more processor time than ulimit -t allows)"),
        (3, "", "the process ended with status 3"),
        (3, BREAKDOWN + "Traceback …\nMemoryError: no\n", "pytest broke down in the process: MemoryError: no"),
        (None, STACK, "the process ended, in test_a"),
        (1, HAS_IMPORTED + TIMEOUT, "it had not ended after 8 s (--time-limit), in test_a (/x/spec/week1/test_a.py:9)"),
    ],
)
def test_death_in_words(returncode, words, said):
    """The signal, the status or the limit, and the place, if one is known."""
    assert Death(returncode, words).in_words(time_limit=8).startswith(said)


def test_how_far_it_had_come():
    """The mark that the import is past is found, and is no part of the stacks."""
    assert not Death(-11, STACK).had_imported
    for mark in (HAS_IMPORTED, HAS_IMPORTED + BREAKDOWN):
        death = Death(-11, mark + STACK)
        assert death.had_imported
        assert death.stacks == STACK


def test_signal_without_a_name():
    """A signal that Python has no name for is named by its number."""
    assert signal_name(-99) == "signal 99"


def test_place_of_death():
    """The innermost line of the specification is the place; waiting threads of the machinery are none."""
    words = (
        'Thread 0x1 (most recent call first):\n  File "/x/execnet/gateway_base.py", line 5 in read\n'
        'Thread 0x2 (most recent call first):\n  File "/x/tensorflow/ops.py", line 7 in op\n'
        '  File "/x/spec/week1/test_a.py", line 9 in test_a\n'
    )
    assert place_of_death(words) == "test_a (/x/spec/week1/test_a.py:9)"
    assert place_of_death(words.rpartition("  File")[0]) == "op (/x/tensorflow/ops.py:7)"
    assert place_of_death("") == ""
