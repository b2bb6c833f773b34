"""The standing: what all verdicts of a record amount to."""

from __future__ import annotations

import pytest

from tests.pretended.records import record, statement
from tf_conformance.diagnosis.obstacle import Obstacle
from tf_conformance.records.standing import Standing, standing

HOLDS, DEFECT = statement("thing.holds"), statement("thing.defect", "defect")
VIOLATED, UNCHECKED = statement("thing.violated", "violated"), statement("thing.unchecked", "unchecked")
DEVIATION = statement("thing.deviation", "violated", deviation="patch 42")
OBSTACLE = Obstacle("TensorFlow cannot be imported", "it is damaged", "ImportError", ("install it again",))


@pytest.mark.parametrize(
    ("statements", "complete", "obstacle", "expected"),
    [
        ([HOLDS, DEFECT], True, None, Standing.AS_SPECIFIED),
        ([HOLDS, UNCHECKED], True, None, Standing.AS_SPECIFIED),
        ([HOLDS, DEVIATION], True, None, Standing.AS_SPECIFIED),
        ([DEVIATION, UNCHECKED], True, None, Standing.AS_SPECIFIED),
        ([HOLDS, VIOLATED], True, None, Standing.VIOLATED),
        ([DEVIATION, VIOLATED], True, None, Standing.VIOLATED),
        ([UNCHECKED, VIOLATED], True, None, Standing.VIOLATED),
        ([HOLDS, VIOLATED], False, None, Standing.VIOLATED),
        ([HOLDS, UNCHECKED], False, None, Standing.INCOMPLETE),
        ([DEVIATION, UNCHECKED], False, None, Standing.INCOMPLETE),
        ([UNCHECKED], False, None, Standing.INCOMPLETE),
        ([], False, None, Standing.INCOMPLETE),
        ([UNCHECKED, UNCHECKED], True, None, Standing.NOTHING_CHECKED),
        ([], True, None, Standing.NOTHING_CHECKED),
        ([HOLDS, UNCHECKED], True, OBSTACLE, Standing.CANNOT_BE_JUDGED),
        ([UNCHECKED], True, OBSTACLE, Standing.CANNOT_BE_JUDGED),
        ([VIOLATED, UNCHECKED], True, OBSTACLE, Standing.CANNOT_BE_JUDGED),
        ([UNCHECKED], False, OBSTACLE, Standing.CANNOT_BE_JUDGED),
    ],
)
def test_standing(statements, complete, obstacle, expected):
    """An obstacle comes first, then a violation, an early end, and that nothing was checked; only then all is well."""
    assert standing(record(statements, complete=complete, obstacle=obstacle)) is expected
