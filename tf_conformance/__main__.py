"""The command: tf-conformance, or python -m tf_conformance."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Does what the process's arguments ask for; Ctrl-C ends it without a traceback, also while it imports."""
    try:
        from tf_conformance.command import main as answer

        sys.exit(answer())
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    # Python puts the working folder first, where a file may hide a module that the kit needs.
    try:
        if sys.path[0] == os.getcwd():
            sys.path.append(sys.path.pop(0))
    except FileNotFoundError:
        sys.path[:] = filter(None, sys.path)  # it has been deleted
    main()
