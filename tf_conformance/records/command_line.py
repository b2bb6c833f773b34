"""What the commands of this repository share: one-line errors, UTF-8, and output whose reader stops reading."""

from __future__ import annotations

import argparse
import io
import os
import sys
from typing import NoReturn, Sequence

from tf_conformance.records.record import RecordError
from tf_conformance.statements.catalogue import CatalogueError

CANNOT_BE_DONE = 2  # exit statuses
INTERRUPTED = 130


class Parser(argparse.ArgumentParser):
    """A parser whose errors take one line. Each task sets ``task``, a function of the options that returns the status.

    A task that sets ``takes_more`` finds in ``more`` the arguments that are not the parser's.
    """

    def error(self, message: str) -> NoReturn:
        """Exits with status 2."""
        self.exit(CANNOT_BE_DONE, f"{self.prog}: {message} (see --help)\n")


def run(parser: Parser, arguments: Sequence[str] | None) -> int:
    """Does the task that the arguments name; returns the exit status, 2 if it cannot be done."""
    options, more = parser.parse_known_args(arguments)
    if more and not getattr(options, "takes_more", False):
        parser.error(f"unrecognized arguments: {' '.join(more)}")
    options.more = more
    _use_utf8()
    try:
        status: int = options.task(options)
        if sys.stdout:  # it may have been closed
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader, such as head, has seen enough; without this Python would complain of it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (RecordError, CatalogueError, OSError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return CANNOT_BE_DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _use_utf8() -> None:
    """Reads and writes UTF-8, whatever the locale; what is not UTF-8, or a stream that was closed, costs no answer."""
    sys.stdin = sys.stdin or io.TextIOWrapper(io.BytesIO())
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
