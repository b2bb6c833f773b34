"""An error as text that is the same on every machine."""

from __future__ import annotations

import re

LONGEST = 400  # characters
STYLE = re.compile(r"\x1b\[\d*m")
ADDRESS = re.compile(r"0x[0-9a-f]{6,}", re.IGNORECASE)
FOLDERS = re.compile(r"(?<![\w.:/])/(?:[\w.~+-]+/)+")
COUNTER = re.compile(r"(?<=[A-Za-z0-9])_\d+(?![A-Za-z0-9])")  # of an automatic name: dense_3, conv2d_43_input
# What TensorFlow quotes of the traceback in a message, and in which code it does so.
QUOTED = re.compile(
    r'\s*(?:in user code:|Graph execution error:|Detected at node|File "|<stack traces|\(?most recent call)'
)
# The line of an error in a traceback, also in one of pytest.
ERROR = re.compile(r"(?:E\s)?\s*(?:[\w.]+\.)?([A-Z]\w*(?:Error|Exception)): ")


def error_text(error: BaseException) -> str:
    """Type and message on one line, without quoted tracebacks and what ``alike`` leaves out."""
    lines = STYLE.sub("", str(error)).splitlines()
    if lines and QUOTED.match(lines[0]):
        lines = after_traceback(lines)
    message = " ".join(" ".join(lines).split())
    return f"{type(error).__name__}: {alike(message)}"[:LONGEST]


def alike(message: str) -> str:
    """A message without what differs from run to run: addresses in memory, folders of paths, counters of automatic names."""
    return COUNTER.sub("", FOLDERS.sub("", ADDRESS.sub("0x…", message)))


def after_traceback(lines: list[str]) -> list[str]:
    """The lines from the last error on that a quoted traceback ends with; all that are not of the traceback if it has none."""
    ends = [number for number, line in enumerate(lines) if ERROR.match(line)]
    if ends:
        return [ERROR.sub("", lines[ends[-1]]), *lines[ends[-1] + 1 :]]
    return [line for line in lines if not QUOTED.match(line)]
