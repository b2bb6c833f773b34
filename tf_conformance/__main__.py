"""The command: tf-conformance, or python -m tf_conformance."""

from __future__ import annotations

import sys

from tf_conformance.command import main

if __name__ == "__main__":
    sys.exit(main())
