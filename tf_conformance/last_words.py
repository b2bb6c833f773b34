"""What a process leaves that dies: the signal, how far it had come, and Python's stack as faulthandler writes it."""

import os
import re
import signal

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


def signal_name(returncode: int) -> str:
    """The name of the signal that a process died of, by its negative return code, and what it stands for."""
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        return "signal %d" % -returncode
    return "%s (%s)" % (name, SIGNAL_WORDS[name]) if name in SIGNAL_WORDS else name


def place_of_death(words: str) -> str:
    """Where a process died, by the stacks of its threads: the innermost line of the specification, else of all."""
    frames = [match.groups() for match in map(FRAME.match, words.splitlines()) if match]
    frames = [frame for frame in frames if not any(part in frame[0] for part in MACHINERY)]
    of_spec = [frame for frame in frames if os.sep + "spec" + os.sep in frame[0]]
    for path, line, function in of_spec or frames:
        return "%s (%s:%s)" % (function, path, line)
    return ""
