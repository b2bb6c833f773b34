"""What an error says, and the files that take part in it: any of them may be the wrong one. Needs the standard library alone."""

from __future__ import annotations

import re
import sys
import traceback
from typing import Iterator

from tf_conformance.diagnosis.suspects import paths_in
from tf_conformance.install.loader import mapped_libraries

MODULE = re.compile(r"module '([\w.]+)' has no attribute|from '([\w.]+)'|'([\w.]+)' is not a package")
FRAME = re.compile(r'^\s*File "(.+?)", line \d+', re.MULTILINE)
# Modules of the standard library that are written in C, and that Python may have been built without.
COMPILED_MODULES = (
    *("_bz2", "_ctypes", "_curses", "_dbm", "_decimal", "_hashlib", "_lzma", "_socket", "_sqlite3", "_ssl", "_struct"),
    *("_tkinter", "_uuid", "_zstd", "readline", "zlib"),
)
BUILD_AGAIN = "install the library that {found} needs (_ctypes: libffi), then build Python again, or use another Python"
LONGEST_LINE = 400
ABOUT_LIBRARIES = re.compile(r"\.so\b|undefined symbol|DLL")


def culprit_files(error: BaseException) -> Iterator[str]:
    """The files that an exception names or comes from, the most telling first: what caused it comes before what followed.

    Libraries that the process has loaded come last, if the error is about a library.
    """
    chain = chain_of(error)
    for each in chain:
        yield from _named_files(each)
    for each in chain:
        frames = traceback.extract_tb(each.__traceback__)
        yield from (frame.filename for frame in reversed(frames) if not frame.filename.startswith("<"))
    if any(ABOUT_LIBRARIES.search(str(each)) for each in chain):
        yield from mapped_libraries()


def files_in(words: str) -> Iterator[str]:
    """The files that the last words of a process name: in its messages first, then in its stacks."""
    messages = FRAME.sub("", words)
    yield from paths_in(messages)
    yield from FRAME.findall(words)


def chain_of(error: BaseException) -> list[BaseException]:
    """The exception and those that it was raised from or while handling, the first cause first."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.insert(0, current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


def last_line(error: BaseException) -> str:
    """The error as the last line of a traceback has it; for a SyntaxError with the file."""
    text = " ".join(str(error).split())
    if isinstance(error, SyntaxError) and error.filename:
        text = f"{error.msg} ({error.filename}, line {error.lineno})"
    if len(text) > LONGEST_LINE:
        text = f"{text[:LONGEST_LINE]} …"
    return f"{type(error).__name__}: {text}"


def trace_of(error: BaseException) -> str:
    """The traceback of an error, with those of what it was raised from."""
    return "".join(traceback.format_exception(type(error), error, error.__traceback__))


def _named_files(error: BaseException) -> Iterator[str]:
    for attribute in ("path", "filename"):
        value = getattr(error, attribute, None)
        if isinstance(value, str):
            yield value
    yield from paths_in(str(error))
    for names in MODULE.findall(str(error)):
        module = sys.modules.get("".join(names))
        file = getattr(module, "__file__", None)
        if file:
            yield file
