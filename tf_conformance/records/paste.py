"""The errors in pasted text: a message, a traceback, the output of a notebook, a log."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Iterable, NamedTuple, Sequence

# Of a terminal; the character that begins it is often written in another way, or lost.
STYLE = re.compile(r"\x1b\[[\d;]*m|(?:\\(?:u001b|x1b|033|e))?\[\d[\d;]*m")
QUOTATION = re.compile(r"^(?:> ?)+", re.MULTILINE)  # of a mail, and pytest's mark of the line that failed
TYPOGRAPHIC = str.maketrans("‘’‚“”„«»", "\x27" * 3 + '"' * 5)
# What stands before the text of a line: pytest's E, a log's time, worker or level.
MARK = r"(?:E\s|\([^()]*\)|\[[^\[\]]*\]|[\d:.,TZ+-]+(?=\s)|ERROR:|FAILED .*? - |\s)*"
NAMED = r"(?:[\w.]+\.)?(?P<type>[A-Z]\w*Error|(?:[A-Z]\w*)?Exception): ?(?P<message>.*)"
ERROR = re.compile(rf"{MARK}{NAMED}")
IN_PROSE = re.compile(rf"^(?!\s*except\b).*?(?<![\w.]){NAMED}")  # such as: I get a ValueError: …
# What an editor of notebooks copies: JSON with the error, and with the traceback, which says the same again.
COPIED = re.compile(r'"name": "(\w+)",\s*"message": "((?:[^"\\]|\\.)*)"(?s:.*)')
# The lines of a traceback, also of one that TensorFlow quotes in a message, and of a log.
AROUND = re.compile(
    rf"{MARK}(?:Traceback|The above exception|During handling|-{{10}}|in user code:|Graph execution error:"
    r"|File (?:[\"~/<[]|\w:\\)|Detected at node|<stack traces|\(?most recent call|(?:Call a|A)rguments received"
    r"|\d+ frames|\d+/\d+ \[|WARNING)"
)
SHOWN = re.compile(r"<[\w.]+ (?:size|at) [^<>]*>$")  # how a notebook shows an object, below an error
MOST_ERRORS = 20  # of a text; a log may repeat one for ever


class PastedError(NamedTuple):
    """An error's type, empty if it is not told, and its message, on one line."""

    type: str
    message: str


def errors_in(text: str) -> list[PastedError]:
    """The last errors, the last first, since it ended the program; if none is told apart, what is not of a traceback or a log.

    An error begins a line, or else stands in the prose around it.
    """
    plain = QUOTATION.sub("", STYLE.sub("", text)).translate(TYPOGRAPHIC)
    lines = COPIED.sub(r"\n\1: \2", plain).splitlines()
    errors = _begun_by(ERROR, lines) or _begun_by(IN_PROSE, lines)
    return errors[::-1] or [PastedError("", _without_traceback(lines))]


def _begun_by(start: re.Pattern[str], lines: Sequence[str]) -> list[PastedError]:
    starts = [(number, match) for number, match in enumerate(map(start.match, lines)) if match][-MOST_ERRORS:]
    return [PastedError(match["type"], _message(match["message"], lines[number + 1 :])) for number, match in starts]


def _message(first_line: str, lines: Sequence[str]) -> str:
    """A message that goes on until a traceback begins, or is what follows on the one that TensorFlow begins it with."""
    if AROUND.match(first_line):
        return _without_traceback(lines)
    return _on_one_line((first_line, *takewhile(_goes_on, lines)))


def _goes_on(line: str) -> bool:
    return not any(end.match(line) for end in (AROUND, ERROR, SHOWN))


def _without_traceback(lines: Sequence[str]) -> str:
    """The lines that are neither of a traceback or a log nor the code that a traceback quotes."""
    pairs = zip(("", *lines), lines)
    return _on_one_line(line for above, line in pairs if not (AROUND.match(line) or _is_quoted_code(line, above)))


def _is_quoted_code(line: str, above: str) -> bool:
    return above.lstrip().startswith('File "') and _indentation(line) > _indentation(above)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _on_one_line(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).split())
