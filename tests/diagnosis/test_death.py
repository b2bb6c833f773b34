"""What a dead process leaves, and how it is read."""

from __future__ import annotations

import pytest

from tf_conformance.diagnosis.death import BREAKDOWN, IMPORTED, READS, Death, telling_lines

STACK = 'Thread 0x1 (most recent call first):\n  File "/x/spec/week1/test_a.py", line 9 in test_a\n'
TIMEOUT = f"Timeout (0:00:08)!\n{STACK}"
LOGGED = "2026-01-01 00:00:00.0: I tensorflow/core/x.cc:1] This TensorFlow binary is optimized\n"


@pytest.mark.parametrize(
    ("returncode", "words", "end"),
    [
        (
            -11,
            f"Fatal Python error: Segmentation fault\n\n{STACK}",
            "the process died of SIGSEGV (segmentation fault), in test_a (/x/spec/week1/test_a.py:9)",
        ),
        (-9, IMPORTED, "the process died of SIGKILL (killed, which the system does when memory runs out)"),
        (-24, "", "the process died of SIGXCPU (more processor time than ulimit -t allows)"),
        (-99, "", "the process died of signal 99"),
        (3, "", "the process ended with status 3"),
        (3, f"{BREAKDOWN}Traceback …\nMemoryError: no\n", "pytest broke down in the process: MemoryError: no"),
        (None, STACK, "the process ended, in test_a (/x/spec/week1/test_a.py:9)"),
        (
            1,
            f"{IMPORTED}{TIMEOUT}",
            "it had not ended after 8 s (--time-limit), in test_a (/x/spec/week1/test_a.py:9)",
        ),
    ],
)
def test_death_in_words(returncode, words, end):
    """A death is told by the signal, the status or the limit, and by the place, if one is known."""
    assert Death(returncode, words).in_words(time_limit=8) == end


@pytest.mark.parametrize(("returncode", "name"), [(-11, "SIGSEGV"), (-99, "signal 99"), (0, ""), (3, ""), (None, "")])
def test_signal(returncode, name):
    """A signal is named, by its number if it has no name; a process that ended by itself died of none."""
    assert Death(returncode, "").signal == name


@pytest.mark.parametrize(("words", "imported"), [("", False), (STACK, False), (f"{IMPORTED}{STACK}", True)])
def test_import(words, imported):
    """A process marks that it has imported TensorFlow."""
    assert Death(-11, words).had_imported is imported


def test_reading():
    """A process leaves word of the spec file that it reads."""
    assert Death(7, f"{IMPORTED}{READS}spec/a.py\n{READS}spec/b.py\n").reading == "spec/b.py"
    assert Death(7, IMPORTED).reading == ""
    assert Death(7, f"{READS}spec/a.py\nlast word\n").said == ["last word"]


@pytest.mark.parametrize(
    ("words", "timed_out"),
    [(TIMEOUT, True), (f"{IMPORTED}{TIMEOUT}", True), (STACK, False), (f"{STACK}Timeout\n", False)],
)
def test_timeout(words, timed_out):
    """A process whose time has run out says so before its stacks."""
    assert Death(1, words).timed_out is timed_out


def test_what_was_said():
    """What a process said is without our marks, without what TensorFlow logs anyway, and without stacks."""
    words = f"{IMPORTED}{LOGGED}terminate called\n\nFatal Python error: Aborted\n\n{STACK}"
    assert Death(-6, words).said == ["terminate called"]


def test_lines_that_tell():
    """What TensorFlow logs if all is well tells nothing; warnings of others, errors and fatal lines do."""
    telling = ["E0000 00:00:1.0 1 cuda.cc:84] no device", "2026-01-01 00:00:00.0: F x.cc:1] Check failed", "warning: x"]
    chatter = [LOGGED, "I0000 00:00:1.0 1 cpu.cc:84] hello", "WARNING: All log messages before absl", "", "   "]
    assert telling_lines("\n".join([*chatter, *telling])) == telling


@pytest.mark.parametrize(
    ("words", "last"),
    [
        ("", ""),
        ("one\ntwo\n", "two"),
        (f"terminate called\n{LOGGED}", "terminate called"),
        (
            "F0000 00:00:1.0 1 cpu.cc:84] Check failed: n > 0\n*** Check failure stack trace: ***\n    @     0x7fa6\n",
            "F0000 00:00:1.0 1 cpu.cc:84] Check failed: n > 0",
        ),
        (
            "2026-01-01 00:00:00.0: F tensorflow/x.cc:1] Check failed: n > 0\n    @     0x7fa6  (unknown)\n",
            "2026-01-01 00:00:00.0: F tensorflow/x.cc:1] Check failed: n > 0",
        ),
    ],
)
def test_last_word(words, last):
    """The last line that was logged as fatal explains a death best, or else the last line of all."""
    assert Death(-6, words).last_word == last


MACHINERY = (
    'Thread 0x1 (most recent call first):\n  File "/x/execnet/gateway_base.py", line 5 in read\n'
    'Thread 0x2 (most recent call first):\n  File "<string>", line 534 in read\n'
)
OPERATION = 'Thread 0x2 (most recent call first):\n  File "/x/tensorflow/ops.py", line 7 in op\n'
CASE = '  File "/x/spec/week1/test_a.py", line 9 in test_a\n  File "/x/spec/models.py", line 1 in helper\n'


@pytest.mark.parametrize(
    ("words", "place"),
    [
        (MACHINERY + OPERATION + CASE, "test_a (/x/spec/week1/test_a.py:9)"),
        (MACHINERY + OPERATION, "op (/x/tensorflow/ops.py:7)"),
        (MACHINERY, ""),
        ("", ""),
    ],
)
def test_place(words, place):
    """The place of a death is the innermost line of the specification, or else of all but the waiting threads."""
    assert Death(-11, words).place == place


@pytest.mark.parametrize(
    "line",
    [
        "F0000 00:00:1795688574.037356   21962 determinism.cc:36] Check failed: no",
        "2026-11-26 10:10:10.123456: F tensorflow/core/util/determinism.cc:36] Check failed: no",
    ],
)
def test_manner(line):
    """Two deaths are of one manner if signal and fatal line are the same but for time, thread and place."""
    death = Death(-6, "", f"W0000 a.cc:1] hm\n{line}\n*** Check failure stack trace: ***\n")
    assert death.manner == ("SIGABRT", "Check failed: no")
    assert death.in_words(1) == "the process died of SIGABRT (abort): Check failed: no"


def test_manner_without_a_fatal_line():
    """A death before which nothing fatal was logged has its signal only."""
    assert Death(-11, "", "hm\n").manner == ("SIGSEGV", "")
