"""The command: tf-conformance, or python -m tf_conformance."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    # Python puts the working folder first, where a file may hide a module that the kit needs.
    if sys.path[0] == os.getcwd():
        sys.path.append(sys.path.pop(0))

    from tf_conformance.command import main

    sys.exit(main())
