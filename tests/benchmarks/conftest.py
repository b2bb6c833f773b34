"""Workers that need no TensorFlow and make up their times."""

from __future__ import annotations

import json
import sys

import pytest

INSTALL = {"tensorflow": "2.21.0", "keras": "3.15.1", "numpy": "2.5.5", "python": "3.13.0"}
DESCRIPTION = {
    "install": INSTALL,
    "device": "CPU:0",
    "cores": 1,
    "precision": "float32",
    "losses": [1.0, 0.5],
    "steps_per_call": 1,
    "replicas": 1,
}
WORKER = f"""#!{sys.executable}
import json, os, sys, time
print({json.dumps(DESCRIPTION)!r}, flush=True)
for line in sys.stdin:
    if "ASKED" in os.environ:
        open(os.environ["ASKED"], "w").close()
        time.sleep(1000)
    print(json.dumps({{"seconds": json.loads(line)["steps"] * float(os.environ.get("STEP_SECONDS", "0.001"))}}), flush=True)
"""


@pytest.fixture
def worker(tmp_path):
    """The path of a worker whose step takes $STEP_SECONDS; if $ASKED is set, its first request makes that file, and it hangs."""
    path = tmp_path / "worker"
    path.write_text(WORKER, encoding="utf-8")
    path.chmod(0o755)
    return str(path)
