"""How certain a match is."""

from __future__ import annotations

from enum import IntEnum


class Certainty(IntEnum):
    """How certain it is that code is what a pattern says."""

    NO = 0
    POSSIBLE = 1
    YES = 2


NO, POSSIBLE, YES = Certainty.NO, Certainty.POSSIBLE, Certainty.YES
