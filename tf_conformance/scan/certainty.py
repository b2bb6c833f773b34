"""How certain a match is, and how a partly known text matches a glob."""

from __future__ import annotations

from enum import IntEnum
from fnmatch import fnmatchcase

UNKNOWN = "\0"  # a part of a text that cannot be told


class Certainty(IntEnum):
    """How certain it is that code is what a pattern says."""

    NO = 0
    POSSIBLE = 1
    YES = 2


NO, POSSIBLE, YES = Certainty.NO, Certainty.POSSIBLE, Certainty.YES


def match_text(glob: str, text: str) -> Certainty:
    """Compares a text, parts of which may be unknown, with a glob. An empty one is a blank to be filled in."""
    if not text:
        return YES if not glob else POSSIBLE
    if UNKNOWN not in text:
        return YES if fnmatchcase(text, glob) else NO
    if not any(sign in glob for sign in "?[") and fnmatchcase(text, glob):
        return YES  # only * can have matched what is unknown
    suffix, known = glob[1:], text.rpartition(UNKNOWN)[2]
    if not glob.startswith("*") or any(sign in suffix for sign in "*?["):
        return POSSIBLE
    return POSSIBLE if suffix.endswith(known) else NO
