"""What a process leaves that dies: the signal, how far it had come, and Python's stack as faulthandler writes it."""

from __future__ import annotations

import os
import re
import signal
from typing import NamedTuple

SIGNAL_WORDS = {
    "SIGILL": "illegal instruction",
    "SIGSEGV": "segmentation fault",
    "SIGBUS": "bus error",
    "SIGABRT": "abort",
    "SIGKILL": "killed, as the system does when memory runs out",
    "SIGFPE": "arithmetic error",
    "SIGXCPU": "more processor time than ulimit -t allows",
    "SIGXFSZ": "a larger file than ulimit -f allows",
}
FRAME = re.compile(r'^  File "(.+)", line (\d+) in (.+)$')
# Frames of the process's own machinery, whose threads only wait.
MACHINERY = tuple(os.sep + name for name in ("execnet" + os.sep, "xdist" + os.sep, "threading.py"))
HAS_IMPORTED = "TensorFlow is imported\n"
BREAKDOWN = "pytest breaks down\n"  # before its traceback


class Death(NamedTuple):
    """How a process ended: its return code, if it is known, and what it left."""

    returncode: int | None
    words: str

    @property
    def had_imported(self) -> bool:
        """Whether it had come past the import of TensorFlow."""
        return HAS_IMPORTED in self.words

    @property
    def timed_out(self) -> bool:
        """Whether its time had run out."""
        return "Timeout" in self.words.partition("\n  File ")[0]

    @property
    def stacks(self) -> str:
        """What faulthandler or pytest wrote."""
        return self.words.replace(HAS_IMPORTED, "").replace(BREAKDOWN, "")

    @property
    def where(self) -> str:
        """The place in the code."""
        return place_of_death(self.words)

    def in_words(self, time_limit: float) -> str:
        """What it died of and where; ``time_limit`` is what it had, in seconds."""
        if self.timed_out:
            seen = f"it had not ended after {time_limit:g} s (--time-limit)"
        elif self.returncode is not None and self.returncode < 0:
            seen = f"the process died of {signal_name(self.returncode)}"
        elif BREAKDOWN in self.words:
            seen = "pytest broke down in the process: {}".format(self.words.rstrip().rpartition("\n")[2])
        elif self.returncode is not None:
            seen = "the process ended with status %d" % self.returncode
        else:
            seen = "the process ended"
        return f"{seen}, in {self.where}" if self.where else seen


def signal_name(returncode: int) -> str:
    """The name of the signal that a process died of, by its negative return code, and what it stands for."""
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        return "signal %d" % -returncode
    return f"{name} ({SIGNAL_WORDS[name]})" if name in SIGNAL_WORDS else name


def place_of_death(words: str) -> str:
    """Where a process died, by the stacks of its threads: the innermost line of the specification, else of all."""
    frames = [match.groups() for match in map(FRAME.match, words.splitlines()) if match]
    frames = [frame for frame in frames if not any(part in frame[0] for part in MACHINERY)]
    of_spec = [frame for frame in frames if os.sep + "spec" + os.sep in frame[0]]
    for path, line, function in of_spec or frames:
        return f"{function} ({path}:{line})"
    return ""
