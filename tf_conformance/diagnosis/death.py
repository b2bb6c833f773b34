"""What a process leaves when it dies: the signal, how far it had come, and what was written on the way."""

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
    "SIGKILL": "killed, which the system does when memory runs out",
    "SIGFPE": "arithmetic error",
    "SIGTRAP": "trap",
    "SIGSYS": "a system call that a filter forbids",
    "SIGXCPU": "more processor time than ulimit -t allows",
    "SIGXFSZ": "a larger file than ulimit -f allows",
}
FRAME = re.compile(r'^  File "(.+)", line (\d+) in (.+)$')
# Frames of threads that only wait, in the machinery of the process, which a worker has as a string, and of Python's import system.
MACHINERY = (
    *(os.sep + name for name in ("execnet" + os.sep, "xdist" + os.sep, "threading.py")),
    *("<string>", "<frozen importlib"),
)
IMPORTED = "TensorFlow is imported\n"
BREAKDOWN = "pytest breaks down\n"  # before its traceback
READS = "the process reads "  # and then, to the end of the line, a spec file

# What TensorFlow logs if all is well, and what it logs before it aborts.
CHATTER = re.compile(r"WARNING: All log messages|To enable the following|[IW]\d{4} |\d{4}-\d\d-\d\d .*?: [IW] ")
FATAL = re.compile(r"F\d{4} |\d{4}-\d\d-\d\d .*?: F ")
LOGGED = re.compile(r"[IWEF]\d{4} |\d{4}-\d\d-\d\d .*?: [IWEF] ")  # at any level: healthy builds log errors, too
FATAL_PREFIX = re.compile(r"^.*?[\w.]+:\d+\] ")  # time, thread, file and line


class Death(NamedTuple):
    """How a process ended: its return code, if it is known, and what it wrote.

    ``words`` are those of Python's faulthandler, of pytest, and our own marks; also of libraries, unless ``stderr`` has
    what these wrote during the last case.
    """

    returncode: int | None
    words: str
    stderr: str = ""

    @property
    def had_imported(self) -> bool:
        """Whether the import of TensorFlow had succeeded."""
        return IMPORTED in self.words

    @property
    def reading(self) -> str:
        """The spec file that it was reading, if it came that far."""
        return self.words.rpartition(READS)[2].partition("\n")[0] if READS in self.words else ""

    @property
    def timed_out(self) -> bool:
        """Whether its time had run out."""
        return "Timeout" in self.words.partition("\n  File ")[0]

    @property
    def signal(self) -> str:
        """The name of the signal that it died of, such as SIGSEGV; empty if it was none."""
        if self.returncode is None or self.returncode >= 0:
            return ""
        try:
            return signal.Signals(-self.returncode).name
        except ValueError:
            return f"signal {-self.returncode}"

    @property
    def signal_in_words(self) -> str:
        """The signal and what it means."""
        words = SIGNAL_WORDS.get(self.signal)
        return f"{self.signal} ({words})" if words else self.signal

    @property
    def end(self) -> str:
        """What it died of, or how it broke down, or its exit status, if that is known."""
        if self.signal:
            return f"the process died of {self.signal_in_words}"
        if BREAKDOWN in self.words:
            last_line = self.words.rstrip().rpartition("\n")[2]
            return f"pytest broke down in the process: {last_line}"
        return "the process ended" if self.returncode is None else f"the process ended with status {self.returncode}"

    @property
    def said(self) -> list[str]:
        """The lines that the process wrote, without what TensorFlow logs anyway and without faulthandler's stacks."""
        unmarked = re.sub(rf"{IMPORTED}|{BREAKDOWN}|{READS}.*\n", "", self.words)
        return telling_lines(self.stderr + unmarked.partition("Fatal Python error")[0])

    @property
    def last_word(self) -> str:
        """What explains the end best: the last line that was logged as fatal, or else the last line of all."""
        return next(iter([line for line in self.said if FATAL.match(line)][-1:] or self.said[-1:]), "")

    @property
    def place(self) -> str:
        """Where it died, by the stacks of its threads: the innermost line of the specification, or else of all."""
        frames = [match.groups() for match in map(FRAME.match, self.words.splitlines()) if match]
        frames = [frame for frame in frames if not any(part in frame[0] for part in MACHINERY)]
        of_spec = [frame for frame in frames if os.sep + "spec" + os.sep in frame[0]]
        for path, line, function in of_spec or frames:
            return f"{function} ({path}:{line})"
        return ""

    @property
    def manner(self) -> tuple[str, str]:
        """What tells one death from another: the signal, and what was logged as fatal without time, thread and line."""
        fatal = [FATAL_PREFIX.sub("", line) for line in self.said if FATAL.match(line)]
        return self.signal, fatal[-1] if fatal else ""

    def in_words(self, time_limit: float) -> str:
        """What it died of, what was logged as fatal, and where; ``time_limit`` is what it had, in seconds."""
        end = f"it had not ended after {time_limit:g} s (--time-limit)" if self.timed_out else self.end
        end = ": ".join(filter(None, [end, self.manner[1]]))
        return f"{end}, in {self.place}" if self.place else end


def telling_lines(written: str) -> list[str]:
    """What a process wrote to stderr, without blank lines and without what TensorFlow logs if all is well."""
    lines = (line.strip() for line in written.splitlines())
    return [line for line in lines if line and not CHATTER.match(line)]


def unusual_lines(written: str) -> list[str]:
    """The telling lines that are not TensorFlow's own log: what a user of a healthy install may want to read."""
    return [line for line in telling_lines(written) if not LOGGED.match(line)]
