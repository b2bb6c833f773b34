"""What the kit asks of the environment under test leaves alone what it judges."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata

from packaging.requirements import Requirement

from tests import ROOT

JUDGED = {
    "tensorflow",
    "tensorflow-cpu",
    "tf-nightly",
    "keras",
    "tf-keras",
    "numpy",
    "protobuf",
    "h5py",
    "ml-dtypes",
    "gast",
    "wrapt",
}


def normal(name):
    """A distribution's name in its normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required_by(requirements):
    """The names of all distributions that these requirements lead to in this environment."""
    names, queue = set(), [Requirement(line) for line in requirements]
    while queue:
        requirement = queue.pop()
        name = normal(requirement.name)
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and name not in names:
            names.add(name)
            queue += [Requirement(line) for line in metadata.requires(name) or []]
    return names


def test_nothing_judged_is_required():
    """Neither the kit's requirements nor theirs name TensorFlow, Keras, NumPy or what these stand on."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = required_by(line for line in lines if line and not line.startswith("#"))
    assert {"pytest", "hypothesis", "packaging"} <= required
    assert required & JUDGED == set()


def test_records_are_read_without_pytest():
    """What reads records and builds the page imports neither pytest nor TensorFlow, which its requirements do not name."""
    code = (
        "import sys\n"
        "sys.modules.update(dict.fromkeys(['pytest', '_pytest', 'tensorflow', 'numpy', 'hypothesis']))\n"
        "import reports.__main__, reports.page, tf_conformance.__main__\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=str(ROOT), check=True)
