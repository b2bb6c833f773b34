"""Known deviations: how much of a violation they explain, and what is no longer so."""

from __future__ import annotations

import pytest

from tf_conformance.records.deviations import Deviation, reason_of, what_is_not_known

ALL = Deviation("patch 1")
ON_GPUS = Deviation("patch 2", parts=("GPU:*",))
OF_FILES = Deviation("patch 3", parts=("tensorflow/a.py", "*/b.py"))


@pytest.mark.parametrize(
    ("known", "violating", "reason", "not_known"),
    [
        ([], ["CPU:0"], "", ""),
        ([ALL], [""], "patch 1", ""),
        ([ALL], [], "patch 1", ""),
        ([ALL], ["CPU:0", "GPU:0"], "patch 1", ""),
        ([ON_GPUS], ["GPU:0", "GPU:1"], "patch 2", ""),
        ([ON_GPUS], ["CPU:0", "GPU:0"], "", "; not known: CPU:0"),
        ([ON_GPUS], [""], "", "; known is only GPU:*"),
        ([ON_GPUS, ALL], ["CPU:0"], "patch 1", ""),
        ([ON_GPUS, ALL], [], "patch 2; patch 1", ""),
        ([OF_FILES], ["tensorflow/a.py", "keras/src/b.py"], "patch 3", ""),
        ([OF_FILES], ["tensorflow/a.py", *"cdefg"], "", "; not known: c, d, e and 2 more"),
    ],
)
def test_how_much_is_known(known, violating, reason, not_known):
    """The reason is that of the deviations which explain all that is violated; otherwise what they do not explain is named."""
    assert (reason_of(known, violating), what_is_not_known(known, violating)) == (reason, not_known)


@pytest.mark.parametrize(
    ("deviation", "violating", "right", "outdated"),
    [
        (ALL, [], ["CPU:0"], ["patch 1"]),
        (ALL, [""], [], []),
        (ON_GPUS, [], ["CPU:0"], []),
        (ON_GPUS, [], ["CPU:0", "GPU:0"], ["GPU:*: patch 2"]),
        (ON_GPUS, ["GPU:1"], ["CPU:0", "GPU:0"], []),
        (OF_FILES, [], None, ["tensorflow/a.py: patch 3", "*/b.py: patch 3"]),
        (OF_FILES, ["tensorflow/a.py"], None, ["*/b.py: patch 3"]),
    ],
)
def test_what_is_outdated(deviation, violating, right, outdated):
    """A part that was seen to be right need no longer be named; of one that was not seen nothing is known."""
    assert deviation.outdated(violating, right) == outdated
